export default function handler(req, res) {
  res.json({ file: 'routing/seen.test', query: req.query, url: req.url })
}
