const answers = {
  json: (res, code) => res.status(code).json({ code }),
  send: (res, code) => res.status(code).send('text'),
  object: (res, code) => res.status(code).send({ code }),
  end: (res, code) => res.status(code).end('text'),
  nothing: (res, code) => res.status(code).end(),
  write: (res, code) => res.status(code).write('one ') && res.end('two'),
  typed: (res, code) => res.setHeader('Content-Type', 'text/x-own').status(code).send('text'),
  null: (res, code) => res.setHeader('Content-Type', 'text/x-own').status(code).send(null),
}

export default function handler(req, res) {
  const { as, code } = req.query
  answers[as](res, Number(code))
}
