// Asks npm's cors each request under each set of options, and prints what it did:
// npm install cors@2 in a folder of its own, then NODE_PATH=that/node_modules node record.js > recorded.json
const cors = require('cors')
const http = require('node:http')
const { options, requests } = require('./cases.json')

function read(value) {
  if (Array.isArray(value)) return value.map(read)
  if (value && value.pattern) return new RegExp(value.pattern)
  if (value && value.function) return (origin, callback) => callback(null, value.function[origin])
  return value
}

function ask(settings, { method, headers, vary }) {
  const req = new http.IncomingMessage(null)
  Object.assign(req, { method, headers })
  const res = new http.ServerResponse(req)
  if (vary) res.setHeader('Vary', vary)
  let passed = false
  cors({ ...settings, ...('origin' in settings && { origin: read(settings.origin) }) })(req, res, () => {
    passed = true
  })
  return { passed, status: res.statusCode, headers: { ...res.getHeaders() } }
}

const lines = Object.entries(options).map(([name, settings]) => {
  const answers = Object.entries(requests).map(
    ([title, request]) => `    ${JSON.stringify(title)}: ${JSON.stringify(ask(settings, request))}`,
  )
  return `  ${JSON.stringify(name)}: {\n${answers.join(',\n')}\n  }`
})
console.log(`{\n  "version": "${require('cors/package.json').version}",\n${lines.join(',\n')}\n}`)
