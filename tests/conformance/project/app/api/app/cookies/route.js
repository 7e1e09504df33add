import { cookies } from 'next/headers'
import { redirect } from 'next/navigation'
import { NextResponse } from 'next/server'

function done() {
  return new Response('done')
}

function own(change) {
  const response = new NextResponse('own')
  change(response.cookies)
  return response
}

function plain(cookie) {
  return cookie === undefined ? null : { name: cookie.name, value: cookie.value }
}

async function read(request) {
  const sent = await cookies()
  return Response.json({
    get: plain(sent.get('a')),
    all: sent.getAll().map(plain),
    all_a: sent.getAll('a').map(plain),
    has: [sent.has('a'), sent.has('none')],
    request: request.cookies.getAll().map(plain),
    request_get: plain(request.cookies.get('a')),
    request_has: [request.cookies.has('a'), request.cookies.has('none')],
    size: request.cookies.size,
  })
}

async function several() {
  const jar = await cookies()
  jar.set('a', '1').set('b', '2')
  jar.delete('c')
  jar.set('a', '3')
  return Response.json([plain(jar.get('a')), plain(jar.get('c')), jar.has('b')])
}

async function both() {
  const jar = await cookies()
  jar.set('a', 'jar').set('b', 'jar')
  const response = NextResponse.json(1)
  response.cookies.set('c', 'own').set('a', 'own')
  response.headers.append('set-cookie', 'raw=1; Path=/z; HttpOnly')
  response.headers.append('set-cookie', 'bare=1')
  return response
}

async function raw_alone() {
  const response = new Response('x')
  response.headers.append('set-cookie', 'bare=1')
  response.headers.append('set-cookie', 'b="2"; max-age=5')
  return response
}

async function redirected() {
  const jar = await cookies()
  jar.set('a', '1')
  redirect('/there')
}

async function sent_one() {
  const jar = await cookies()
  jar.set('q', 'changed')
  return done()
}

const cases = {
  read: read,
  several: several,
  both: both,
  raw_alone: raw_alone,
  redirected: redirected,
  sent_one: sent_one,
  set: async () => done((await cookies()).set('a', '1')),
  http_only: async () => done((await cookies()).set('a', '1', { httpOnly: true })),
  all_options: async () => done((await cookies()).set({ name: 'a', value: '1', path: '/p', domain: 'example.com', maxAge: 60, secure: true, httpOnly: true, sameSite: 'strict', priority: 'high', partitioned: true })),
  expires_number: async () => done((await cookies()).set('a', '1', { expires: 1700000000000 })),
  max_age_zero: async () => done((await cookies()).set('a', '1', { maxAge: 0 })),
  max_age_negative: async () => done((await cookies()).set('a', '1', { maxAge: -1 })),
  encoded: async () => done((await cookies()).set('a', 'é ;,"=%')),
  empty: async () => done((await cookies()).set('a', '')),
  number: async () => done((await cookies()).set('a', 5)),
  same_site_true: async () => done((await cookies()).set('a', '1', { sameSite: true })),
  path_empty: async () => done((await cookies()).set('a', '1', { path: '' })),
  path_evil: async () => done((await cookies()).set('a', '1', { path: '/; Domain=evil' })),
  name_evil: async () => done((await cookies()).set('a;b', '1')),
  name_line: async () => done((await cookies()).set('a\nb', '1')),
  domain_line: async () => done((await cookies()).set('a', '1', { domain: 'x\r\ny: 1' })),
  delete: async () => done((await cookies()).delete('a')),
  delete_options: async () => done((await cookies()).delete({ name: 'a', path: '/p', domain: 'example.com' })),
  own_set: () => own((cookies) => cookies.set('b', '2')),
  own_options: () => own((cookies) => cookies.set('b', '2', { maxAge: 60, sameSite: 'none', secure: true })),
  own_twice: () => own((cookies) => cookies.set('b', '2').set('c', '3').set('b', '4')),
  own_delete: () => own((cookies) => cookies.delete('b')),
  own_delete_twice: () => own((cookies) => cookies.set('b', '2').delete('b')),
}

export async function GET(request) {
  return cases[request.nextUrl.searchParams.get('case')](request)
}
