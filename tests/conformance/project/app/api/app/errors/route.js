import { cookies } from 'next/headers'

async function after_cookies() {
  const jar = await cookies()
  jar.set('a', '1')
  throw new Error('secret')
}

function throws() {
  throw new Error('secret')
}

async function rejects() {
  await null
  throw new Error('secret')
}

async function nothing() {}

async function promised() {
  return await answered()
}

async function answered() {
  return new Response('late')
}

const cases = {
  after_cookies: after_cookies,
  throws: throws,
  rejects: rejects,
  nothing: nothing,
  promised: promised,
  text: () => 'text',
  object: () => ({ a: 1 }),
  number: () => 1,
  class: () => Response,
}

export async function GET(request) {
  return cases[request.nextUrl.searchParams.get('case')](request)
}
