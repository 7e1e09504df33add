def handler(req, res):
    res.setHeader("Content-Type", "application/octet-stream")
    res.send(iter([b"first ", *(value.encode(errors="replace") for value in req.headers.values())]))
