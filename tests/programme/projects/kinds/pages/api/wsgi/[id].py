from nextwsgi.wsgi import wsgi

config = {"api": {"bodyParser": False}}


def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain"), ("X-Shown", environ["HTTP_X_ID"])])
    body = environ["wsgi.input"].read().decode()
    shown = [environ["PATH_INFO"], environ["QUERY_STRING"], environ["HTTP_COOKIE"], body]
    return [f"{text} ".encode() for text in shown]


handler = wsgi(application)
