import json
from urllib.parse import unquote


# Does what it is told to: a list of calls, each the name of a method and its arguments.
def given(value):
    if isinstance(value, list) and value[:1] == ["bytes"]: return value[1].encode("latin-1")
    if isinstance(value, list) and value[:1] == ["stream"]: return iter([each.encode() for each in value[1]])
    return value


def statusCode(res, notes, value):
    res.statusCode = value


def statusMessage(res, notes, value):
    res.statusMessage = value


def note(res, notes, name, *args):
    notes.append(getattr(res, name)(*args))


def sent(res, notes):
    notes.append([res.headersSent, res.writableEnded, res.statusCode])


def report(res, notes):
    res.json(notes)


own = {"statusCode": statusCode, "statusMessage": statusMessage, "note": note, "sent": sent, "report": report}


def call(res, notes, name, args):
    if name == "try":
        try:
            call(res, notes, args[0], args[1:])
        except Exception:
            notes.append("threw")
    elif name in own: own[name](res, notes, *args)
    else: getattr(res, name)(*[given(arg) for arg in args])


def handler(req, res):
    notes = []
    for name, *args in json.loads(unquote(req.headers["x-calls"])):
        call(res, notes, name, args)
