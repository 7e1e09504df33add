function threw(call) {
  try {
    call()
    return false
  } catch {
    return true
  }
}

function refused(...args) {
  return (res) => {
    res.setHeader('X-Kept', '1')
    const failed = threw(() => res.writeHead(...args))
    res.end(JSON.stringify({ threw: failed, sent: res.headersSent }))
  }
}

function merges(res) {
  res.setHeader('X-A', 'set').setHeader('X-B', 'set')
  res.writeHead(200, { 'x-a': 'written', 'X-C': 'written' })
  res.end()
}

function over_status(res) {
  res.status(404).writeHead(201).end(JSON.stringify({ status: res.statusCode }))
}

function twice(res) {
  res.writeHead(201, { 'X-A': '1' })
  const failed = threw(() => res.writeHead(202, { 'X-B': '2' }))
  res.end(JSON.stringify({ threw: failed }))
}

function after_end(res) {
  res.end('text')
  res.writeHead(500)
}

function then_set(res) {
  res.writeHead(201)
  const failed = threw(() => res.setHeader('X-Late', '1'))
  res.end(JSON.stringify({ threw: failed, sent: res.headersSent }))
}

function then_json(res) {
  res.writeHead(201, { 'X-A': '1' })
  res.json({ a: 1 })
}

function then_send(res) {
  res.writeHead(201, { 'Content-Type': 'text/plain' }).send('text')
}

function then_status(res) {
  res.writeHead(201)
  res.status(500).end(JSON.stringify({ status: res.statusCode }))
}

function phrase_kept(res) {
  res.statusMessage = 'Kept'
  res.writeHead(201)
  res.end()
}

function phrase_over(res) {
  res.statusMessage = 'Before'
  res.writeHead(201, 'After')
  res.end(JSON.stringify({ phrase: res.statusMessage }))
}

function read_back(res) {
  res.setHeader('X-A', '1')
  res.writeHead(200, { 'X-B': '2' })
  res.end(JSON.stringify({ a: res.hasHeader('X-A'), b: res.hasHeader('X-B') }))
}

function read_back_alone(res) {
  res.writeHead(200, { 'X-B': '2' })
  res.end(JSON.stringify({ b: res.hasHeader('X-B'), names: res.getHeaderNames() }))
}

const cases = {
  status: (res) => res.writeHead(201).end('text'),
  phrase: (res) => res.writeHead(201, 'Made It').end('text'),
  headers: (res) => res.writeHead(201, { 'X-A': '1', 'Content-Type': 'text/plain' }).end('text'),
  both: (res) => res.writeHead(404, 'No Dog', { 'X-A': '1' }).end('text'),
  null_headers: (res) => res.writeHead(201, null).end('text'),
  empty_phrase: (res) => res.writeHead(201, '').end('text'),
  list: (res) => res.writeHead(200, { 'Set-Cookie': ['a=1', 'b=2'], 'X-N': 42 }).end('text'),
  length: (res) => res.writeHead(200, { 'Content-Length': 4 }).end('text'),
  no_content: (res) => res.writeHead(204).end(),
  not_modified: (res) => res.writeHead(304, { ETag: '"a"' }).end('text'),
  text_status: (res) => res.writeHead('201').end('text'),
  alone: (res) => res.writeHead(202) && res.end(),
  merges,
  over_status,
  twice,
  after_end,
  then_set,
  then_json,
  then_send,
  then_status,
  phrase_kept,
  phrase_over,
  read_back,
  read_back_alone,
  bad_status: refused(99),
  big_status: refused(1000),
  zero_status: refused(0),
  word_status: refused('many'),
  bad_phrase: refused(200, 'Bad\r\nX-Evil: 1'),
  bad_name: refused(200, { 'X Bad': '1' }),
  bad_value: refused(200, { 'X-Bad': 'a\nb' }),
  undefined_value: refused(200, { 'X-Bad': undefined }),
  wide_value: refused(200, { 'X-Bad': '\u4e2d' }),
}

export default function handler(req, res) {
  cases[req.query.case](res)
}
