import { Readable } from 'stream'

function* at_once() {
  throw new Error('secret')
}

function* midway() {
  yield 'one '
  yield 'two '
  throw new Error('secret')
}

function* wrong_type() {
  yield 'one '
  yield 42
}

const cases = {
  at_once: (res) => res.send(Readable.from(at_once())),
  midway: (res) => res.send(Readable.from(midway())),
  midway_length: (res) => res.setHeader('Content-Length', 100).send(Readable.from(midway())),
  wrong_type: (res) => res.send(Readable.from(wrong_type())),
}

export default function handler(req, res) {
  cases[req.query.case](res)
}
