from dataclasses import asdict

from tests.programme.held import held


def handler(req, res):
    res.json(asdict(held(req._project, req._project.root)))
