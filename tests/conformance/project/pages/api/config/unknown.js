export const config = { api: { nothing: 1 }, other: { a: 1 } }

export default function handler(req, res) {
  res.send('x'.repeat(Number(req.query.size ?? 2000)))
}
