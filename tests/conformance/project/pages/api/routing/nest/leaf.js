export default function handler(req, res) {
  res.json({ file: 'routing/nest/leaf', query: req.query, url: req.url })
}
