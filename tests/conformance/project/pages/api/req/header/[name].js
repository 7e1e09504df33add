export default function handler(req, res) {
  res.json({ value: req.headers[req.query.name] ?? null })
}
