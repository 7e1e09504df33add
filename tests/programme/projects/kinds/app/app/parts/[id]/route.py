from nextwsgi.headers import cookies, headers
from nextwsgi.server import Response


def POST(request, params):
    form = request.formData()
    shown = [params["id"], headers().get("x-id"), cookies().get("who").value]
    return Response.json([*shown, form.get("id"), form.get("file").name, form.get("file").text()])
