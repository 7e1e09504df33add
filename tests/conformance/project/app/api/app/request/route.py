from nextwsgi.headers import cookies, draft_mode, headers
from nextwsgi.server import URL, Response

NAMES = ["x-a", "x-b", "content-type", "cookie", "user-agent"]


def parts(url):
    return {"pathname": url.pathname, "search": url.search, "hash": url.hash, "base": url.basePath}


def shown_headers(request):
    sent = headers()
    return Response.json(
        {
            "next": [sent.get(name) for name in NAMES],
            "request": [request.headers.get(name) for name in NAMES],
        }
    )


def changed_headers(_):
    sent = headers()
    sent.set("x-a", "1")
    return Response("x")


def changed_search(request):
    request.nextUrl.searchParams.append("new", "é 1")
    request.nextUrl.pathname = "/other path"
    return Response.json(parts(request.nextUrl))


def draft_on(_):
    draft = draft_mode()
    draft.enable()
    return Response.json(draft.isEnabled)


def draft_off(_):
    draft = draft_mode()
    draft.disable()
    jar = cookies()
    jar.set("after", "1")
    return Response.json(draft.isEnabled)

cases = {
    "url": lambda request: Response.json(request.url.replace(request.nextUrl.origin, "")),
    "parts": lambda request: Response.json(parts(request.nextUrl)),
    "search": lambda request: Response.json([*request.nextUrl.searchParams]),
    "all": lambda request: Response.json(request.nextUrl.searchParams.getAll("id")),
    "get": lambda request: Response.json(
        [request.nextUrl.searchParams.get("id"), request.nextUrl.searchParams.has("none")]
    ),
    "url_search": lambda request: Response.json(URL(request.url).searchParams.get("id")),
    "shown_headers": shown_headers,
    "changed_headers": changed_headers,
    "changed_search": changed_search,
    "draft_on": draft_on,
    "draft_off": draft_off,
    "draft": lambda _: Response.json(draft_mode().isEnabled),
    "clone": lambda request: Response.json(request.clone().method),
}


def GET(request):
    return cases[request.nextUrl.searchParams.get("case")](request)
