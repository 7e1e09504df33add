const names = {
  plain: 'X-Own',
  lower: 'x-own',
  mixed: 'x-OWN-nAme',
  symbols: "!#$%&'*+-.^_`|~09",
  empty: '',
  space: 'X Own',
  leading: ' X-Own',
  trailing: 'X-Own ',
  colon: 'X-Own:',
  crlf: 'X-Own\r\nX-Evil',
  nul: 'X\u0000Own',
  tab: 'X\tOwn',
  latin1: 'X-\u00e9',
  wide: 'X-\u4e2d',
  slash: 'X/Own',
  quote: 'X"Own',
  number: 42,
  null: null,
}

function threw(call) {
  try {
    call()
    return false
  } catch {
    return true
  }
}

export default function handler(req, res) {
  const name = names[req.query.name]
  const set = threw(() => res.setHeader(name, '1'))
  const append = threw(() => res.appendHeader(name, '2'))
  res.end(JSON.stringify({ set, append }))
}
