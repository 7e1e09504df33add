export default function handler(req, res) {
  res.json({ file: 'routing/two/[a]/[...b]', query: req.query, url: req.url })
}
