import asyncio

from nextwsgi.headers import cookies, headers
from nextwsgi.server import NextResponse


async def task():
    await asyncio.sleep(0)
    return (await headers()).get("x-id")


async def POST(request, params):
    asked = request.nextUrl.searchParams
    body = await request.json()
    in_task = await asyncio.create_task(task())
    (await cookies()).set("seen", (await cookies()).get("who").value)
    shown = [params["id"], asked.get("q"), (await headers()).get("x-id"), in_task]
    return NextResponse.json([*shown, body["id"]])
