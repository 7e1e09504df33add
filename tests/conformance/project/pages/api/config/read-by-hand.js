export const config = { api: { bodyParser: false } }

export default async function handler(req, res) {
  const chunks = []
  for await (const chunk of req) chunks.push(chunk)
  const body = Buffer.concat(chunks)
  res.json({ parsed: req.body !== undefined, size: body.length, text: body.toString('latin1') })
}
