function threw(call) {
  try {
    call()
    return false
  } catch {
    return true
  }
}

function circle() {
  const value = { a: 1 }
  value.self = value
  return value
}

function circle_caught(res) {
  const failed = threw(() => res.json(circle()))
  res.json({ threw: failed, type: res.getHeader('Content-Type') })
}

function shared(res) {
  const part = { a: 1 }
  res.json([part, part])
}

const cases = {
  circle: (res) => res.json(circle()),
  circle_after_headers: (res) => res.setHeader('X-Kept', '1').status(201).json(circle()),
  circle_caught,
  circle_sent: (res) => res.send(circle()),
  shared,
  unserialisable: (res) => res.json({ big: 1n }),
  own_type: (res) => res.setHeader('Content-Type', 'application/problem+json').json({}),
  own_length: (res) => res.setHeader('Content-Length', '1').json({ a: 1 }),
  own_encoding: (res) => res.setHeader('Transfer-Encoding', 'chunked').json({ a: 1 }),
  typed_204: (res) => res.setHeader('Content-Length', 5).status(204).json({ a: 1 }),
  null_304: (res) => res.status(304).json(null),
}

export default function handler(req, res) {
  cases[req.query.case](res)
}
