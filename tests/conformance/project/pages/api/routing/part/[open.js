export default function handler(req, res) {
  res.json({ file: 'routing/part/[open', query: req.query, url: req.url })
}
