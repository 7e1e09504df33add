export default function handler(req, res) {
  res.json({ file: 'routing/nest/index', query: req.query, url: req.url })
}
