from nextwsgi.middleware import with_cors


@with_cors(origin=["https://example.com", "http://localhost:3000"], credentials=True, maxAge=60)
def handler(req, res):
    res.json({"cors": True})
