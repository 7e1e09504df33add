import { NextResponse } from 'next/server'

export const config = { runtime: 'edge' }

const cases = {
  text: () => new Response('text'),
  json: () => NextResponse.json({ a: 1 }),
  cookie: () => {
    const response = NextResponse.json(1)
    response.cookies.set('a', '1')
    response.headers.append('set-cookie', 'b=2')
    return response
  },
  redirect: () => Response.redirect('https://example.com/x'),
  nothing: () => {},
  throws: () => {
    throw new Error('secret')
  },
  empty: () => new Response(null, { status: 204 }),
  phrase: () => new Response('x', { status: 418, statusText: 'Mine' }),
  url: (request) => new Response(request.url.replace(request.nextUrl.origin, '')),
}

export default async function handler(request) {
  return cases[request.nextUrl.searchParams.get('case')](request)
}
