import { after } from 'next/server'

function fails() {
  throw new Error('secret')
}

async function fails_later() {
  throw new Error('secret')
}

function left(...callbacks) {
  for (const callback of callbacks) after(callback)
  return new Response('answered')
}

function throws() {
  after(() => {})
  throw new Error('secret')
}

const cases = {
  works: () => left(() => {}),
  fails: () => left(fails),
  fails_later: () => left(fails_later),
  several: () => left(() => {}, fails, fails_later),
  bad: () => left(5),
  throws: throws,
}

export async function GET(request) {
  return cases[request.nextUrl.searchParams.get('case')](request)
}
