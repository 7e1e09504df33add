import { Readable } from 'stream'

// Does what it is told to: a list of calls, each the name of a method and its arguments.
function given(value) {
  if (Array.isArray(value) && value[0] === 'bytes') return Buffer.from(value[1], 'latin1')
  if (Array.isArray(value) && value[0] === 'stream') return Readable.from(value[1].map((each) => Buffer.from(each)))
  return value
}

function shown(value) {
  return value === undefined ? null : value
}

const own = {
  statusCode(res, value) {
    res.statusCode = value
  },
  statusMessage(res, value) {
    res.statusMessage = value
  },
  note(res, notes, name, ...args) {
    notes.push(shown(res[name](...args)))
  },
  sent(res, notes) {
    notes.push([res.headersSent, res.writableEnded, res.statusCode])
  },
  report(res, notes) {
    res.json(notes)
  },
}

function call(res, notes, name, args) {
  if (name === 'try') {
    try {
      call(res, notes, args[0], args.slice(1))
    } catch (error) {
      notes.push('threw')
    }
  } else if (name === 'statusCode' || name === 'statusMessage') own[name](res, args[0])
  else if (own[name]) own[name](res, notes, ...args)
  else res[name](...args.map(given))
}

export default function handler(req, res) {
  const notes = []
  for (const [name, ...args] of JSON.parse(decodeURIComponent(req.headers['x-calls']))) {
    call(res, notes, name, args)
  }
}
