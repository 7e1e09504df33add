// The proxy headers hold the port and address of this very run.
function hidden(name) {
  return name.startsWith('x-forwarded-')
}

export default function handler(req, res) {
  const names = Object.keys(req.headers)
  const shown = names.filter((name) => !hidden(name)).sort()
  res.json(shown.map((name) => [name, req.headers[name]]))
}
