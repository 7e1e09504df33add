export default function handler(req, res) {
  res.setHeader('Set-Cookie', ['node=1; Path=/', 'node-too=2; Path=/; HttpOnly'])
  res.json({ by: 'node', method: req.method, query: req.query, body: req.body ?? null, cookies: Object.keys(req.cookies).sort() })
}
