from nextwsgi.server import Response


def shown(value):
    return value if isinstance(value, str) else {"name": value.name, "size": value.size, "type": value.type}


async def text(request):
    return await request.text()


async def json(request):
    return await request.json()


async def form(request):
    return [[name, shown(value)] for name, value in await request.formData()]


async def bytes(request):
    return [*(await request.arrayBuffer())]


async def blob(request):
    value = await request.blob()
    return {"size": value.size, "type": value.type}


async def twice(request):
    return [await request.text(), await request.text()]


async def twice_caught(request):
    await request.text()
    try:
        await request.json()
    except Exception as error:
        return type(error).__name__
    return "read"


async def used(request):
    before = request.bodyUsed
    await request.text()
    return [before, request.bodyUsed]


async def json_caught(request):
    try:
        return await request.json()
    except Exception:
        return "caught"


async def form_caught(request):
    try:
        await request.formData()
    except Exception as error:
        return type(error).__name__
    return "read"


async def after_failing(request):
    try:
        await request.json()
    except Exception:
        pass
    return request.bodyUsed


async def unread(request):
    return "unread"


async def is_null(request):
    return request.body is None


async def clone(request):
    other = request.clone()
    return [await request.text(), await other.text()]


async def clone_read(request):
    await request.text()
    return await request.clone().text()


async def size(request):
    return len(await request.arrayBuffer())


async def pieces(request):
    size = 0
    async for piece in request.body:
        size += len(piece)
    return size


async def file_text(request):
    form = await request.formData()
    return await form.get("f").text()


async def form_twice(request):
    return (await request.formData()).getAll("a")


cases = {
    case.__name__: case
    for case in (
        *(text, json, form, bytes, blob, twice, twice_caught, used, json_caught, form_caught, after_failing),
        *(unread, is_null, clone, clone_read, size, pieces, file_text, form_twice),
    )
}


async def answer(request):
    return Response.json(await cases[request.nextUrl.searchParams.get("case")](request))


GET = POST = DELETE = answer
