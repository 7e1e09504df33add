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
    const failed = threw(() => res.redirect(...args))
    res.json({ threw: failed })
  }
}

function headers_kept(res) {
  res.setHeader('X-Kept', '1').setHeader('Set-Cookie', ['a=1', 'b=2'])
  res.redirect('/next')
}

function typed(res) {
  res.setHeader('Content-Type', 'text/html').redirect(302, '/next')
}

function location_set(res) {
  res.setHeader('Location', '/before').redirect('/after')
}

function after_status(res) {
  res.status(201).redirect('/next')
}

function chained(res) {
  const result = res.redirect('/next')
  result.end('more')
}

function twice(res) {
  res.redirect('/first')
  res.redirect('/second')
}

function length_set(res) {
  res.setHeader('Content-Length', 5).redirect('/next')
}

const cases = {
  url: (res) => res.redirect('/next'),
  301: (res) => res.redirect(301, '/next'),
  302: (res) => res.redirect(302, '/next'),
  303: (res) => res.redirect(303, '/next'),
  307: (res) => res.redirect(307, '/next'),
  308: (res) => res.redirect(308, '/next'),
  200: (res) => res.redirect(200, '/next'),
  204: (res) => res.redirect(204, '/next'),
  304: (res) => res.redirect(304, '/next'),
  999: (res) => res.redirect(999, '/next'),
  99: (res) => res.redirect(99, '/next'),
  float: (res) => res.redirect(302.7, '/next'),
  absolute: (res) => res.redirect('https://example.com/a?b=c#d'),
  relative: (res) => res.redirect('next'),
  double_slash: (res) => res.redirect('//example.com'),
  backslash: (res) => res.redirect('/\\example.com'),
  script: (res) => res.redirect('javascript:alert(1)'),
  space: (res) => res.redirect('/a b'),
  html: (res) => res.redirect('/?a=<b>"c"'),
  percent: (res) => res.redirect('/%E4%B8%AD%20'),
  latin1: (res) => res.redirect('/\u00e9'),
  wide: (res) => res.redirect('/\u4e2d'),
  crlf: (res) => res.redirect('/a\r\nX-Evil: 1'),
  tab: (res) => res.redirect('/a\tb'),
  nul: (res) => res.redirect('/a\u0000b'),
  empty: (res) => res.redirect(''),
  empty_302: (res) => res.redirect(302, ''),
  url_twice: (res) => res.redirect('/first', '/second'),
  headers_kept,
  typed,
  location_set,
  after_status,
  chained,
  twice,
  length_set,
  nothing: refused(),
  status_alone: refused(302),
  text_status: refused('302', '/next'),
  null_url: refused(302, null),
  number_url: refused(302, 42),
  null: refused(null),
  swapped: refused('/next', 302),
  bool_status: refused(true, '/next'),
  list_url: refused(['/next']),
  zero_status: refused(0, '/next'),
}

export default function handler(req, res) {
  cases[req.query.case](res)
}
