const pause = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000))

async function rejects(res) {
  throw new Error('secret')
}

async function rejects_later(res) {
  await pause(0.02)
  res.setHeader('X-Kept', '1')
  throw new Error('secret')
}

async function inner_rejects(res) {
  res.status(201)
  await rejects(res)
}

async function answers(res) {
  await pause(0.02)
  res.status(201).json({ late: true })
}

async function answers_then_throws(res) {
  res.json({ first: true })
  await pause(0.02)
  throw new Error('secret')
}

async function caught(res) {
  try {
    await rejects(res)
  } catch {
    res.status(400).json({ caught: true })
  }
}

async function twice(res) {
  res.json({ first: true })
  await pause(0.02)
  res.json({ second: true })
}

async function square(n) {
  await pause(0.02 * n)
  return n * n
}

async function at_once(res) {
  const values = await Promise.all([1, 2, 3].map(square))
  res.json(values)
}

async function finally_runs(res) {
  try {
    await rejects(res)
  } finally {
    res.setHeader('X-Finally', '1')
  }
}

const cases = {
  rejects,
  rejects_later,
  inner_rejects,
  answers,
  answers_then_throws,
  caught,
  twice,
  at_once,
  finally_runs,
}

export default async function handler(req, res) {
  await cases[req.query.case](res)
}
