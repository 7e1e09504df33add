import { createReadStream } from 'fs'
import { Readable } from 'stream'

const values = {
  null: () => null,
  string: () => 'text é 中',
  empty_string: () => '',
  lone: () => 'a\ud83d',
  pair: () => '\ud83d\ude00',
  buffer: () => Buffer.from([0, 1, 254, 255]),
  empty_buffer: () => Buffer.alloc(0),
  object: () => ({ a: 'é' }),
  empty_object: () => ({}),
  array: () => [1, 'two', null],
  number: () => 42,
  zero: () => 0,
  float: () => 1.5,
  nan: () => NaN,
  true: () => true,
  false: () => false,
  date: () => new Date(0),
  file: () => createReadStream('files/dog.txt'),
  empty_file: () => createReadStream('files/empty.txt'),
  generator: () => Readable.from(['one ', 'two ', 'three']),
  buffers: () => Readable.from([Buffer.from('one '), Buffer.from([255]), Buffer.from(' two')]),
  empty_generator: () => Readable.from([]),
}

export default function handler(req, res) {
  const { value, status = '200', type, length } = req.query
  if (type) res.setHeader('Content-Type', type)
  if (length) res.setHeader('Content-Length', length)
  res.status(Number(status)).send(values[value]())
}
