export const config = { api: { bodyParser: true } }

export default function handler(req, res) {
  res.json({ length: req.body.length })
}
