from nextwsgi.wsgi import wsgi

config = {"api": {"bodyParser": False}}


def application(environ, start_response):
    body = environ["wsgi.input"].read()
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
    return [body]


handler = wsgi(application)
