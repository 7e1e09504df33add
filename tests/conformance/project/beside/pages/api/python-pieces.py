import os
import time
from pathlib import Path


def handler(req, res):
    file = Path(os.environ["GO"])
    if "go" in req.query:
        file.touch()
        res.end()
        return
    file.unlink(missing_ok=True)
    res.writeHead(200, {"Content-Type": "text/plain", "Cache-Control": "no-transform"})
    res.write("one ")
    while not file.exists():
        time.sleep(0.005)
    res.end("two")
