export function POST(request) {
  return new Response(request.body, { headers: { 'x-type': request.headers.get('content-type') } })
}
