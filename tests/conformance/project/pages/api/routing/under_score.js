export default function handler(req, res) {
  res.json({ file: 'routing/under_score', query: req.query, url: req.url })
}
