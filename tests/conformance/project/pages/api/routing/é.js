export default function handler(req, res) {
  res.json({ file: 'routing/é', query: req.query, url: req.url })
}
