def threw(call):
    try:
        call()
        return False
    except Exception:
        return True


def sized(size):
    def case(res):
        failed = threw(lambda: res.setPreviewData("x" * size))
        res.json({"threw": failed, "cookies": res.hasHeader("Set-Cookie")})

    return case


def chained(res):
    same = res.setPreviewData({"a": 1}) is res
    res.json({"same": same, "cookies": len(res.getHeader("Set-Cookie"))})


def set_then_clear(res):
    res.setPreviewData({"a": 1}).clearPreviewData()
    res.end()


def clear_twice(res):
    res.clearPreviewData().clearPreviewData(path="/other")
    res.end()


def clear_after_cookie(res):
    res.setHeader("Set-Cookie", "a=1").clearPreviewData()
    res.end()


cases = {
    "set": lambda res: res.setPreviewData({"a": 1}).end(),
    "string": lambda res: res.setPreviewData("text é").end(),
    "null": lambda res: res.setPreviewData(None).end(),
    "list": lambda res: res.setPreviewData([1, 2]).end(),
    "max_age": lambda res: res.setPreviewData({"a": 1}, maxAge=60).end(),
    "max_age_zero": lambda res: res.setPreviewData({"a": 1}, maxAge=0).end(),
    "max_age_float": lambda res: res.setPreviewData({"a": 1}, maxAge=60.9).end(),
    "max_age_negative": lambda res: res.setPreviewData({"a": 1}, maxAge=-60).end(),
    "max_age_text": lambda res: res.setPreviewData({"a": 1}, maxAge="soon").end(),
    "path": lambda res: res.setPreviewData({"a": 1}, path="/blog").end(),
    "path_bad": lambda res: res.setPreviewData({"a": 1}, path="/a;b").end(),
    "path_newline": lambda res: res.setPreviewData({"a": 1}, path="/a\r\nX-Evil: 1").end(),
    "both": lambda res: res.setPreviewData({"a": 1}, maxAge=60, path="/blog").end(),
    "after_cookies": lambda res: res.setHeader("Set-Cookie", ["a=1", "b=2"]).setPreviewData({}).end(),
    "twice": lambda res: res.setPreviewData({"a": 1}).setPreviewData({"a": 2}).end(),
    "redirect": lambda res: res.setPreviewData({"a": 1}).redirect("/post"),
    "empty": sized(0),
    "small": sized(700),
    "large": sized(1500),
    "huge": sized(5000),
    "chained": chained,
    "set_then_clear": set_then_clear,
    "clear": lambda res: res.clearPreviewData().end(),
    "clear_path": lambda res: res.clearPreviewData(path="/blog").end(),
    "clear_twice": clear_twice,
    "clear_after_cookie": clear_after_cookie,
}


def handler(req, res):
    cases[req.query["case"]](res)
