function threw(call) {
  try {
    call()
    return false
  } catch {
    return true
  }
}

function replaced(res) {
  res.setHeader('X-Own', 'first')
  res.setHeader('x-own', 'second')
  res.json(res.getHeaderNames())
}

function replaced_list(res) {
  res.setHeader('X-Own', ['one', 'two'])
  res.setHeader('X-Own', 'three')
  res.json(res.getHeader('X-OWN'))
}

function cookies(res) {
  res.setHeader('Set-Cookie', ['a=1; Path=/', 'b=2; HttpOnly'])
  res.json(res.getHeader('set-cookie'))
}

function allow(res) {
  res.setHeader('Allow', ['GET', 'POST'])
  res.status(405).end()
}

function all(res) {
  res.setHeader('X-A', 'a').setHeader('Set-Cookie', ['b', 'c']).setHeader('X-Number', 42)
  const headers = res.getHeaders()
  res.json({ 'x-a': headers['x-a'], 'set-cookie': headers['set-cookie'], 'x-number': headers['x-number'] })
}

function names(res) {
  res.setHeader('X-B', '1').setHeader('x-a', '2').setHeader('X-C', '3').removeHeader('X-C')
  res.json(res.getHeaderNames())
}

function missing(res) {
  const got = res.getHeader('X-None')
  res.json({ missing: got === undefined, has: res.hasHeader('X-None') })
}

function get_any_case(res) {
  res.setHeader('X-Own', '1')
  res.json([res.getHeader('x-own'), res.getHeader('X-OWN'), res.hasHeader('X-oWN')])
}

function removed(res) {
  res.setHeader('X-Own', '1').setHeader('X-Kept', '1')
  res.removeHeader('x-OWN')
  res.removeHeader('X-None')
  res.json({ has: res.hasHeader('X-Own') })
}

function remove_returns(res) {
  res.setHeader('X-Own', '1')
  const result = res.removeHeader('X-Own')
  res.json({ nothing: result === undefined })
}

function append_new(res) {
  const chained = res.appendHeader('X-Own', 'one') === res
  res.json({ chained, got: res.getHeader('X-Own') })
}

function append_string(res) {
  res.setHeader('X-Own', 'one').appendHeader('x-own', 'two')
  res.json(res.getHeader('X-Own'))
}

function append_list(res) {
  res.setHeader('X-Own', ['one', 'two']).appendHeader('X-Own', ['three', 'four'])
  res.json(res.getHeader('X-Own'))
}

function append_number(res) {
  res.setHeader('X-Own', 1).appendHeader('X-Own', 'two')
  res.json(res.getHeader('X-Own'))
}

function append_cookie(res) {
  res.setHeader('Set-Cookie', 'a=1')
  res.appendHeader('Set-Cookie', 'b=2')
  res.appendHeader('Set-Cookie', ['c=3', 'd=4'])
  res.json(res.getHeader('Set-Cookie'))
}

function append_bad(res) {
  const failed = threw(() => res.appendHeader('X-Own', 'a\nb'))
  res.json({ failed, has: res.hasHeader('X-Own') })
}

function list_changed_later(res) {
  const list = ['one']
  res.setHeader('X-Own', list)
  list.push('two')
  res.json({})
}

function after_json(res) {
  res.json({ a: 1 })
  res.setHeader('X-After', '1')
}

function after_end(res) {
  res.setHeader('X-Before', '1').end('text')
  res.setHeader('X-After', '1')
}

function remove_after_end(res) {
  res.setHeader('X-Before', '1').end('text')
  res.removeHeader('X-Before')
}

function many(res) {
  for (let i = 0; i < 50; i++) res.setHeader(`X-${i}`, String(i))
  res.end()
}

function cookie_read_back(res) {
  res.setHeader('Set-Cookie', 'a=1')
  res.json(res.getHeader('Set-Cookie'))
}

function cookies_equal(res) {
  res.setHeader('Set-Cookie', ['a=1', 'b=2', 'a=1'])
  res.json(res.getHeader('Set-Cookie'))
}

function cookies_equal_appended(res) {
  res.setHeader('Set-Cookie', 'a=1').appendHeader('Set-Cookie', 'a=1')
  res.json(res.getHeader('Set-Cookie'))
}

function cookies_equal_written(res) {
  res.writeHead(200, { 'Set-Cookie': ['a=1', 'a=1'] }).end('text')
}

function cookie_number(res) {
  res.setHeader('Set-Cookie', 42)
  res.json({ got: res.getHeader('Set-Cookie'), has: res.hasHeader('Set-Cookie') })
}

function cookies_set_again(res) {
  res.setHeader('Set-Cookie', ['a=1', 'b=2']).setHeader('set-cookie', 'c=3')
  res.json(res.getHeader('Set-Cookie'))
}

function whole_float(res) {
  res.setHeader('X-Own', 100.0)
  res.json(res.getHeader('X-Own'))
}

function values_equal(res) {
  res.setHeader('X-Own', ['one', 'one']).end('text')
}

function type_list(res) {
  res.setHeader('Content-Type', ['text/plain', 'text/html']).send('text')
}

function type_removed(res) {
  res.setHeader('Content-Type', 'text/plain').removeHeader('Content-Type')
  res.send('text')
}

function vary(res) {
  res.setHeader('Vary', 'Origin').send('text')
}

function long_value(res) {
  res.setHeader('X-Own', 'x'.repeat(4000)).end('text')
}

const cases = {
  replaced,
  replaced_list,
  cookies,
  allow,
  all,
  names,
  missing,
  get_any_case,
  removed,
  remove_returns,
  append_new,
  append_string,
  append_list,
  append_number,
  append_cookie,
  append_bad,
  list_changed_later,
  after_json,
  after_end,
  remove_after_end,
  many,
  cookie_read_back,
  cookies_equal,
  cookies_equal_appended,
  cookies_equal_written,
  cookie_number,
  cookies_set_again,
  values_equal,
  whole_float,
  latin1_json: (res) => res.setHeader('X-Own', '\u00e9').json({}),
  latin1_send: (res) => res.setHeader('X-Own', '\u00e9').send('text'),
  latin1_buffer: (res) => res.setHeader('X-Own', '\u00e9').send(Buffer.from('text')),
  latin1_end: (res) => res.setHeader('X-Own', '\u00e9').end('text'),
  latin1_empty: (res) => res.setHeader('X-Own', '\u00e9').end(),
  latin1_stream: (res) => res.setHeader('X-Own', '\u00e9').write('text') && res.end(),
  type_list,
  type_removed,
  vary,
  long_value,
}

export default function handler(req, res) {
  cases[req.query.case](res)
}
