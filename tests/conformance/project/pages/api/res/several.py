def threw(call):
    try:
        call()
        return False
    except Exception:
        return True


# What a handler saw after it had answered, told by a second request.
seen = {}


def remembered(name, first, second):
    def case(res):
        first(res)
        seen[name] = threw(lambda: second(res))

    return case


def json_twice(res):
    res.status(201).json({"first": True})
    res.status(500).json({"second": True})


def send_twice(res):
    res.send("first")
    res.send("second")


def json_then_throw_caught(res):
    res.json({"first": True})
    try:
        res.json({"second": True})
    except Exception:
        res.end("third")


cases = {
    "json_twice": json_twice,
    "send_twice": send_twice,
    "json_then_throw_caught": json_then_throw_caught,
    "json_json": remembered("json_json", lambda res: res.json(1), lambda res: res.json(2)),
    "json_send": remembered("json_send", lambda res: res.json(1), lambda res: res.send("2")),
    "json_send_null": remembered("json_send_null", lambda res: res.json(1), lambda res: res.send(None)),
    "json_end": remembered("json_end", lambda res: res.json(1), lambda res: res.end("2")),
    "json_write": remembered("json_write", lambda res: res.json(1), lambda res: res.write("2")),
    "json_redirect": remembered("json_redirect", lambda res: res.json(1), lambda res: res.redirect("/2")),
    "json_status": remembered("json_status", lambda res: res.json(1), lambda res: res.status(500)),
    "json_header": remembered("json_header", lambda res: res.json(1), lambda res: res.setHeader("X-2", "2")),
    "json_bad_header": remembered("json_bad_header", lambda res: res.json(1), lambda res: res.setHeader("X 2", "2")),
    "json_remove": remembered("json_remove", lambda res: res.json(1), lambda res: res.removeHeader("ETag")),
    "json_append": remembered("json_append", lambda res: res.json(1), lambda res: res.appendHeader("X-2", "2")),
    "json_writehead": remembered("json_writehead", lambda res: res.json(1), lambda res: res.writeHead(500)),
    "json_flush": remembered("json_flush", lambda res: res.json(1), lambda res: res.flushHeaders()),
    "json_draft": remembered("json_draft", lambda res: res.json(1), lambda res: res.setDraftMode(enable=True)),
    "json_clear": remembered("json_clear", lambda res: res.json(1), lambda res: res.clearPreviewData()),
    "send_json": remembered("send_json", lambda res: res.send("1"), lambda res: res.json(2)),
    "end_json": remembered("end_json", lambda res: res.end("1"), lambda res: res.json(2)),
    "end_send": remembered("end_send", lambda res: res.end("1"), lambda res: res.send("2")),
    "end_send_null": remembered("end_send_null", lambda res: res.end("1"), lambda res: res.send(None)),
    "end_end": remembered("end_end", lambda res: res.end("1"), lambda res: res.end("2")),
    "end_end_number": remembered("end_end_number", lambda res: res.end("1"), lambda res: res.end(2)),
    "end_write": remembered("end_write", lambda res: res.end("1"), lambda res: res.write("2")),
    "end_write_number": remembered("end_write_number", lambda res: res.end("1"), lambda res: res.write(2)),
    "redirect_json": remembered("redirect_json", lambda res: res.redirect("/1"), lambda res: res.json(2)),
    "redirect_redirect": remembered("redirect_redirect", lambda res: res.redirect("/1"), lambda res: res.redirect("/2")),
}


def handler(req, res):
    if req.query["case"] == "told":
        res.json({"threw": seen[req.query["name"]]})
    else:
        cases[req.query["case"]](res)
