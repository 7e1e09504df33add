export const runtime = 'edge'

export async function GET(request) {
  return Response.json({ edge: request.nextUrl.searchParams.get('a') })
}

export async function POST(request) {
  return Response.json({ received: await request.json() })
}
