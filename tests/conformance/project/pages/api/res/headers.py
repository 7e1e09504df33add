def threw(call):
    try:
        call()
        return False
    except Exception:
        return True


def replaced(res):
    res.setHeader("X-Own", "first")
    res.setHeader("x-own", "second")
    res.json(res.getHeaderNames())


def replaced_list(res):
    res.setHeader("X-Own", ["one", "two"])
    res.setHeader("X-Own", "three")
    res.json(res.getHeader("X-OWN"))


def cookies(res):
    res.setHeader("Set-Cookie", ["a=1; Path=/", "b=2; HttpOnly"])
    res.json(res.getHeader("set-cookie"))


def allow(res):
    res.setHeader("Allow", ["GET", "POST"])
    res.status(405).end()


def all_(res):
    res.setHeader("X-A", "a").setHeader("Set-Cookie", ["b", "c"]).setHeader("X-Number", 42)
    headers = res.getHeaders()
    res.json({name: headers[name] for name in ("x-a", "set-cookie", "x-number")})


def names(res):
    res.setHeader("X-B", "1").setHeader("x-a", "2").setHeader("X-C", "3").removeHeader("X-C")
    res.json(res.getHeaderNames())


def missing(res):
    got = res.getHeader("X-None")
    res.json({"missing": got is None, "has": res.hasHeader("X-None")})


def get_any_case(res):
    res.setHeader("X-Own", "1")
    res.json([res.getHeader("x-own"), res.getHeader("X-OWN"), res.hasHeader("X-oWN")])


def removed(res):
    res.setHeader("X-Own", "1").setHeader("X-Kept", "1")
    res.removeHeader("x-OWN")
    res.removeHeader("X-None")
    res.json({"has": res.hasHeader("X-Own")})


def remove_returns(res):
    res.setHeader("X-Own", "1")
    result = res.removeHeader("X-Own")
    res.json({"nothing": result is None})


def append_new(res):
    chained = res.appendHeader("X-Own", "one") is res
    res.json({"chained": chained, "got": res.getHeader("X-Own")})


def append_string(res):
    res.setHeader("X-Own", "one").appendHeader("x-own", "two")
    res.json(res.getHeader("X-Own"))


def append_list(res):
    res.setHeader("X-Own", ["one", "two"]).appendHeader("X-Own", ["three", "four"])
    res.json(res.getHeader("X-Own"))


def append_number(res):
    res.setHeader("X-Own", 1).appendHeader("X-Own", "two")
    res.json(res.getHeader("X-Own"))


def append_cookie(res):
    res.setHeader("Set-Cookie", "a=1")
    res.appendHeader("Set-Cookie", "b=2")
    res.appendHeader("Set-Cookie", ["c=3", "d=4"])
    res.json(res.getHeader("Set-Cookie"))


def append_bad(res):
    failed = threw(lambda: res.appendHeader("X-Own", "a\nb"))
    res.json({"failed": failed, "has": res.hasHeader("X-Own")})


def list_changed_later(res):
    list_ = ["one"]
    res.setHeader("X-Own", list_)
    list_.append("two")
    res.json({})


def after_json(res):
    res.json({"a": 1})
    res.setHeader("X-After", "1")


def after_end(res):
    res.setHeader("X-Before", "1").end("text")
    res.setHeader("X-After", "1")


def remove_after_end(res):
    res.setHeader("X-Before", "1").end("text")
    res.removeHeader("X-Before")


def many(res):
    for i in range(50):
        res.setHeader(f"X-{i}", str(i))
    res.end()


def cookie_read_back(res):
    res.setHeader("Set-Cookie", "a=1")
    res.json(res.getHeader("Set-Cookie"))


def cookies_equal(res):
    res.setHeader("Set-Cookie", ["a=1", "b=2", "a=1"])
    res.json(res.getHeader("Set-Cookie"))


def cookies_equal_appended(res):
    res.setHeader("Set-Cookie", "a=1").appendHeader("Set-Cookie", "a=1")
    res.json(res.getHeader("Set-Cookie"))


def cookies_equal_written(res):
    res.writeHead(200, {"Set-Cookie": ["a=1", "a=1"]}).end("text")


def cookie_number(res):
    res.setHeader("Set-Cookie", 42)
    res.json({"got": res.getHeader("Set-Cookie"), "has": res.hasHeader("Set-Cookie")})


def cookies_set_again(res):
    res.setHeader("Set-Cookie", ["a=1", "b=2"]).setHeader("set-cookie", "c=3")
    res.json(res.getHeader("Set-Cookie"))


def whole_float(res):
    res.setHeader("X-Own", 100.0)
    res.json(res.getHeader("X-Own"))


def values_equal(res):
    res.setHeader("X-Own", ["one", "one"]).end("text")


def type_list(res):
    res.setHeader("Content-Type", ["text/plain", "text/html"]).send("text")


def type_removed(res):
    res.setHeader("Content-Type", "text/plain").removeHeader("Content-Type")
    res.send("text")


def vary(res):
    res.setHeader("Vary", "Origin").send("text")


def long_value(res):
    res.setHeader("X-Own", "x" * 4000).end("text")


cases = {
    "replaced": replaced,
    "replaced_list": replaced_list,
    "cookies": cookies,
    "allow": allow,
    "all": all_,
    "names": names,
    "missing": missing,
    "get_any_case": get_any_case,
    "removed": removed,
    "remove_returns": remove_returns,
    "append_new": append_new,
    "append_string": append_string,
    "append_list": append_list,
    "append_number": append_number,
    "append_cookie": append_cookie,
    "append_bad": append_bad,
    "list_changed_later": list_changed_later,
    "after_json": after_json,
    "after_end": after_end,
    "remove_after_end": remove_after_end,
    "many": many,
    "cookie_read_back": cookie_read_back,
    "cookies_equal": cookies_equal,
    "cookies_equal_appended": cookies_equal_appended,
    "cookies_equal_written": cookies_equal_written,
    "cookie_number": cookie_number,
    "cookies_set_again": cookies_set_again,
    "values_equal": values_equal,
    "whole_float": whole_float,
    "latin1_json": lambda res: res.setHeader("X-Own", "\u00e9").json({}),
    "latin1_send": lambda res: res.setHeader("X-Own", "\u00e9").send("text"),
    "latin1_buffer": lambda res: res.setHeader("X-Own", "\u00e9").send(b"text"),
    "latin1_end": lambda res: res.setHeader("X-Own", "\u00e9").end("text"),
    "latin1_empty": lambda res: res.setHeader("X-Own", "\u00e9").end(),
    "latin1_stream": lambda res: res.setHeader("X-Own", "\u00e9").write("text") and res.end(),
    "type_list": type_list,
    "type_removed": type_removed,
    "vary": vary,
    "long_value": long_value,
}


def handler(req, res):
    cases[req.query["case"]](res)
