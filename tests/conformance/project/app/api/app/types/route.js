import { NextResponse } from 'next/server'

const cases = {
  text: () => new Response('héllo'),
  empty_text: () => new Response(''),
  nothing: () => new Response(),
  null: () => new Response(null),
  bytes: () => new Response(new Uint8Array([0, 255, 10])),
  number: () => new Response(5),
  true: () => new Response(true),
  blob: () => new Response(new Blob(['a', 'b'], { type: 'Text/X' })),
  blob_bare: () => new Response(new Blob(['ab'])),
  params: () => new Response(new URLSearchParams({ a: '1 2', b: 'é' })),
  own: () => new Response('a,b', { headers: { 'Content-Type': 'text/csv' } }),
  json: () => Response.json({ a: [1, null, 'é'] }),
  json_null: () => Response.json(null),
  json_text: () => Response.json('x'),
  json_own: () => Response.json({}, { status: 201, statusText: 'Mine', headers: { 'content-type': 'a/b' } }),
  next_json: () => NextResponse.json({ error: 'no' }, { status: 422, statusText: 'Nope' }),
  next_text: () => new NextResponse('x', { status: 202 }),
  json_204: () => Response.json({}, { status: 204 }),
  clone: async () => {
    const one = new Response('x')
    const two = one.clone()
    await one.text()
    return two
  },
  read: async () => {
    const one = new Response('x')
    await one.text()
    return one
  },
  big: () => new Response('x'.repeat(300000)),
  next_rewrite: (request) => NextResponse.rewrite(new URL('/x', request.url)),
  next_next: () => NextResponse.next(),
}

export async function GET(request) {
  return cases[request.nextUrl.searchParams.get('case')](request)
}
