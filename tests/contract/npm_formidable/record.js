// Asks npm's formidable each of cases.json over a socket, and writes recorded.json. In a folder of its own:
//   npm install formidable@3 && cp .../npm_formidable/* . && node record.js
// (as a module: "type": "module" in package.json)
import fs from 'node:fs'
import http from 'node:http'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import formidable from 'formidable'

const cases = JSON.parse(fs.readFileSync('cases.json', 'utf8'))
const version = JSON.parse(fs.readFileSync('node_modules/formidable/package.json', 'utf8')).version
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'formidable-'))

function read(options) {
  const given = { ...options, uploadDir: folder }
  if (options.filter) given.filter = part => part.name !== 'skip'
  if (options.filename) given.filename = (name, ext) => `${name}+${ext}`
  return given
}

function told(file) {
  const { originalFilename, mimetype, size, hash } = file
  // A random name is told by its length and its extension.
  const newFilename = file.newFilename.replace(/^[a-z][a-z0-9]{24}(?=\.|$)/, '*')
  const content = fs.readFileSync(file.filepath, 'latin1')
  return { originalFilename: originalFilename ?? null, newFilename, mimetype, size, hash: hash ?? null, content }
}

async function parse(req, options) {
  try {
    const [fields, files] = await formidable(read(options)).parse(req)
    const entries = Object.entries(files).map(([name, list]) => [name, list.map(told)])
    return { fields, files: Object.fromEntries(entries) }
  } catch (error) {
    return { code: error.code ?? null, httpCode: error.httpCode ?? null }
  }
}

function message({ headers, body, chunked }) {
  const content = Buffer.from(body.join('\r\n'), 'latin1')
  const framed = chunked
    ? Buffer.concat([
        ...(content.length ? [Buffer.from(`${content.length.toString(16)}\r\n`), content, Buffer.from('\r\n')] : []),
        Buffer.from('0\r\n\r\n'),
      ])
    : content
  const framing = chunked ? 'Transfer-Encoding: chunked' : `Content-Length: ${content.length}`
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  const head = ['POST / HTTP/1.1', 'Host: x', 'Connection: close', framing, ...lines, '', '']
  return Buffer.concat([Buffer.from(head.join('\r\n'), 'latin1'), framed])
}

function ask(port, bytes) {
  return new Promise((resolve, reject) => {
    const socket = net.connect(port, '127.0.0.1', () => socket.write(bytes))
    const pieces = []
    socket.setTimeout(2000, () => socket.destroy(new Error('no answer')))
    socket.on('data', piece => pieces.push(piece)).on('error', reject)
    socket.on('close', () => resolve(Buffer.concat(pieces).toString().split('\r\n\r\n')[1]))
  })
}

let options
process.on('uncaughtException', error => console.error('uncaught:', error.message))
const server = http.createServer(async (req, res) => {
  const text = JSON.stringify(await parse(req, options))
  res.setHeader('Content-Length', Buffer.byteLength(text))
  res.end(text)
})
server.listen(0, '127.0.0.1', async () => {
  const answers = {}
  for (const [name, each] of Object.entries(cases)) {
    options = each.options
    answers[name] = await ask(server.address().port, message(each)).then(JSON.parse).catch(error => ({ none: error.message }))
  }
  const lines = Object.entries(answers).map(([name, answer]) => `  ${JSON.stringify(name)}: ${JSON.stringify(answer)}`)
  fs.writeFileSync('recorded.json', `{\n  "version": ${JSON.stringify(version)},\n${lines.join(',\n')}\n}\n`)
  fs.rmSync(folder, { recursive: true })
  process.exit()
})
