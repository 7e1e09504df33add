export default function handler(req, res) {
  res.json({ file: 'routing/colon:s', query: req.query, url: req.url })
}
