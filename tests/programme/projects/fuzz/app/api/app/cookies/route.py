from nextwsgi.headers import cookies
from nextwsgi.server import NextResponse


def GET(request):
    jar = cookies()
    for cookie in jar.getAll()[:20]:
        try:
            jar.set(cookie.name, cookie.value, httpOnly=True, maxAge=60)
        except (ValueError, TypeError):
            jar.delete("refused")
    response = NextResponse.json([jar.size, str(request.cookies)])
    response.cookies.set("last", "1")
    return response
