function changed(change) {
  const response = new Response('x', { headers: { 'x-a': '1', 'x-b': '2' } })
  change(response.headers)
  return response
}

const cases = {
  dict: () => new Response('x', { headers: { 'X-Upper': 'A', 'x-lower': 'b' } }),
  pairs: () => new Response('x', { headers: [['x-a', '1'], ['X-A', '2'], ['x-b', '3']] }),
  headers: () => new Response('x', { headers: new Headers({ 'x-a': '1' }) }),
  cookies: () => new Response('x', { headers: [['set-cookie', 'a=1'], ['set-cookie', 'b=2; Path=/x'], ['set-cookie', 'a=3']] }),
  trimmed: () => new Response('x', { headers: { 'x-a': ' \t1 2\t ' } }),
  empty: () => new Response('x', { headers: { 'x-a': '' } }),
  number: () => new Response('x', { headers: { 'x-a': 5, 'x-b': 1.5, 'x-c': true, 'x-d': null } }),
  latin: () => new Response('x', { headers: { 'x-a': '\u00e9' } }),
  wide: () => new Response('x', { headers: { 'x-a': '\u4e2d' } }),
  line: () => new Response('x', { headers: { 'x-a': '1\r\nx-evil: 1' } }),
  feed: () => new Response('x', { headers: { 'x-a': '1\nx' } }),
  nul: () => new Response('x', { headers: { 'x-a': '1\u0000' } }),
  control: () => new Response('x', { headers: { 'x-a': '1\u0001' } }),
  delete_char: () => new Response('x', { headers: { 'x-a': '1\u007f' } }),
  name_space: () => new Response('x', { headers: { 'x a': '1' } }),
  name_empty: () => new Response('x', { headers: { '': '1' } }),
  name_colon: () => new Response('x', { headers: { 'x:': '1' } }),
  name_wide: () => new Response('x', { headers: { '\u00e9': '1' } }),
  length: () => new Response('x', { headers: { 'content-length': '1' } }),
  length_more: () => new Response('x', { headers: { 'content-length': '9' } }),
  encoding: () => new Response('x', { headers: { 'content-encoding': 'identity' } }),
  chunked: () => new Response('x', { headers: { 'transfer-encoding': 'chunked' } }),
  etag: () => new Response('x', { headers: { etag: '"x"', 'last-modified': 'Mon, 01 Jan 2024 00:00:00 GMT' } }),
  vary: () => new Response('x', { headers: { vary: 'accept, origin' } }),
  cache: () => new Response('x', { headers: { 'cache-control': 'public, s-maxage=60' } }),
  cors: () => new Response('x', { headers: { 'Access-Control-Allow-Origin': '*', 'Access-Control-Allow-Methods': 'GET, POST' } }),
  location: () => new Response('x', { headers: { location: '/somewhere' } }),
  three: () => new Response('x', { headers: [['a', 'b', 'c']] }),
  text: () => new Response('x', { headers: 'x-a: 1' }),
  append: () =>
    changed((headers) => {
      headers.append('x-a', '3')
      headers.append('X-C', '4')
    }),
  set: () =>
    changed((headers) => {
      headers.set('X-A', '3')
    }),
  delete: () =>
    changed((headers) => {
      headers.delete('X-A')
    }),
  delete_type: () =>
    changed((headers) => {
      headers.delete('content-type')
    }),
  vary_append: () =>
    changed((headers) => {
      headers.append('vary', 'a')
      headers.append('vary', 'b')
    }),
}

export async function GET(request) {
  return cases[request.nextUrl.searchParams.get('case')](request)
}
