function state(res) {
  return [res.headersSent, res.writableEnded, res.finished]
}

function fresh(res) {
  res.json(state(res))
}

function headers_set(res) {
  res.status(201).setHeader('X-Own', '1')
  res.json(state(res))
}

function head_written(res) {
  res.writeHead(200)
  res.end(JSON.stringify(state(res)))
}

function flushed(res) {
  res.flushHeaders()
  res.end(JSON.stringify(state(res)))
}

function written(res) {
  res.write('x')
  res.end(JSON.stringify(state(res)))
}

const before = {}

function remembered(name, answer) {
  return (res) => {
    answer(res)
    before[name] = state(res)
  }
}

const cases = {
  fresh,
  headers_set,
  head_written,
  flushed,
  written,
  ended: remembered('ended', (res) => res.end()),
  json: remembered('json', (res) => res.json({})),
  sent: remembered('sent', (res) => res.send('text')),
  redirected: remembered('redirected', (res) => res.redirect('/x')),
  no_content: remembered('no_content', (res) => res.status(204).end()),
}

export default function handler(req, res) {
  if (req.query.case === 'told') {
    res.json(before[req.query.name])
  } else {
    cases[req.query.case](res)
  }
}
