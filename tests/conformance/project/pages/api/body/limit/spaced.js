export const config = { api: { bodyParser: { sizeLimit: '1 kb' } } }

export default function handler(req, res) {
  res.json({ length: req.body.length })
}
