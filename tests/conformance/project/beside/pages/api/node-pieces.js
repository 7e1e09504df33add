const waiting = (globalThis.waiting ??= [])

export default async function handler(req, res) {
  if ('go' in req.query) {
    waiting.splice(0).forEach((go) => go())
    return res.end()
  }
  res.writeHead(200, { 'Content-Type': 'text/plain', 'Cache-Control': 'no-transform' })
  res.write('one ')
  await new Promise((go) => waiting.push(go))
  res.end('two')
}
