function short(res) {
  res.setHeader('Content-Length', 10)
  res.write('four')
  res.end()
}

function long(res) {
  res.setHeader('Content-Length', 4)
  res.write('four')
  res.write(' more')
  res.end()
}

const cases = {
  short,
  long,
  short_end: (res) => res.setHeader('Content-Length', 10).end('four'),
  long_end: (res) => res.setHeader('Content-Length', 4).end('four more'),
  zero: (res) => res.setHeader('Content-Length', 0).end(),
  list: (res) => res.setHeader('Content-Length', ['4', '4']).end('four'),
  chunked: (res) => res.setHeader('Transfer-Encoding', 'chunked').end('four'),
  both: (res) => res.setHeader('Transfer-Encoding', 'chunked').setHeader('Content-Length', 4).end('four'),
  close: (res) => res.setHeader('Connection', 'close').end('four'),
  upgrade: (res) => res.setHeader('Connection', 'upgrade').setHeader('Upgrade', 'x').end('four'),
  keep: (res) => res.setHeader('Connection', 'keep-alive').end('four'),
  no_content: (res) => res.status(204).setHeader('Content-Length', 4).end('four'),
  not_modified: (res) => res.status(304).setHeader('Content-Length', 4).end('four'),
  reset: (res) => res.status(205).setHeader('Content-Length', 0).end(),
}

export default function handler(req, res) {
  cases[req.query.case](res)
}
