const pause = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000))

export default async function handler(req, res) {
  res.writeHead(200, {
    'Content-Type': 'text/event-stream',
    'Cache-Control': 'no-cache, no-transform',
  })
  for (let i = 0; i < 3; i++) {
    res.write(`data: ${i}\n\n`)
    await pause(0.02)
  }
  res.end()
}
