import asyncio

from nextwsgi.headers import cookies, headers
from nextwsgi.server import Response


async def GET(request, params):
    async def pieces():
        await asyncio.sleep(0)
        yield f"{(await headers()).get('x-id')} "
        yield f"{(await cookies()).get('who').value} "
        await asyncio.sleep(0)
        yield f"{params['id']} {request.nextUrl.searchParams.get('q')}"

    return Response(pieces())
