function threw_with(value) {
  return () => {
    throw value
  }
}

class Teapot extends Error {
  statusCode = 418
  status = 418
}

function after_headers(req, res) {
  res.status(201).setHeader('X-Kept', '1').setHeader('Content-Type', 'text/x-own')
  throw new Error('secret')
}

function after_phrase(req, res) {
  res.statusMessage = 'Mine'
  throw new Error('secret')
}

function after_length(req, res) {
  res.setHeader('Content-Length', 5)
  throw new Error('secret')
}

function after_cookies(req, res) {
  res.setHeader('Set-Cookie', ['a=1', 'b=2']).setDraftMode({ enable: true })
  throw new Error('secret')
}

function after_204(req, res) {
  res.status(204)
  throw new Error('secret')
}

function name_missing() {
  return nowhere
}

function member_missing(req, res) {
  res.json(req.query.none.length)
}

function method_missing(req, res) {
  res.jsonn({ a: 1 })
}

const cases = {
  error: threw_with(new Error('secret')),
  teapot: threw_with(new Teapot('secret')),
  caught_by_nobody: threw_with(new RangeError('secret')),
  after_headers,
  after_phrase,
  after_length,
  after_cookies,
  after_204,
  name_missing,
  member_missing,
  method_missing,
}

export default function handler(req, res) {
  return cases[req.query.case](req, res)
}
