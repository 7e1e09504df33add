export default function handler(req, res) {
  res.json({ file: 'routing/docs/fixed/[leaf]', query: req.query, url: req.url })
}
