export async function GET(request, { params }) {
  const { pathname, search } = request.nextUrl
  const headers = [...request.headers].filter(([name]) => name.startsWith('x-') && !/^x-(forwarded|middleware|invoke)/.test(name)).sort()
  return Response.json({ route: 'app', pathname, search, params: await params, headers }, { headers: { 'x-own': 'route' } })
}

export async function POST(request) {
  return Response.json({ text: await request.text() })
}
