export default function handler(req, res) {
  res.json({ keys: Object.keys(req.body).length })
}
