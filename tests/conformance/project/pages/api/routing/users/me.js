export default function handler(req, res) {
  res.json({ file: 'routing/users/me', query: req.query, url: req.url })
}
