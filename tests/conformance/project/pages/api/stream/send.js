import { createReadStream } from 'fs'
import { Readable } from 'stream'

async function* slow() {
  for (const piece of ['one ', 'two ', 'three']) {
    await new Promise((done) => setTimeout(done, 20))
    yield piece
  }
}

function* many() {
  for (let i = 0; i < 500; i++) yield `line ${i}\n`
}

const cases = {
  slow: (res) => res.send(Readable.from(slow())),
  many: (res) => res.send(Readable.from(many())),
  typed: (res) => res.setHeader('Content-Type', 'text/csv').send(Readable.from(['a,b\n', '1,2\n'])),
  length: (res) => res.setHeader('Content-Length', 8).send(Readable.from(['one ', 'two '])),
  status: (res) => res.status(201).send(Readable.from(['made'])),
  not_found: (res) => res.status(404).send(Readable.from(['gone'])),
  no_content: (res) => res.status(204).send(Readable.from(['gone'])),
  not_modified: (res) => res.status(304).send(Readable.from(['gone'])),
  file: (res) => res.setHeader('Content-Type', 'text/plain').send(createReadStream('files/dog.txt')),
  download: (res) =>
    res.setHeader('Content-Disposition', 'attachment; filename="dog.txt"').send(createReadStream('files/dog.txt')),
  empty_pieces: (res) => res.send(Readable.from(['', 'one ', '', 'two', ''])),
  unicode: (res) => res.send(Readable.from(['é', '中', '\u{1f600}'])),
}

export default function handler(req, res) {
  cases[req.query.case](res)
}
