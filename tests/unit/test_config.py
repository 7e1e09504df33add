"""What a route file may export as config, and what is said about anything else."""

import pytest

from nextwsgi.config import RouteConfig, is_edge, read_config


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ({}, RouteConfig()),
        ({"api": {}}, RouteConfig()),
        ({"api": {"bodyParser": False}}, RouteConfig(body_parser=False)),
        ({"api": {"bodyParser": True}}, RouteConfig()),
        ({"api": {"bodyParser": {}}}, RouteConfig()),
        ({"api": {"bodyParser": {"sizeLimit": "4MB"}}}, RouteConfig(size_limit=4 << 20, size_text="4MB")),
        ({"api": {"bodyParser": {"sizeLimit": 10}}}, RouteConfig(size_limit=10, size_text="10")),
        ({"api": {"bodyParser": {"sizeLimit": "0.5kb"}}}, RouteConfig(size_limit=512, size_text="0.5kb")),
        ({"api": {"bodyParser": {"sizeLimit": 0}}}, RouteConfig()),
        ({"api": {"responseLimit": False}}, RouteConfig(response_limit=None)),
        ({"api": {"responseLimit": 0}}, RouteConfig(response_limit=None)),
        ({"api": {"responseLimit": True}}, RouteConfig()),
        ({"api": {"responseLimit": "8mb"}}, RouteConfig(response_limit=8 << 20)),
        ({"api": {"externalResolver": True}}, RouteConfig(external_resolver=True)),
        ({"api": {"externalResolver": False}}, RouteConfig()),
        ({"maxDuration": 5, "runtime": "nodejs", "regions": ["iad1"]}, RouteConfig()),
    ],
)
def test_what_next_js_accepts_is_accepted(config: object, expected: RouteConfig) -> None:
    assert read_config(config) == (expected, [])


@pytest.mark.parametrize(
    ("config", "problem"),
    [
        (None, "config must be a dict, not None"),
        ([], "config must be a dict, not list"),
        ({"api": []}, "config.api must be a dict, not list"),
        (
            {"api": {"bodyParser": None}},
            'config.api.bodyParser must be False or {"sizeLimit": ...}, not None',
        ),
        (
            {"api": {"bodyParser": "1mb"}},
            'config.api.bodyParser must be False or {"sizeLimit": ...}, not str',
        ),
        ({"api": {"bodyParser": {"sizeLimit": "1 megabyte"}}}, "sizeLimit '1 megabyte' is no size: write"),
        ({"api": {"bodyParser": {"sizeLimit": None}}}, "sizeLimit None is no size"),
        ({"api": {"bodyParser": {"sizeLimit": True}}}, "sizeLimit True is no size"),
        ({"api": {"bodyParser": {"sizeLimit": -1}}}, "sizeLimit -1 is no size"),
        ({"api": {"bodyParser": {"sizeLimit": float("nan")}}}, "sizeLimit nan is no size"),
        ({"api": {"responseLimit": "big"}}, "config.api.responseLimit 'big' is no size"),
        ({"api": {"externalResolver": "yes"}}, "config.api.externalResolver must be True or False, not str"),
        ({"maxDuration": "5"}, "config.maxDuration must be a number of seconds, not str"),
        ({"maxDuration": True}, "config.maxDuration must be a number of seconds, not bool"),
        ({"runtime": "deno"}, 'config.runtime must be "nodejs" or "edge", not \'deno\''),
        ({"api": {"bodyparser": False}}, "no key 'bodyparser': did you mean config.api['bodyParser']?"),
        ({"api": {"body_parser": False}}, "no key 'body_parser': did you mean config.api['bodyParser']?"),
        ({"api": {"bodyParser": {"limit": 1}}}, "config.api.bodyParser has no key 'limit'"),
        ({"bodyParser": False}, "config has no key 'bodyParser': did you mean config.api['bodyParser']?"),
        ({"sizeLimit": "1mb"}, "did you mean config.api.bodyParser['sizeLimit']?"),
        ({"maxduration": 3}, "did you mean config['maxDuration']?"),
        ({"colour": "red"}, "config has no key 'colour': it takes api, maxDuration, runtime"),
        ({7: 1}, "config has no key 7"),
    ],
)
def test_anything_else_is_named_with_its_mend(config: object, problem: str) -> None:
    _, problems = read_config(config)
    assert len(problems) == 1
    assert problem in problems[0]


def test_every_problem_is_listed() -> None:
    wrong = {"apis": {}, "runtime": 1, "api": {"bodyParser": {"sizelimit": 1}, "responseLimit": "x"}}
    assert len(read_config(wrong)[1]) == 4


@pytest.mark.parametrize("runtime", ["edge", "experimental-edge"])
def test_an_edge_route_reads_its_body_by_itself(runtime: str) -> None:
    config, problems = read_config({"runtime": runtime, "regions": ["fra1"]})
    assert (config.body_parser, config.response_limit, problems) == (False, None, [])
    assert is_edge({"runtime": runtime})
    assert not is_edge({"runtime": "nodejs"})
    assert not is_edge(5)
