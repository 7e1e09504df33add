export const config = { api: { bodyParser: { sizeLimit: '0b' } } }

export default function handler(req, res) {
  const parsed = req.body !== undefined
  res.json({ parsed, size: parsed ? req.body.length : 0 })
}
