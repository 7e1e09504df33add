function threw(call) {
  try {
    call()
    return false
  } catch {
    return true
  }
}

function sized(size) {
  return (res) => {
    const failed = threw(() => res.setPreviewData('x'.repeat(size)))
    res.json({ threw: failed, cookies: res.hasHeader('Set-Cookie') })
  }
}

function chained(res) {
  const same = res.setPreviewData({ a: 1 }) === res
  res.json({ same, cookies: res.getHeader('Set-Cookie').length })
}

function set_then_clear(res) {
  res.setPreviewData({ a: 1 }).clearPreviewData()
  res.end()
}

function clear_twice(res) {
  res.clearPreviewData().clearPreviewData({ path: '/other' })
  res.end()
}

function clear_after_cookie(res) {
  res.setHeader('Set-Cookie', 'a=1').clearPreviewData()
  res.end()
}

const cases = {
  set: (res) => res.setPreviewData({ a: 1 }).end(),
  string: (res) => res.setPreviewData('text é').end(),
  null: (res) => res.setPreviewData(null).end(),
  list: (res) => res.setPreviewData([1, 2]).end(),
  max_age: (res) => res.setPreviewData({ a: 1 }, { maxAge: 60 }).end(),
  max_age_zero: (res) => res.setPreviewData({ a: 1 }, { maxAge: 0 }).end(),
  max_age_float: (res) => res.setPreviewData({ a: 1 }, { maxAge: 60.9 }).end(),
  max_age_negative: (res) => res.setPreviewData({ a: 1 }, { maxAge: -60 }).end(),
  max_age_text: (res) => res.setPreviewData({ a: 1 }, { maxAge: 'soon' }).end(),
  path: (res) => res.setPreviewData({ a: 1 }, { path: '/blog' }).end(),
  path_bad: (res) => res.setPreviewData({ a: 1 }, { path: '/a;b' }).end(),
  path_newline: (res) => res.setPreviewData({ a: 1 }, { path: '/a\r\nX-Evil: 1' }).end(),
  both: (res) => res.setPreviewData({ a: 1 }, { maxAge: 60, path: '/blog' }).end(),
  after_cookies: (res) => res.setHeader('Set-Cookie', ['a=1', 'b=2']).setPreviewData({}).end(),
  twice: (res) => res.setPreviewData({ a: 1 }).setPreviewData({ a: 2 }).end(),
  redirect: (res) => res.setPreviewData({ a: 1 }).redirect('/post'),
  empty: sized(0),
  small: sized(700),
  large: sized(1500),
  huge: sized(5000),
  chained,
  set_then_clear,
  clear: (res) => res.clearPreviewData().end(),
  clear_path: (res) => res.clearPreviewData({ path: '/blog' }).end(),
  clear_twice,
  clear_after_cookie,
}

export default function handler(req, res) {
  cases[req.query.case](res)
}
