export const config = { api: { responseLimit: '0.5KB' } }

export default function handler(req, res) {
  res.send('x'.repeat(Number(req.query.size ?? 2000)))
}
