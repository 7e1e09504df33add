"""A WSGI function and nothing else: what the work itself costs."""

import json
import time
from urllib.parse import parse_qsl, unquote

from bench.data import JSON_TYPE, PIECE, USERS, dumps


def send(start_response, value):
    body = dumps(value).encode()
    start_response("200 OK", [("Content-Type", JSON_TYPE), ("Content-Length", str(len(body)))])
    return [body]


def hello(environ, start_response):
    return send(start_response, {"message": "Hello"})


def user(environ, start_response):
    id = environ["PATH_INFO"].rpartition("/")[2]
    return send(start_response, {"id": id, "name": f"User {id}"})


def find(environ, start_response):
    query = dict(parse_qsl(environ["QUERY_STRING"]))
    return send(start_response, {"id": environ["PATH_INFO"].rpartition("/")[2], "x": query["x"]})


def read(environ):
    return environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))


def echo(environ, start_response):
    return send(start_response, json.loads(read(environ)))


def form(environ, start_response):
    return send(start_response, dict(parse_qsl(read(environ).decode())))


def session(environ, start_response):
    cookies = dict(pair.split("=", 1) for pair in environ["HTTP_COOKIE"].split("; "))
    return send(start_response, {"session": unquote(cookies["session"])})


def large(environ, start_response):
    return send(start_response, USERS)


def wait(environ, start_response):
    time.sleep(0.01)
    return hello(environ, start_response)


def upload(environ, start_response):
    size = 0
    while piece := environ["wsgi.input"].read(len(PIECE)):
        size += len(piece)
    return send(start_response, {"bytes": size})


def download(environ, start_response):
    size = int(dict(parse_qsl(environ["QUERY_STRING"]))["bytes"])
    headers = [("Content-Type", "application/octet-stream"), ("Content-Length", str(size))]
    start_response("200 OK", headers)
    return (PIECE for _ in range(size // len(PIECE)))


STATIC = {
    "/api/hello": hello,
    "/api/echo": echo,
    "/api/form": form,
    "/api/session": session,
    "/api/large": large,
    "/api/ready": hello,
    "/api/wait": wait,
    "/api/upload": upload,
    "/api/download": download,
}
DYNAMIC = {"users": user, "find": find}


def app(environ, start_response):
    path = environ["PATH_INFO"]
    handler = STATIC.get(path)
    if handler is None and path.count("/") == 3:
        handler = DYNAMIC.get(path.split("/")[2])
    if handler is None:
        start_response("404 Not Found", [("Content-Type", "text/plain"), ("Content-Length", "9")])
        return [b"Not Found"]
    return handler(environ, start_response)
