export default function handler(req, res) {
  res.json({ file: 'routing/mix/[...rest]', query: req.query, url: req.url })
}
