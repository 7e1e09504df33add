export default function handler(req, res) {
  res.json({ file: 'routing/mix/[id]', query: req.query, url: req.url })
}
