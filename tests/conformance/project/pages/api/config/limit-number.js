export const config = { api: { responseLimit: 100 } }

export default function handler(req, res) {
  res.send('x'.repeat(Number(req.query.size ?? 2000)))
}
