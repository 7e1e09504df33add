export const config = { api: { externalResolver: true } }

export default function handler(req, res) {
  res.send('x'.repeat(Number(req.query.size ?? 2000)))
}
