import { existsSync, rmSync, writeFileSync } from 'fs'
import { setTimeout } from 'timers/promises'

const file = process.env.GO

export default async function handler(req, res) {
  if ('go' in req.query) {
    writeFileSync(file, '')
    return res.end()
  }
  rmSync(file, { force: true })
  res.writeHead(200, { 'Content-Type': 'text/plain', 'Cache-Control': 'no-transform' })
  res.write('one ')
  while (!existsSync(file)) await setTimeout(5)
  res.end('two')
}
