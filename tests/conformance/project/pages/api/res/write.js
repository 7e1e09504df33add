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
    const failed = threw(() => res.write(value))
    res.end(JSON.stringify({ threw: failed, sent: res.headersSent }))
  }
}

function pieces(...values) {
  return (res) => {
    values.forEach((value) => res.write(value))
    res.end()
  }
}

function then_end(res) {
  res.write('one ')
  res.write(Buffer.from('two '))
  res.end('three')
}

function then_json(res) {
  res.write('one ')
  const failed = threw(() => res.json({ a: 1 }))
  res.end(JSON.stringify({ threw: failed }))
}

function then_send(res) {
  res.write('one ')
  const failed = threw(() => res.send('two '))
  res.end(JSON.stringify({ threw: failed }))
}

function then_json_uncaught(res) {
  res.write('one ')
  res.json({ a: 1 })
}

function then_redirect(res) {
  res.write('one ')
  const failed = threw(() => res.redirect('/x'))
  res.end(JSON.stringify({ threw: failed }))
}

function then_status(res) {
  res.status(201).write('one ')
  res.status(500).end(JSON.stringify({ status: res.statusCode }))
}

function then_header(res) {
  res.setHeader('X-Before', '1')
  res.write('one ')
  const failed = threw(() => res.setHeader('X-After', '1'))
  res.end(JSON.stringify({ threw: failed, after: res.hasHeader('X-After') }))
}

function then_remove(res) {
  res.setHeader('X-Before', '1')
  res.write('one ')
  const failed = threw(() => res.removeHeader('X-Before'))
  res.end(JSON.stringify({ threw: failed, before: res.hasHeader('X-Before') }))
}

function then_append(res) {
  res.write('one ')
  const failed = threw(() => res.appendHeader('X-After', '1'))
  res.end(JSON.stringify({ threw: failed }))
}

function then_writehead(res) {
  res.write('one ')
  const failed = threw(() => res.writeHead(201, { 'X-After': '1' }))
  res.end(JSON.stringify({ threw: failed }))
}

function then_draft(res) {
  res.write('one ')
  const failed = threw(() => res.setDraftMode({ enable: true }))
  res.end(JSON.stringify({ threw: failed }))
}

function typed(res) {
  res.status(201).setHeader('Content-Type', 'text/plain').write('text')
  res.end()
}

function with_length(res) {
  res.setHeader('Content-Length', 8)
  res.write('one ')
  res.end('two ')
}

function flushed(res) {
  res.setHeader('X-A', '1')
  res.flushHeaders()
  const sent = res.headersSent
  res.end(JSON.stringify({ sent, failed: threw(() => res.setHeader('X-B', '1')) }))
}

function flushed_then_json(res) {
  res.status(202).flushHeaders()
  res.json({ a: 1 })
}

const cases = {
  pieces: pieces('one ', 'two ', 'three'),
  buffers: pieces(Buffer.from([0, 255]), Buffer.from('é')),
  empty: pieces(''),
  empty_between: pieces('one ', '', Buffer.alloc(0), 'two'),
  lone: pieces('a\ud83d', 'b'),
  then_end,
  then_json,
  then_send,
  then_json_uncaught,
  then_redirect,
  then_status,
  then_header,
  then_remove,
  then_append,
  then_writehead,
  then_draft,
  typed,
  with_length,
  flushed,
  flushed_then_json,
  number: refused(42),
  null: refused(null),
  object: refused({ a: 1 }),
  true: refused(true),
}

export default function handler(req, res) {
  cases[req.query.case](res)
}
