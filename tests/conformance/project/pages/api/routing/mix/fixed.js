export default function handler(req, res) {
  res.json({ file: 'routing/mix/fixed', query: req.query, url: req.url })
}
