export default function handler(req, res) {
  res.json({ file: 'routing/twice/index', query: req.query, url: req.url })
}
