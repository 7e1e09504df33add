export default function handler(req, res) {
  res.json([req.preview ?? null, req.draftMode ?? null, req.previewData])
}
