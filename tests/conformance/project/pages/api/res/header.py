from json import dumps

NAME = "X-Own"

values = {
    "string": "text",
    "empty": "",
    "spaces": "  padded  ",
    "number": 42,
    "float": 1.5,
    "negative": -1,
    "true": True,
    "false": False,
    "list": ["one", "two"],
    "numbers": [1, 2],
    "empty_list": [],
    "one": ["one"],
    "undefined": None,
    "cr": "a\rb",
    "lf": "a\nb",
    "crlf": "a\r\nX-Evil: 1",
    "nul": "a\u0000b",
    "control": "a\u0001b",
    "escape": "a\u001bb",
    "delete": "a\u007fb",
    "tab": "a\tb",
    "upper_control": "a\u0080\u009fb",
    "latin1": "caf\u00e9 \u00ff",
    "wide": "a\u0100b",
    "astral": "\U0001f600",
    "list_bad": ["one", "a\nb"],
}


def kept(res, value):
    try:
        chained = res.setHeader(NAME, value) is res
        return {"chained": chained, "got": res.getHeader(NAME), "has": res.hasHeader(NAME)}
    except Exception:
        return {"threw": True, "has": res.hasHeader(NAME)}


def text(value):
    return dumps(value, separators=(",", ":"), ensure_ascii=False)


def handler(req, res):
    res.end(text(kept(res, values[req.query["value"]])))
