export default function handler(req, res) {
  res.json({ route: 'opt', url: req.url, query: req.query })
}
