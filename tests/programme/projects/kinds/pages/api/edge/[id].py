from nextwsgi.server import Response

config = {"runtime": "edge"}


async def handler(request):
    asked = request.nextUrl.searchParams
    body = await request.text()
    shown = [asked.get("id"), asked.get("q"), request.headers.get("x-id"), request.cookies.get("who").value]
    return Response.json([*shown, body])
