import json

from lib.chat import Line, listening, read_line, say
from nextwsgi import NextApiRequest, NextApiResponse
from nextwsgi.websocket import accept


def handler(req: NextApiRequest, res: NextApiResponse[None]) -> None:
    ws = accept(req, res)

    with listening(ws):
        for message in ws:
            line = read_line(message)
            if isinstance(line, Line):
                say(line)
            else:
                ws.send(json.dumps({"error": line}))
