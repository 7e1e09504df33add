export default function handler(req, res) {
  res.json({ file: 'routing/mixopt/[id]/edit', query: req.query, url: req.url })
}
