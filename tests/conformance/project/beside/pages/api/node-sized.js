export const config = { api: { bodyParser: false } }

export default function handler(req, res) {
  const { how, length = '2000', status = '200', ...headers } = req.query
  for (const [name, value] of Object.entries(headers)) res.setHeader(name, value)
  const text = 'abcdefghij'.repeat(Number(length) / 10)
  res.status(Number(status))
  if (how === 'json') return res.json(text)
  if (how === 'send') return res.send(text)
  if (how === 'write') {
    res.write(text.slice(0, 10))
    return res.end(text.slice(10))
  }
  res.end(text)
}
