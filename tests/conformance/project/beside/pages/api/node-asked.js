export default function handler(req, res) {
  const names = ['host', 'x-forwarded-host', 'x-forwarded-for', 'x-forwarded-proto', 'via']
  res.json(Object.fromEntries(names.map((name) => [name, req.headers[name] ?? null])))
}
