export default function handler(req, res) {
  res.json({ file: 'routing/docs/[...path]', query: req.query, url: req.url })
}
