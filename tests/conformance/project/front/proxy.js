import { NextResponse } from 'next/server'

export async function proxy(request) {
  const mode = request.nextUrl.searchParams.get('m')
  if (mode === 'answer') return new Response('own', { status: 418, headers: { 'x-p': '1' } })
  if (mode === 'json') return NextResponse.json({ a: 1 }, { status: 401 })
  if (mode === 'cookies') {
    const response = NextResponse.json({ a: 1 })
    response.cookies.set('a', '1', { httpOnly: true, maxAge: 60 })
    response.cookies.set('b', 'x y')
    return response
  }
  if (mode === 'redirect') return NextResponse.redirect(new URL('/to?x=1', request.url))
  if (mode === 'clone') {
    const url = request.nextUrl.clone()
    url.pathname = '/signin'
    url.search = ''
    return NextResponse.redirect(url)
  }
  if (mode === 'away') return NextResponse.redirect('https://ex.com/z', 308)
  if (mode === 'plain') return Response.redirect('https://ex.com/plain', 302)
  if (mode === 'rewrite') return NextResponse.rewrite(new URL(`${request.nextUrl.basePath}/api/users/99?rw=1`, request.url))
  if (mode === 'nowhere') return NextResponse.rewrite(new URL('/nothing', request.url))
  if (mode === 'on') return NextResponse.rewrite(new URL(`${request.nextUrl.basePath}/a/5`, request.url))
  if (mode === 'outside') return NextResponse.rewrite(`http://127.0.0.1:${process.env.UPSTREAM_PORT}/rw?e=1`)
  if (mode === 'headers') {
    const headers = new Headers(request.headers)
    headers.set('x-new', 'n')
    headers.delete('x-del')
    return NextResponse.next({ request: { headers }, headers: { 'x-res': 'r', 'x-own': 'proxy' } })
  }
  if (mode === 'cookie') {
    const response = NextResponse.next()
    response.cookies.set('pc', '1')
    response.cookies.delete('old')
    return response
  }
  if (mode === 'throw') throw new Error('proxy-fail')
  if (mode === 'none') return
  if (mode === 'stream') {
    const pieces = ['one ', 'two']
    return new Response(new ReadableStream({
      pull(controller) { pieces.length ? controller.enqueue(new TextEncoder().encode(pieces.shift())) : controller.close() },
    }))
  }
  if (mode === 'info') {
    const { pathname, search, basePath } = request.nextUrl
    const cookies = request.cookies.getAll().map(({ name, value }) => `${name}=${value}`)
    return NextResponse.json({ pathname, search, basePath, method: request.method, cookies, user: request.headers.get('x-user') })
  }
  if (mode === 'body') return NextResponse.json({ text: await request.text() })
  if (mode === 'read') return NextResponse.next({ headers: { 'x-length': String((await request.text()).length) } })
  const response = NextResponse.next()
  response.headers.set('x-proxy', 'yes')
  return response
}

export const config = {
  matcher: [
    '/api/:path*',
    '/((?!file|api|none).*)',
    { source: '/none/:path', has: [{ type: 'header', key: 'x-ask' }], missing: [{ type: 'cookie', key: 'not' }] },
  ],
}
