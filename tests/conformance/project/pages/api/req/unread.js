export const config = { api: { bodyParser: false } }

export default function handler(req, res) {
  res.json({ body: req.body ?? null })
}
