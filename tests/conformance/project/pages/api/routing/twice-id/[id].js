export default function handler(req, res) {
  res.json({ file: 'routing/twice-id/[id]', query: req.query, url: req.url })
}
