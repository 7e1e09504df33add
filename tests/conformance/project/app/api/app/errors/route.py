import asyncio

from nextwsgi.headers import cookies
from nextwsgi.server import Response


def after_cookies(_):
    jar = cookies()
    jar.set("a", "1")
    raise ValueError("secret")


def throws(_):
    raise ValueError("secret")


async def rejects(_):
    await asyncio.sleep(0)
    raise ValueError("secret")


async def nothing(_):
    pass


async def promised(_):
    return await answered()


async def answered():
    return Response("late")

cases = {
    "after_cookies": after_cookies,
    "throws": throws,
    "rejects": rejects,
    "nothing": nothing,
    "promised": promised,
    "text": lambda _: "text",
    "object": lambda _: {"a": 1},
    "number": lambda _: 1,
    "class": lambda _: Response,
}


def GET(request):
    return cases[request.nextUrl.searchParams.get("case")](request)
