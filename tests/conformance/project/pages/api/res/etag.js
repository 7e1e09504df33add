const answers = {
  json: (res) => res.json({ dog: 'Rex' }),
  send: (res) => res.send('Rex'),
  empty: (res) => res.send(''),
  buffer: (res) => res.send(Buffer.from('Rex')),
  typed: (res) => res.setHeader('Content-Type', 'text/plain').send('Rex'),
  long: (res) => res.setHeader('Content-Length', 3).setHeader('Cache-Control', 'max-age=60').send('Rex'),
  end: (res) => res.end('Rex'),
  own: (res) => res.setHeader('ETag', '"by-hand"').json({ dog: 'Rex' }),
  own_end: (res) => res.setHeader('ETag', '"by-hand"').end('Rex'),
  cookie: (res) => res.setHeader('Set-Cookie', ['a=1', 'b=2']).setHeader('X-Kept', '1').json({ dog: 'Rex' }),
  phrase: (res) => Object.assign(res, { statusMessage: 'Good Dog' }).json({ dog: 'Rex' }),
}

export default function handler(req, res) {
  const { as, status = '200' } = req.query
  answers[as](res.status(Number(status)))
}
