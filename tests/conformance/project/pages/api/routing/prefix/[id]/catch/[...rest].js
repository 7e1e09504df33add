export default function handler(req, res) {
  res.json({ file: 'routing/prefix/[id]/catch/[...rest]', query: req.query, url: req.url })
}
