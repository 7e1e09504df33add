from json import dumps

names = {
    "plain": "X-Own",
    "lower": "x-own",
    "mixed": "x-OWN-nAme",
    "symbols": "!#$%&'*+-.^_`|~09",
    "empty": "",
    "space": "X Own",
    "leading": " X-Own",
    "trailing": "X-Own ",
    "colon": "X-Own:",
    "crlf": "X-Own\r\nX-Evil",
    "nul": "X\u0000Own",
    "tab": "X\tOwn",
    "latin1": "X-\u00e9",
    "wide": "X-\u4e2d",
    "slash": "X/Own",
    "quote": 'X"Own',
    "number": 42,
    "null": None,
}


def threw(call):
    try:
        call()
        return False
    except Exception:
        return True


def handler(req, res):
    name = names[req.query["name"]]
    set_ = threw(lambda: res.setHeader(name, "1"))
    append = threw(lambda: res.appendHeader(name, "2"))
    res.end(dumps({"set": set_, "append": append}, separators=(",", ":")))
