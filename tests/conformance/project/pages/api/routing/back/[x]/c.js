export default function handler(req, res) {
  res.json({ file: 'routing/back/[x]/c', query: req.query, url: req.url })
}
