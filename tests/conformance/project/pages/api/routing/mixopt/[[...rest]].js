export default function handler(req, res) {
  res.json({ file: 'routing/mixopt/[[...rest]]', query: req.query, url: req.url })
}
