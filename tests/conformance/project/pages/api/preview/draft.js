function after_cookie(res) {
  res.setHeader('Set-Cookie', 'a=1').setDraftMode({ enable: true })
  res.end()
}

function after_cookies(res) {
  res.setHeader('Set-Cookie', ['a=1', 'b=2']).setDraftMode({ enable: true })
  res.end()
}

function before_cookie(res) {
  res.setDraftMode({ enable: true }).setHeader('Set-Cookie', 'a=1')
  res.end()
}

function on_and_off(res) {
  res.setDraftMode({ enable: true }).setDraftMode({ enable: false })
  res.end()
}

function with_headers(res) {
  const chained = res.setDraftMode({ enable: true }) === res
  res.json({ chained, cookies: res.getHeader('Set-Cookie').length })
}

function after_json(res) {
  res.json({ a: 1 })
  res.setDraftMode({ enable: true })
}

const cases = {
  on: (res) => res.setDraftMode({ enable: true }).end(),
  off: (res) => res.setDraftMode({ enable: false }).end(),
  alone: (res) => res.setDraftMode().end(),
  truthy: (res) => res.setDraftMode({ enable: 1 }).end(),
  redirect: (res) => res.setDraftMode({ enable: true }).redirect('/post'),
  after_cookie,
  after_cookies,
  before_cookie,
  on_and_off,
  with_headers,
  after_json,
  clear_then_draft: (res) => res.clearPreviewData().setDraftMode({ enable: true }).end(),
}

export default function handler(req, res) {
  cases[req.query.case](res)
}
