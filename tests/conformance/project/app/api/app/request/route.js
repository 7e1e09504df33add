import { cookies, draftMode, headers } from 'next/headers'

const NAMES = ['x-a', 'x-b', 'content-type', 'cookie', 'user-agent']

function parts(url) {
  return { pathname: url.pathname, search: url.search, hash: url.hash, base: url.basePath }
}

async function shown_headers(request) {
  const sent = await headers()
  return Response.json({
    next: NAMES.map((name) => sent.get(name)),
    request: NAMES.map((name) => request.headers.get(name)),
  })
}

async function changed_headers() {
  const sent = await headers()
  sent.set('x-a', '1')
  return new Response('x')
}

function changed_search(request) {
  request.nextUrl.searchParams.append('new', 'é 1')
  request.nextUrl.pathname = '/other path'
  return Response.json(parts(request.nextUrl))
}

async function draft_on() {
  const draft = await draftMode()
  draft.enable()
  return Response.json(draft.isEnabled)
}

async function draft_off() {
  const draft = await draftMode()
  draft.disable()
  const jar = await cookies()
  jar.set('after', '1')
  return Response.json(draft.isEnabled)
}

const cases = {
  url: (request) => Response.json(request.url.replace(request.nextUrl.origin, '')),
  parts: (request) => Response.json(parts(request.nextUrl)),
  search: (request) => Response.json([...request.nextUrl.searchParams]),
  all: (request) => Response.json(request.nextUrl.searchParams.getAll('id')),
  get: (request) => Response.json([request.nextUrl.searchParams.get('id'), request.nextUrl.searchParams.has('none')]),
  url_search: (request) => Response.json(new URL(request.url).searchParams.get('id')),
  shown_headers: shown_headers,
  changed_headers: changed_headers,
  changed_search: changed_search,
  draft_on: draft_on,
  draft_off: draft_off,
  draft: async () => Response.json((await draftMode()).isEnabled),
  clone: (request) => Response.json(request.clone().method),
}

export async function GET(request) {
  return cases[request.nextUrl.searchParams.get('case')](request)
}
