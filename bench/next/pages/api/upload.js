export const config = { api: { bodyParser: false } };

export default async function handler(req, res) {
  let bytes = 0;
  for await (const piece of req) bytes += piece.length;
  res.status(200).json({ bytes });
}
