export default function handler(req, res) {
  res.json({ names: Object.keys(req.cookies) })
}
