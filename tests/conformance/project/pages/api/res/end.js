function threw(call) {
  try {
    call()
    return false
  } catch {
    return true
  }
}

function refused(value) {
  return (res) => {
    const failed = threw(() => res.end(value))
    res.end(JSON.stringify({ threw: failed, ended: res.writableEnded, sent: res.headersSent }))
  }
}

function twice(res) {
  res.end('first')
  res.end('second')
}

function twice_with_status(res) {
  res.status(201).end('first')
  res.status(500).end('second')
}

function write_after(res) {
  res.end('first')
  res.write('second')
}

function typed(res) {
  res.setHeader('Content-Type', 'text/plain')
  res.setHeader('Content-Length', '4')
  res.end('text')
}

const cases = {
  nothing: (res) => res.end(),
  null: (res) => res.end(null),
  string: (res) => res.end('text é 中'),
  empty_string: (res) => res.end(''),
  buffer: (res) => res.end(Buffer.from([0, 255])),
  empty_buffer: (res) => res.end(Buffer.alloc(0)),
  lone: (res) => res.end('a\ud83d'),
  twice,
  twice_with_status,
  write_after,
  typed,
  number: refused(42),
  zero: refused(0),
  object: refused({ a: 1 }),
  array: refused([1]),
  true: refused(true),
  false: refused(false),
  uncaught: (res) => res.status(201).setHeader('X-Kept', '1').end(42),
}

export default function handler(req, res) {
  cases[req.query.case](res)
}
