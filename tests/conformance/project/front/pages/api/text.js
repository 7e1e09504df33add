export default function handler(req, res) {
  res.setHeader('X-Env', process.env.FRONT_WORD)
  res.status(201).send('text')
}
