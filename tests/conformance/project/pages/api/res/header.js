const NAME = 'X-Own'

const values = {
  string: 'text',
  empty: '',
  spaces: '  padded  ',
  number: 42,
  float: 1.5,
  negative: -1,
  true: true,
  false: false,
  list: ['one', 'two'],
  numbers: [1, 2],
  empty_list: [],
  one: ['one'],
  undefined: undefined,
  cr: 'a\rb',
  lf: 'a\nb',
  crlf: 'a\r\nX-Evil: 1',
  nul: 'a\u0000b',
  control: 'a\u0001b',
  escape: 'a\u001bb',
  delete: 'a\u007fb',
  tab: 'a\tb',
  upper_control: 'a\u0080\u009fb',
  latin1: 'caf\u00e9 \u00ff',
  wide: 'a\u0100b',
  astral: '\u{1f600}',
  list_bad: ['one', 'a\nb'],
}

function kept(res, value) {
  try {
    const chained = res.setHeader(NAME, value) === res
    return { chained, got: res.getHeader(NAME), has: res.hasHeader(NAME) }
  } catch {
    return { threw: true, has: res.hasHeader(NAME) }
  }
}

export default function handler(req, res) {
  res.end(JSON.stringify(kept(res, values[req.query.value])))
}
