function threw(call) {
  try {
    call()
    return false
  } catch {
    return true
  }
}

// What a handler saw after it had answered, told by a second request.
const seen = {}

function remembered(name, first, second) {
  return (res) => {
    first(res)
    seen[name] = threw(() => second(res))
  }
}

function json_twice(res) {
  res.status(201).json({ first: true })
  res.status(500).json({ second: true })
}

function send_twice(res) {
  res.send('first')
  res.send('second')
}

function json_then_throw_caught(res) {
  res.json({ first: true })
  try {
    res.json({ second: true })
  } catch {
    res.end('third')
  }
}

const cases = {
  json_twice,
  send_twice,
  json_then_throw_caught,
  json_json: remembered('json_json', (res) => res.json(1), (res) => res.json(2)),
  json_send: remembered('json_send', (res) => res.json(1), (res) => res.send('2')),
  json_send_null: remembered('json_send_null', (res) => res.json(1), (res) => res.send(null)),
  json_end: remembered('json_end', (res) => res.json(1), (res) => res.end('2')),
  json_write: remembered('json_write', (res) => res.json(1), (res) => res.write('2')),
  json_redirect: remembered('json_redirect', (res) => res.json(1), (res) => res.redirect('/2')),
  json_status: remembered('json_status', (res) => res.json(1), (res) => res.status(500)),
  json_header: remembered('json_header', (res) => res.json(1), (res) => res.setHeader('X-2', '2')),
  json_bad_header: remembered('json_bad_header', (res) => res.json(1), (res) => res.setHeader('X 2', '2')),
  json_remove: remembered('json_remove', (res) => res.json(1), (res) => res.removeHeader('ETag')),
  json_append: remembered('json_append', (res) => res.json(1), (res) => res.appendHeader('X-2', '2')),
  json_writehead: remembered('json_writehead', (res) => res.json(1), (res) => res.writeHead(500)),
  json_flush: remembered('json_flush', (res) => res.json(1), (res) => res.flushHeaders()),
  json_draft: remembered('json_draft', (res) => res.json(1), (res) => res.setDraftMode({ enable: true })),
  json_clear: remembered('json_clear', (res) => res.json(1), (res) => res.clearPreviewData()),
  send_json: remembered('send_json', (res) => res.send('1'), (res) => res.json(2)),
  end_json: remembered('end_json', (res) => res.end('1'), (res) => res.json(2)),
  end_send: remembered('end_send', (res) => res.end('1'), (res) => res.send('2')),
  end_send_null: remembered('end_send_null', (res) => res.end('1'), (res) => res.send(null)),
  end_end: remembered('end_end', (res) => res.end('1'), (res) => res.end('2')),
  end_end_number: remembered('end_end_number', (res) => res.end('1'), (res) => res.end(2)),
  end_write: remembered('end_write', (res) => res.end('1'), (res) => res.write('2')),
  end_write_number: remembered('end_write_number', (res) => res.end('1'), (res) => res.write(2)),
  redirect_json: remembered('redirect_json', (res) => res.redirect('/1'), (res) => res.json(2)),
  redirect_redirect: remembered('redirect_redirect', (res) => res.redirect('/1'), (res) => res.redirect('/2')),
}

export default function handler(req, res) {
  if (req.query.case === 'told') {
    res.json({ threw: seen[req.query.name] })
  } else {
    cases[req.query.case](res)
  }
}
