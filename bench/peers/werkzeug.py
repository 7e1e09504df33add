"""Werkzeug alone: its Map, Request and Response, put together as in its tutorial."""

from urllib.parse import unquote

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from bench.data import JSON_TYPE, USERS, dumps


def send(value):
    return Response(dumps(value), content_type=JSON_TYPE)


def hello(request):
    return send({"message": "Hello"})


def user(request, id):
    return send({"id": id, "name": f"User {id}"})


def find(request, id):
    return send({"id": id, "x": request.args["x"]})


def echo(request):
    return send(request.get_json())


def form(request):
    return send(request.form.to_dict())


def session(request):
    return send({"session": unquote(request.cookies["session"])})


def large(request):
    return send(USERS)


def item(request, id=None):
    return send({"id": id})


def serving(rules):
    urls = Map(rules)

    @Request.application
    def app(request):
        try:
            endpoint, values = urls.bind_to_environ(request.environ).match()
            return endpoint(request, **values)
        except HTTPException as error:
            return error

    return app


app = serving(
    [
        Rule("/api/hello", endpoint=hello, methods=["GET"]),
        Rule("/api/users/<id>", endpoint=user, methods=["GET"]),
        Rule("/api/find/<id>", endpoint=find, methods=["GET"]),
        Rule("/api/echo", endpoint=echo, methods=["POST"]),
        Rule("/api/form", endpoint=form, methods=["POST"]),
        Rule("/api/session", endpoint=session, methods=["GET"]),
        Rule("/api/large", endpoint=large, methods=["GET"]),
    ]
)


def build(paths):
    """Make an application of these route paths, written as Next.js writes them."""
    return serving([Rule(path.replace("[", "<").replace("]", ">"), endpoint=item) for path in paths])
