export const config = { api: { bodyParser: {} } }

export default function handler(req, res) {
  const parsed = req.body !== undefined
  res.json({ parsed, size: parsed ? req.body.length : 0 })
}
