"""Flask, with its JSON provider set to the JSON that all write."""

import json
from urllib.parse import unquote

from flask import Flask, jsonify, request
from flask.json.provider import JSONProvider

from bench.data import JSON_TYPE, USERS, dumps


class Compact(JSONProvider):
    def dumps(self, obj, **kwargs):
        return dumps(obj)

    def loads(self, s, **kwargs):
        return json.loads(s, **kwargs)

    def response(self, *args, **kwargs):
        # Flask's own ends in a line feed that the others do not send.
        return self._app.response_class(dumps(self._prepare_response_obj(args, kwargs)), mimetype=JSON_TYPE)


class CompactFlask(Flask):
    json_provider_class = Compact


def new() -> Flask:
    return CompactFlask(__name__)


app = new()


@app.get("/api/hello")
def hello():
    return {"message": "Hello"}


@app.get("/api/users/<id>")
def user(id):
    return {"id": id, "name": f"User {id}"}


@app.get("/api/find/<id>")
def find(id):
    return {"id": id, "x": request.args["x"]}


@app.post("/api/echo")
def echo():
    return jsonify(request.get_json())


@app.post("/api/form")
def form():
    return request.form.to_dict()


@app.get("/api/session")
def session():
    return {"session": unquote(request.cookies["session"])}


@app.get("/api/large")
def large():
    return USERS


def build(paths):
    """Make an application of these route paths, written as Next.js writes them."""
    routes = new()
    for number, path in enumerate(paths):
        routes.add_url_rule(path.replace("[", "<").replace("]", ">"), f"item{number}", item)
    return routes


def item(id=None):
    return {"id": id}
