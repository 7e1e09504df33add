import { cookies } from 'next/headers'
import { notFound, permanentRedirect, redirect } from 'next/navigation'

function caught() {
  try {
    redirect('/a')
  } catch {
    return new Response('caught')
  }
}

async function finally_runs() {
  const jar = await cookies()
  try {
    redirect('/a')
  } finally {
    jar.set('finally', '1')
  }
}

async function found_cookies() {
  const jar = await cookies()
  jar.set('a', '1')
  notFound()
}

const cases = {
  caught: caught,
  finally_runs: finally_runs,
  found_cookies: found_cookies,
  redirect: () => redirect('/there?a=b'),
  absolute: () => redirect('https://example.com/x'),
  relative: () => redirect('there'),
  parent: () => redirect('../x'),
  double: () => redirect('//example.com'),
  empty: () => redirect(''),
  semicolons: () => redirect('/a;b;c'),
  latin: () => redirect('/\u00e9'),
  wide: () => redirect('/\u4e2d'),
  line: () => redirect('/a\r\nX-Evil: 1'),
  spaces: () => redirect(' /a b '),
  permanent: () => permanentRedirect('/there'),
  not_found: () => notFound(),
}

export async function POST() {
  redirect('/posted')
}

export async function GET(request) {
  return cases[request.nextUrl.searchParams.get('case')](request)
}
