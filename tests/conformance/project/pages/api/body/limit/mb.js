export const config = { api: { bodyParser: { sizeLimit: '2mb' } } }

export default function handler(req, res) {
  res.json({ length: req.body.length })
}
