function set(res, { status, phrase }) {
  if (status !== undefined) res.statusCode = status
  if (phrase !== undefined) res.statusMessage = phrase
  return res
}

const cases = {
  number: (res) => set(res, { status: 201 }).json({}),
  text: (res) => set(res, { status: '202' }).json({}),
  word: (res) => set(res, { status: 'many' }).json({}),
  float: (res) => set(res, { status: 200.5 }).json({}),
  bool: (res) => set(res, { status: true }).json({}),
  null: (res) => set(res, { status: null }).json({}),
  called_text: (res) => res.status('203').json({}),
  phrase: (res) => set(res, { phrase: 'Fine By Me' }).json({}),
  both: (res) => set(res, { status: 404, phrase: 'No Such Dog' }).json({}),
  unknown: (res) => set(res, { status: 299, phrase: 'Odd' }).json({}),
  empty: (res) => set(res, { status: 201, phrase: '' }).json({}),
  newline: (res) => set(res, { phrase: 'Bad\r\nX-Evil: 1' }).json({}),
  control: (res) => set(res, { phrase: 'Bad\u0001' }).json({}),
  tab: (res) => set(res, { phrase: 'Tab\tbed' }).json({}),
  latin1: (res) => set(res, { phrase: 'Tr\u00e8s bien' }).json({}),
  wide: (res) => set(res, { phrase: '\u4e2d' }).json({}),
  with_end: (res) => set(res, { status: 503, phrase: 'Gone Fishing' }).end(),
  with_204: (res) => set(res, { status: 204, phrase: 'Nothing Here' }).end(),
  with_redirect: (res) => set(res, { phrase: 'Over There' }).redirect('/x'),
  read: (res) => res.json([res.statusCode, res.status(418).statusCode]),
}

export default function handler(req, res) {
  cases[req.query.case](res)
}
