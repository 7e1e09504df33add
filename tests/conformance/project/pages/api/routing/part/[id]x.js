export default function handler(req, res) {
  res.json({ file: 'routing/part/[id]x', query: req.query, url: req.url })
}
