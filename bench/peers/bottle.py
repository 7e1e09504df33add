"""Bottle, without its debug mode; its JSON plugin is given the JSON that all write."""

from urllib.parse import unquote

import bottle

from bench.data import JSON_TYPE, USERS, dumps


def new() -> bottle.Bottle:
    routes = bottle.Bottle(autojson=False)
    routes.install(bottle.JSONPlugin(json_dumps=dumps))
    return routes


app = new()


@app.get("/api/hello")
def hello():
    return {"message": "Hello"}


@app.get("/api/users/<id>")
def user(id):
    return {"id": id, "name": f"User {id}"}


@app.get("/api/find/<id>")
def find(id):
    return {"id": id, "x": bottle.request.query.x}


@app.post("/api/echo")
def echo():
    return bottle.request.json


@app.post("/api/form")
def form():
    return dict(bottle.request.forms.decode())


@app.get("/api/session")
def session():
    return {"session": unquote(bottle.request.get_cookie("session"))}


@app.get("/api/large")
def large():
    # The plugin turns only dicts into JSON.
    bottle.response.content_type = JSON_TYPE
    return dumps(USERS)


@app.error(404)
def missing(error):
    return "Not Found"


def build(paths):
    """Make an application of these route paths, written as Next.js writes them."""
    routes = new()
    for path in paths:
        routes.get(path.replace("[", "<").replace("]", ">"), callback=item)
    return routes


def item(id=None):
    return {"id": id}
