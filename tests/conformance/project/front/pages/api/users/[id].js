export default function handler(req, res) {
  const headers = Object.entries(req.headers).filter(([name]) => name.startsWith('x-') && !/^x-(forwarded|middleware|invoke)/.test(name)).sort()
  res.json({ route: 'user', url: req.url, query: req.query, method: req.method, headers, cookies: req.cookies, body: req.body })
}
