from dataclasses import asdict

from tests.programme.held import held, trim
from tests.programme.still import still


def handler(req, res):
    with still(req._project):
        trim()
        found = held(req._project, req._project.root)
    res.json(asdict(found))
