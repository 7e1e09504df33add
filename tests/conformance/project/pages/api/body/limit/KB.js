export const config = { api: { bodyParser: { sizeLimit: '1KB' } } }

export default function handler(req, res) {
  res.json({ length: req.body.length })
}
