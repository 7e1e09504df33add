export default function handler(req, res) {
  const { id, x } = req.query;
  res.status(200).json({ id, x });
}
