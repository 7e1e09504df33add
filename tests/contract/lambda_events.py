"""Events as AWS sends them to a Lambda function, in the shapes that its documentation gives."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, unquote

Event = dict[str, Any]

ADDRESS = "203.0.113.9"
FORWARDED = f"198.51.100.1, {ADDRESS}"  # what a client wrote, and what AWS added to it
COMMON = {
    "host": "api.example.com",
    "user-agent": "curl/8.5.0",
    "x-amzn-trace-id": "Root=1-67f0a1b2-0a1b2c3d4e5f60718293a4b5",
    "x-forwarded-for": FORWARDED,
    "x-forwarded-port": "443",
    "x-forwarded-proto": "https",
}


def _body(body: bytes) -> Event:
    try:
        return {"body": body.decode() or None, "isBase64Encoded": False}
    except UnicodeDecodeError:
        return {"body": b64encode(body).decode(), "isBase64Encoded": True}


def version_1(
    method: str, path: str, query: str = "", headers: Mapping[str, str] | None = None, body: bytes = b""
) -> Event:
    """An event of a REST API, stage ``prod``: names and values of the query come decoded."""
    sent = {**COMMON, **(headers or {})}
    values = parse_qs(query, keep_blank_values=True)
    return {
        "version": "1.0",
        "resource": "/{proxy+}",
        "path": path,
        "httpMethod": method,
        "headers": sent,
        "multiValueHeaders": {name: [value] for name, value in sent.items()},
        "queryStringParameters": {name: value[-1] for name, value in values.items()} or None,
        "multiValueQueryStringParameters": values or None,
        "pathParameters": {"proxy": path[1:]},
        "stageVariables": None,
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "1234567890",
            "domainName": "api.example.com",
            "httpMethod": method,
            "identity": {"sourceIp": ADDRESS, "userAgent": "curl/8.5.0"},
            "path": f"/prod{path}",
            "protocol": "HTTP/1.1",
            "requestId": "c6af9ac6-7b61-11e6-9a41-93e8deadbeef",
            "stage": "prod",
        },
        **_body(body),
    }


def version_2(
    method: str,
    path: str,
    query: str = "",
    headers: Mapping[str, str] | None = None,
    body: bytes = b"",
    *,
    stage: str = "$default",
) -> Event:
    """An event of an HTTP API, or of a function URL; cookies have a list of their own."""
    sent = {**COMMON, **(headers or {})}
    cookies = sent.pop("cookie", "")
    raw = path if stage == "$default" else f"/{stage}{path}"
    event = {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": raw,
        "rawQueryString": query,
        "headers": sent,
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "r3pmxmplak",
            "domainName": "r3pmxmplak.lambda-url.us-east-2.on.aws",
            "http": {
                "method": method,
                "path": raw,
                "protocol": "HTTP/1.1",
                "sourceIp": ADDRESS,
                "userAgent": "curl/8.5.0",
            },
            "requestId": "JKJaXmPLvHcESHA=",
            "routeKey": "$default",
            "stage": stage,
            "timeEpoch": 1583348638390,
        },
        **_body(body),
    }
    return event | ({"cookies": cookies.split("; ")} if cookies else {})


def balancer(
    method: str,
    path: str,
    query: str = "",
    headers: Mapping[str, str] | None = None,
    body: bytes = b"",
    *,
    several: bool = True,
) -> Event:
    """An event of an Application Load Balancer, with or without headers and parameters of several values."""
    sent = {**COMMON, **(headers or {})}
    pairs = [pair.partition("=") for pair in query.split("&") if pair]
    lists: dict[str, list[str]] = {}
    for name, _, value in pairs:
        lists.setdefault(name, []).append(value)
    event: Event = {
        "requestContext": {
            "elb": {
                "targetGroupArn": "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/a/50dc"
            }
        },
        "httpMethod": method,
        "path": path,
        **(_body(body) | ({} if body else {"body": ""})),
    }
    if several:
        return event | {
            "multiValueHeaders": {name: [value] for name, value in sent.items()},
            "multiValueQueryStringParameters": lists,
        }
    return event | {
        "headers": sent,
        "queryStringParameters": {name: values[-1] for name, values in lists.items()},
    }


def decoded(event: Event) -> Event:
    """The same event from a gateway that decodes paths."""
    key = "rawPath" if "rawPath" in event else "path"
    return {**event, key: unquote(event[key])}
