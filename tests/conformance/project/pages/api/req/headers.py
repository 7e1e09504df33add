# The proxy headers hold the port and address of this very run.
def hidden(name):
    return name.startswith("x-forwarded-")


def handler(req, res):
    names = req.headers.keys()
    shown = sorted(name for name in names if not hidden(name))
    res.json([[name, req.headers[name]] for name in shown])
