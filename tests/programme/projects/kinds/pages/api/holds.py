from dataclasses import asdict

from tests.programme.held import held, trim


def handler(req, res):
    trim()
    res.json(asdict(held(req._project, req._project.root)))
