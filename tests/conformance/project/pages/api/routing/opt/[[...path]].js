export default function handler(req, res) {
  res.json({ file: 'routing/opt/[[...path]]', query: req.query, url: req.url })
}
