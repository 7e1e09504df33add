export const config = { maxDuration: 5, regions: ['fra1'] }

export default function handler(req, res) {
  res.send('x'.repeat(Number(req.query.size ?? 2000)))
}
