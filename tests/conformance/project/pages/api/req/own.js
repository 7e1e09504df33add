export default function handler(req, res) {
  req.user = { name: 'Ann' }
  req.query.page = Number(req.query.page ?? 1)
  req.cookies = { theme: 'dark' }
  req.body = { replaced: true }
  res.json([req.user, req.query, req.cookies, req.body])
}
