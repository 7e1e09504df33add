from nextwsgi.server import Headers, NextResponse, Response


def GET(request):
    asked = request.nextUrl.searchParams
    try:
        headers = Headers()
        for name in asked.getAll("name"):
            headers.append(name, asked.get("value") or "")
        response = Response(None, headers=headers, statusText=asked.get("phrase") or "")
        answer = NextResponse.json({"ok": True}, headers=response.headers)
        if asked.has("cookie"):
            answer.cookies.set(asked.get("cookie"), asked.get("value") or "")
        return answer
    except (TypeError, ValueError) as error:
        return NextResponse.json({"error": ascii(error)}, status=400)
