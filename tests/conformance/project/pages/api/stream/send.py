import asyncio
from pathlib import Path

files = Path(__file__).parents[3] / "files"


async def slow():
    for piece in ["one ", "two ", "three"]:
        await asyncio.sleep(0.02)
        yield piece


def many():
    for i in range(500):
        yield f"line {i}\n"


cases = {
    "slow": lambda res: res.send(slow()),
    "many": lambda res: res.send(many()),
    "typed": lambda res: res.setHeader("Content-Type", "text/csv").send(iter(["a,b\n", "1,2\n"])),
    "length": lambda res: res.setHeader("Content-Length", 8).send(iter(["one ", "two "])),
    "status": lambda res: res.status(201).send(iter(["made"])),
    "not_found": lambda res: res.status(404).send(iter(["gone"])),
    "no_content": lambda res: res.status(204).send(iter(["gone"])),
    "not_modified": lambda res: res.status(304).send(iter(["gone"])),
    "file": lambda res: res.setHeader("Content-Type", "text/plain").send((files / "dog.txt").open("rb")),
    "download": lambda res: (
        res.setHeader("Content-Disposition", 'attachment; filename="dog.txt"').send((files / "dog.txt").open("rb"))
    ),
    "empty_pieces": lambda res: res.send(iter(["", "one ", "", "two", ""])),
    "unicode": lambda res: res.send(iter(["é", "中", "\U0001f600"])),
}


def handler(req, res):
    cases[req.query["case"]](res)
