export default function handler(req, res) {
  res.json({ file: 'index', query: req.query, url: req.url })
}
