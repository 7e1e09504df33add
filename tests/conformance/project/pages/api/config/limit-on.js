export const config = { api: { responseLimit: true } }

export default function handler(req, res) {
  res.send('x'.repeat(Number(req.query.size ?? 2000)))
}
