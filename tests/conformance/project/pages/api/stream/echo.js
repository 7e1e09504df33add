export const config = { api: { bodyParser: false } }

export default async function handler(req, res) {
  res.setHeader('Content-Type', 'application/octet-stream')
  for await (const chunk of req) res.write(chunk)
  res.end()
}
