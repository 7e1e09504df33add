def handler(req, res):
    res.json(
        {
            "url": req.url,
            "method": req.method,
            "query": req.query,
            "cookies": req.cookies,
            "headers": req.headers,
            "rawHeaders": req.rawHeaders,
            "version": req.httpVersion,
            "port": req.socket.remotePort,
            "preview": [req.preview, req.draftMode, req.previewData],
            "body": req.body,
            "length": len(req.rawBody),
        }
    )
