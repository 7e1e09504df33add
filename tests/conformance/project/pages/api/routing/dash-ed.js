export default function handler(req, res) {
  res.json({ file: 'routing/dash-ed', query: req.query, url: req.url })
}
