const pause = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000))

async function write_then_throw(res) {
  res.write('half ')
  await pause(0.05)
  throw new Error('secret')
}

async function write_length_then_throw(res) {
  res.setHeader('Content-Length', 100).write('half ')
  await pause(0.05)
  throw new Error('secret')
}

async function writes(res) {
  for (const piece of ['one ', 'two ', 'three']) {
    res.write(piece)
    await pause(0.05)
  }
  res.end()
}

const cases = { write_then_throw, write_length_then_throw, writes }

export default async function handler(req, res) {
  await cases[req.query.case](res)
}
