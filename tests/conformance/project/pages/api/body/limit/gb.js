export const config = { api: { bodyParser: { sizeLimit: '1gb' } } }

export default function handler(req, res) {
  res.json({ length: req.body.length })
}
