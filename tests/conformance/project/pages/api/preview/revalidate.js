export default async function handler(req, res) {
  let threw = false
  try {
    await res.revalidate(req.query.path)
  } catch {
    threw = true
  }
  res.json({ threw })
}
