export default function handler(req, res) {
  res.json({ file: 'routing/names/[user-id]/[class]/[ID]/[0]/[nxtPid]', query: req.query, url: req.url })
}
