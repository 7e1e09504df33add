export function GET(request) {
  const { length = '2000', ...headers } = Object.fromEntries(request.nextUrl.searchParams)
  return new Response('abcdefghij'.repeat(Number(length) / 10), { headers })
}
