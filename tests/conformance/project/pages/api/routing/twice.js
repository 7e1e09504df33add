export default function handler(req, res) {
  res.json({ file: 'routing/twice', query: req.query, url: req.url })
}
