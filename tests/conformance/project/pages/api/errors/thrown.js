const values = { text: 'secret', number: 42, null: null, object: { statusCode: 404, message: 'secret' } }

export default function handler(req, res) {
  throw values[req.query.value]
}
