import { Readable } from 'stream'

const WAIT = 1.5
const pause = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000))

async function written(res) {
  res.write('one ')
  await pause(WAIT)
  res.end('two')
}

async function written_with_length(res) {
  res.setHeader('Content-Length', 7).write('one ')
  await pause(WAIT)
  res.end('two')
}

async function flushed(res) {
  res.status(202).setHeader('X-Own', '1').flushHeaders()
  await pause(WAIT)
  res.end('late')
}

async function head_alone(res) {
  res.writeHead(202, { 'X-Own': '1' })
  await pause(WAIT)
  res.end('late')
}

async function empty_piece(res) {
  res.status(202).write('')
  await pause(WAIT)
  res.end('late')
}

async function* pieces() {
  yield 'one '
  await pause(WAIT)
  yield 'two'
}

async function sent(res) {
  res.send(Readable.from(pieces()))
}

async function answered(res) {
  res.json({ answered: true })
  await pause(WAIT)
}

const cases = { written, written_with_length, flushed, head_alone, empty_piece, sent, answered }

export default async function handler(req, res) {
  await cases[req.query.case](res)
}
