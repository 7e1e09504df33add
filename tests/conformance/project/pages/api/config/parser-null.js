export const config = { api: { bodyParser: null } }

export default function handler(req, res) {
  const parsed = req.body !== undefined
  res.json({ parsed, size: parsed ? req.body.length : 0 })
}
