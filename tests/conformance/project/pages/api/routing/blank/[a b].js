export default function handler(req, res) {
  res.json({ file: 'routing/blank/[a b]', query: req.query, url: req.url })
}
