from json import dumps


def threw(call):
    try:
        call()
        return False
    except Exception:
        return True


def text(value):
    return dumps(value, separators=(",", ":"))


def refused(value):
    def case(res):
        failed = threw(lambda: res.write(value))
        res.end(text({"threw": failed, "sent": res.headersSent}))

    return case


def pieces(*values):
    def case(res):
        for value in values:
            res.write(value)
        res.end()

    return case


def then_end(res):
    res.write("one ")
    res.write(b"two ")
    res.end("three")


def then_json(res):
    res.write("one ")
    failed = threw(lambda: res.json({"a": 1}))
    res.end(text({"threw": failed}))


def then_send(res):
    res.write("one ")
    failed = threw(lambda: res.send("two "))
    res.end(text({"threw": failed}))


def then_json_uncaught(res):
    res.write("one ")
    res.json({"a": 1})


def then_redirect(res):
    res.write("one ")
    failed = threw(lambda: res.redirect("/x"))
    res.end(text({"threw": failed}))


def then_status(res):
    res.status(201).write("one ")
    res.status(500).end(text({"status": res.statusCode}))


def then_header(res):
    res.setHeader("X-Before", "1")
    res.write("one ")
    failed = threw(lambda: res.setHeader("X-After", "1"))
    res.end(text({"threw": failed, "after": res.hasHeader("X-After")}))


def then_remove(res):
    res.setHeader("X-Before", "1")
    res.write("one ")
    failed = threw(lambda: res.removeHeader("X-Before"))
    res.end(text({"threw": failed, "before": res.hasHeader("X-Before")}))


def then_append(res):
    res.write("one ")
    failed = threw(lambda: res.appendHeader("X-After", "1"))
    res.end(text({"threw": failed}))


def then_writehead(res):
    res.write("one ")
    failed = threw(lambda: res.writeHead(201, {"X-After": "1"}))
    res.end(text({"threw": failed}))


def then_draft(res):
    res.write("one ")
    failed = threw(lambda: res.setDraftMode(enable=True))
    res.end(text({"threw": failed}))


def typed(res):
    res.status(201).setHeader("Content-Type", "text/plain").write("text")
    res.end()


def with_length(res):
    res.setHeader("Content-Length", 8)
    res.write("one ")
    res.end("two ")


def flushed(res):
    res.setHeader("X-A", "1")
    res.flushHeaders()
    sent = res.headersSent
    res.end(text({"sent": sent, "failed": threw(lambda: res.setHeader("X-B", "1"))}))


def flushed_then_json(res):
    res.status(202).flushHeaders()
    res.json({"a": 1})


cases = {
    "pieces": pieces("one ", "two ", "three"),
    "buffers": pieces(b"\x00\xff", "é".encode()),
    "empty": pieces(""),
    "empty_between": pieces("one ", "", b"", "two"),
    "lone": pieces("a\ud83d", "b"),
    "then_end": then_end,
    "then_json": then_json,
    "then_send": then_send,
    "then_json_uncaught": then_json_uncaught,
    "then_redirect": then_redirect,
    "then_status": then_status,
    "then_header": then_header,
    "then_remove": then_remove,
    "then_append": then_append,
    "then_writehead": then_writehead,
    "then_draft": then_draft,
    "typed": typed,
    "with_length": with_length,
    "flushed": flushed,
    "flushed_then_json": flushed_then_json,
    "number": refused(42),
    "null": refused(None),
    "object": refused({"a": 1}),
    "true": refused(True),
}


def handler(req, res):
    cases[req.query["case"]](res)
