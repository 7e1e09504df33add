export default function handler(req, res) {
  res.write('sent ')
  let threw = false
  try {
    req.previewData
  } catch {
    threw = true
  }
  res.end(String(threw))
}
