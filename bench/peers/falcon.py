"""Falcon, with its JSON handler and request media."""

import falcon
from falcon import media

from bench.data import JSON_TYPE, USERS, dumps


class Hello:
    def on_get(self, req, resp):
        resp.media = {"message": "Hello"}


class User:
    def on_get(self, req, resp, id):
        resp.media = {"id": id, "name": f"User {id}"}


class Find:
    def on_get(self, req, resp, id):
        resp.media = {"id": id, "x": req.get_param("x")}


class Echo:
    def on_post(self, req, resp):
        resp.media = req.get_media()


class Session:
    def on_get(self, req, resp):
        resp.media = {"session": falcon.uri.decode(req.cookies["session"])}


class Large:
    def on_get(self, req, resp):
        resp.media = USERS


class Item:
    def on_get(self, req, resp, id=None):
        resp.media = {"id": id}


def new() -> falcon.App:
    app = falcon.App(media_type=JSON_TYPE)
    handler = media.JSONHandler(dumps=dumps)
    app.resp_options.media_handlers.update({JSON_TYPE: handler, falcon.MEDIA_JSON: handler})
    return app


def add_routes(app: falcon.App) -> None:
    app.add_route("/api/hello", Hello())
    app.add_route("/api/users/{id}", User())
    app.add_route("/api/find/{id}", Find())
    app.add_route("/api/echo", Echo())
    app.add_route("/api/form", Echo())
    app.add_route("/api/session", Session())
    app.add_route("/api/large", Large())


app = new()
add_routes(app)


def build(paths):
    """Make an application of these route paths, written as Next.js writes them."""
    routes, item = new(), Item()
    for path in paths:
        routes.add_route(path.replace("[", "{").replace("]", "}"), item)
    return routes
