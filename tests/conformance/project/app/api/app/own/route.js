export function GET() {
  return new Response('get')
}

export function HEAD() {
  return new Response(null, { status: 202, headers: { 'x-own': 'head' } })
}

export function OPTIONS() {
  return new Response('options', { headers: { Allow: 'OPTIONS, X' } })
}
