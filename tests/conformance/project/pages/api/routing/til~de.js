export default function handler(req, res) {
  res.json({ file: 'routing/til~de', query: req.query, url: req.url })
}
