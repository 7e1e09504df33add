const values = {
  object: { returned: true },
  text: 'returned',
  number: 42,
  false: false,
  list: [1],
}

export default function handler(req, res) {
  res.status(201).json({ answered: true })
  return values[req.query.value]
}
