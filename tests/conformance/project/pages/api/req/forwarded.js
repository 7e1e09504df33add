export default function handler(req, res) {
  const { 'x-forwarded-host': host, 'x-forwarded-proto': proto } = req.headers
  res.json({ host: host ?? null, proto: proto ?? null })
}
