"""Falcon with orjson in the place of json, as its documentation shows."""

import orjson
from falcon import MEDIA_JSON, media

from bench.data import JSON_TYPE
from bench.peers import falcon

app = falcon.new()
handler = media.JSONHandler(dumps=orjson.dumps, loads=orjson.loads)
app.resp_options.media_handlers.update({JSON_TYPE: handler, MEDIA_JSON: handler})
app.req_options.media_handlers.update({JSON_TYPE: handler, MEDIA_JSON: handler})
falcon.add_routes(app)
