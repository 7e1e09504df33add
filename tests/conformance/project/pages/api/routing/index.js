export default function handler(req, res) {
  res.json({ file: 'routing/index', query: req.query, url: req.url })
}
