export default function handler(req, res) {
  res.json({
    method: req.method,
    url: req.url,
    httpVersion: req.httpVersion,
    query: req.query,
    cookies: req.cookies,
    host: req.headers.host ?? null,
    accept: req.headers.accept ?? null,
    type: req.headers['content-type'] ?? null,
    length: req.headers['content-length'] ?? null,
    body: req.body,
  })
}
