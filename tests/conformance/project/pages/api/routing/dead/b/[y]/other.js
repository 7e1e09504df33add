export default function handler(req, res) {
  res.json({ file: 'routing/dead/b/[y]/other', query: req.query, url: req.url })
}
