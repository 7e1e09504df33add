"""All that a handler can know of a request, for any path below /api/echo and any method."""

from base64 import b64encode

from nextwsgi import NextApiRequest, NextApiResponse


def handler(req: NextApiRequest, res: NextApiResponse[dict[str, object]]) -> None:
    res.setHeader("Cache-Control", "no-store")  # cookies and tokens come back in it
    res.status(200).json(
        {
            "method": req.method,
            "url": req.url,
            "query": req.query,
            "cookies": req.cookies,
            "headers": req.headers,
            "rawHeaders": req.rawHeaders,
            "httpVersion": req.httpVersion,
            "body": req.body,
            "rawBody": {"length": len(req.rawBody), "base64": b64encode(req.rawBody).decode()},
            "socket": {"remoteAddress": req.socket.remoteAddress, "remotePort": req.socket.remotePort},
            "preview": req.preview,
            "draftMode": req.draftMode,
            "previewData": req.previewData,
        }
    )
