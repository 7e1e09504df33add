def threw(call):
    try:
        call()
        return False
    except Exception:
        return True


def refused(*args):
    def case(res):
        failed = threw(lambda: res.redirect(*args))
        res.json({"threw": failed})

    return case


def headers_kept(res):
    res.setHeader("X-Kept", "1").setHeader("Set-Cookie", ["a=1", "b=2"])
    res.redirect("/next")


def typed(res):
    res.setHeader("Content-Type", "text/html").redirect(302, "/next")


def location_set(res):
    res.setHeader("Location", "/before").redirect("/after")


def after_status(res):
    res.status(201).redirect("/next")


def chained(res):
    result = res.redirect("/next")
    result.end("more")


def twice(res):
    res.redirect("/first")
    res.redirect("/second")


def length_set(res):
    res.setHeader("Content-Length", 5).redirect("/next")


cases = {
    "url": lambda res: res.redirect("/next"),
    "301": lambda res: res.redirect(301, "/next"),
    "302": lambda res: res.redirect(302, "/next"),
    "303": lambda res: res.redirect(303, "/next"),
    "307": lambda res: res.redirect(307, "/next"),
    "308": lambda res: res.redirect(308, "/next"),
    "200": lambda res: res.redirect(200, "/next"),
    "204": lambda res: res.redirect(204, "/next"),
    "304": lambda res: res.redirect(304, "/next"),
    "999": lambda res: res.redirect(999, "/next"),
    "99": lambda res: res.redirect(99, "/next"),
    "float": lambda res: res.redirect(302.7, "/next"),
    "absolute": lambda res: res.redirect("https://example.com/a?b=c#d"),
    "relative": lambda res: res.redirect("next"),
    "double_slash": lambda res: res.redirect("//example.com"),
    "backslash": lambda res: res.redirect("/\\example.com"),
    "script": lambda res: res.redirect("javascript:alert(1)"),
    "space": lambda res: res.redirect("/a b"),
    "html": lambda res: res.redirect('/?a=<b>"c"'),
    "percent": lambda res: res.redirect("/%E4%B8%AD%20"),
    "latin1": lambda res: res.redirect("/\u00e9"),
    "wide": lambda res: res.redirect("/\u4e2d"),
    "crlf": lambda res: res.redirect("/a\r\nX-Evil: 1"),
    "tab": lambda res: res.redirect("/a\tb"),
    "nul": lambda res: res.redirect("/a\u0000b"),
    "empty": lambda res: res.redirect(""),
    "empty_302": lambda res: res.redirect(302, ""),
    "url_twice": lambda res: res.redirect("/first", "/second"),
    "headers_kept": headers_kept,
    "typed": typed,
    "location_set": location_set,
    "after_status": after_status,
    "chained": chained,
    "twice": twice,
    "length_set": length_set,
    "nothing": refused(),
    "status_alone": refused(302),
    "text_status": refused("302", "/next"),
    "null_url": refused(302, None),
    "number_url": refused(302, 42),
    "null": refused(None),
    "swapped": refused("/next", 302),
    "bool_status": refused(True, "/next"),
    "list_url": refused(["/next"]),
    "zero_status": refused(0, "/next"),
}


def handler(req, res):
    cases[req.query["case"]](res)
