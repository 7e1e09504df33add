const cases = {
  end: (res) => res.end('answered'),
  json: (res) => res.status(201).json({ answered: true }),
  send: (res) => res.send('answered'),
  no_content: (res) => res.status(204).end(),
  redirect: (res) => res.redirect('/next'),
  write: (res) => res.write('half '),
  writehead: (res) => res.writeHead(201, { 'X-A': '1' }),
  flush: (res) => res.status(202).flushHeaders(),
  write_length: (res) => res.setHeader('Content-Length', 100).write('half '),
  write_end: (res) => res.write('one ') && res.end('two'),
}

export default function handler(req, res) {
  cases[req.query.case](res)
  throw new Error('secret')
}
