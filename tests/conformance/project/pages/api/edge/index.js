export const config = { runtime: 'edge' }

export default async function handler(request) {
  const body = ['GET', 'HEAD'].includes(request.method) ? null : await request.text()
  return Response.json(
    { method: request.method, query: [...request.nextUrl.searchParams], body },
    { status: 201, headers: { 'x-edge': '1' } },
  )
}
