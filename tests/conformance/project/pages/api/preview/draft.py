def after_cookie(res):
    res.setHeader("Set-Cookie", "a=1").setDraftMode(enable=True)
    res.end()


def after_cookies(res):
    res.setHeader("Set-Cookie", ["a=1", "b=2"]).setDraftMode(enable=True)
    res.end()


def before_cookie(res):
    res.setDraftMode(enable=True).setHeader("Set-Cookie", "a=1")
    res.end()


def on_and_off(res):
    res.setDraftMode(enable=True).setDraftMode(enable=False)
    res.end()


def with_headers(res):
    chained = res.setDraftMode(enable=True) is res
    res.json({"chained": chained, "cookies": len(res.getHeader("Set-Cookie"))})


def after_json(res):
    res.json({"a": 1})
    res.setDraftMode(enable=True)


cases = {
    "on": lambda res: res.setDraftMode(enable=True).end(),
    "off": lambda res: res.setDraftMode(enable=False).end(),
    "alone": lambda res: res.setDraftMode().end(),
    "truthy": lambda res: res.setDraftMode(enable=1).end(),
    "redirect": lambda res: res.setDraftMode(enable=True).redirect("/post"),
    "after_cookie": after_cookie,
    "after_cookies": after_cookies,
    "before_cookie": before_cookie,
    "on_and_off": on_and_off,
    "with_headers": with_headers,
    "after_json": after_json,
    "clear_then_draft": lambda res: res.clearPreviewData().setDraftMode(enable=True).end(),
}


def handler(req, res):
    cases[req.query["case"]](res)
