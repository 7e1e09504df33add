from nextwsgi.server import Response


def shown(value):
    return value if isinstance(value, str) else {"name": value.name, "size": value.size, "type": value.type}


def text(request):
    return request.text()


def json(request):
    return request.json()


def form(request):
    return [[name, shown(value)] for name, value in request.formData()]


def bytes(request):
    return [*(request.arrayBuffer())]


def blob(request):
    value = request.blob()
    return {"size": value.size, "type": value.type}


def twice(request):
    return [request.text(), request.text()]


def twice_caught(request):
    request.text()
    try:
        request.json()
    except Exception as error:
        return type(error).__name__
    return "read"


def used(request):
    before = request.bodyUsed
    request.text()
    return [before, request.bodyUsed]


def json_caught(request):
    try:
        return request.json()
    except Exception:
        return "caught"


def form_caught(request):
    try:
        request.formData()
    except Exception as error:
        return type(error).__name__
    return "read"


def after_failing(request):
    try:
        request.json()
    except Exception:
        pass
    return request.bodyUsed


def unread(request):
    return "unread"


def is_null(request):
    return request.body is None


def clone(request):
    other = request.clone()
    return [request.text(), other.text()]


def clone_read(request):
    request.text()
    return request.clone().text()


def size(request):
    return len(request.arrayBuffer())


def pieces(request):
    size = 0
    for piece in request.body:
        size += len(piece)
    return size


def file_text(request):
    form = request.formData()
    return form.get("f").text()


def form_twice(request):
    return (request.formData()).getAll("a")


cases = {
    case.__name__: case
    for case in (
        *(text, json, form, bytes, blob, twice, twice_caught, used, json_caught, form_caught, after_failing),
        *(unread, is_null, clone, clone_read, size, pieces, file_text, form_twice),
    )
}


def answer(request):
    return Response.json(cases[request.nextUrl.searchParams.get("case")](request))


GET = POST = DELETE = answer
