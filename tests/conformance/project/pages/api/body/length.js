export default function handler(req, res) {
  res.json({ length: req.body.length })
}
