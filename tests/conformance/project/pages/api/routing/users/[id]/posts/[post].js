export default function handler(req, res) {
  res.json({ file: 'routing/users/[id]/posts/[post]', query: req.query, url: req.url })
}
