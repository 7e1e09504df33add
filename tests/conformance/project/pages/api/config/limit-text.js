export const config = { api: { responseLimit: '1kb' } }

export default function handler(req, res) {
  res.send('x'.repeat(Number(req.query.size ?? 2000)))
}
