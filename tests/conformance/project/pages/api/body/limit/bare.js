export const config = { api: { bodyParser: { sizeLimit: '10' } } }

export default function handler(req, res) {
  res.json({ length: req.body.length })
}
