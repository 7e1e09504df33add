"""Compare nextwsgi.web with Node's own classes, and with the cookies and URLs of Next.js.

    python -m tests.unit.web.differential --count 20000 --seed 1 --modules node_modules
    python -m tests.unit.web.differential --record --modules node_modules

Needs Node 20 and a folder with Next.js in it. Prints a line for each area and exits 1 where an answer differs
for a reason that is not in tests/programme/nextjs/differences.py. --record writes digests of what Node
answers to 2,000 inputs of each area, which test_differential.py compares without Node.
"""

import argparse
import json
import os
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

from nextwsgi.server import URL, Blob, File, FormData, Headers, Request, Response, URLSearchParams
from nextwsgi.web.cookies import RequestCookies, ResponseCookies
from nextwsgi.web.next import NextURL
from tests.programme.nextjs.differences import explained

RECORDED = Path(__file__).parent / "recorded.json"
RECORDED_COUNT = 2000

JAVASCRIPT = r"""
const compiled = process.env.NEXT_MODULES + '/next/dist/';
const { RequestCookies, ResponseCookies } = require(compiled + 'compiled/@edge-runtime/cookies');
const { NextURL } = require(compiled + 'server/web/next-url');
const parts = (u) => [u.href, u.origin, u.protocol, u.username, u.password, u.host, u.hostname, u.port,
  u.pathname, u.search, u.hash];
const options = (o) => (o.expires == null ? o : { ...o, expires: new Date(o.expires) });
const bytes = (text) => Buffer.from(text, 'latin1');
const shown = (v) => (typeof v === 'string' ? v : [v.name, v.type, v.size]);
const hex = async (blob) => Buffer.from(await blob.arrayBuffer()).toString('latin1');
function change(target, calls) {
  return calls.map(([name, ...given]) => {
    const result = target[name](...given);
    const plain = ['string', 'boolean'].includes(typeof result) || Array.isArray(result);
    return plain ? result : null;
  });
}
const areas = {
  url: ([text]) => parts(new URL(text)),
  url_base: ([text, base]) => parts(new URL(text, base)),
  url_assign: ([text, name, value]) => {
    const url = new URL(text);
    url[name] = value;
    return [parts(url), [...url.searchParams]];
  },
  url_can_parse: ([text, base]) => URL.canParse(text, base ?? undefined),
  params: ([text]) => {
    const params = new URLSearchParams(text);
    const before = [...params];
    params.sort();
    return [before, [...params], params.toString(), params.size];
  },
  params_calls: ([pairs, calls]) => {
    const params = new URLSearchParams(pairs);
    return [change(params, calls), [...params], params.toString()];
  },
  url_params_calls: ([text, calls]) => {
    const url = new URL(text);
    return [change(url.searchParams, calls), parts(url)];
  },
  headers: ([pairs, calls]) => {
    const headers = new Headers(pairs);
    return [change(headers, calls), [...headers], headers.getSetCookie()];
  },
  request_cookies: ([text, calls]) => {
    const headers = new Headers();
    headers.set('cookie', text);
    const cookies = new RequestCookies(headers);
    const before = [...cookies].map(([name, cookie]) => [name, cookie.value]);
    return [before, change(cookies, calls), cookies.toString(), headers.get('cookie')];
  },
  response_cookies: ([calls]) => {
    const headers = new Headers();
    const cookies = new ResponseCookies(headers);
    for (const [name, ...given] of calls) {
      if (name === 'set') cookies.set(given[0], given[1], options(given[2]));
      else cookies.delete(given[0]);
    }
    return headers.getSetCookie();
  },
  response_cookies_read: ([lines]) => {
    const headers = new Headers();
    for (const line of lines) headers.append('set-cookie', line);
    const cookies = new ResponseCookies(headers);
    return cookies.getAll().map((cookie) => [
      cookie.name, cookie.value, cookie.path ?? null, cookie.domain ?? null, cookie.httpOnly ?? false,
      cookie.secure ?? false, cookie.sameSite ?? null]);
  },
  next_url: ([text, basePath, calls]) => {
    const url = new NextURL(text, { nextConfig: { basePath } });
    for (const [name, value] of calls) url[name] = value;
    return [url.href, url.pathname, url.search, url.basePath, url.origin, String(url.clone())];
  },
  form: async ([type, text]) => {
    const form = await new Response(bytes(text), { headers: { 'content-type': type } }).formData();
    const pairs = [];
    for (const [name, value] of form) {
      pairs.push([name, shown(value), typeof value === 'string' ? '' : await hex(value)]);
    }
    return pairs;
  },
  form_round: async ([fields]) => {
    const form = new FormData();
    for (const [name, value, filename, type] of fields) {
      if (filename === null) form.append(name, value);
      else form.append(name, new File([value], filename, { type }));
    }
    const response = new Response(form);
    const type = response.headers.get('content-type');
    const boundary = type.slice(type.indexOf('boundary=') + 9);
    return (await response.text()).replaceAll(boundary, 'B');
  },
  form_calls: ([calls]) => {
    const form = new FormData();
    for (const [name, ...given] of calls) form[name](...given);
    return [...form];
  },
  body: async ([kind, text, type, read]) => {
    const blob = new Blob([bytes(text)], { type });
    const data = { text, bytes: bytes(text), blob, params: new URLSearchParams(text) }[kind];
    const init = type && kind === 'bytes' ? { headers: { 'content-type': type } } : {};
    const response = new Response(data, init);
    const kept = [response.headers.get('content-type'), response.bodyUsed];
    let value = await response[read]();
    if (read === 'blob') value = [value.type, value.size];
    if (read === 'arrayBuffer') value = Buffer.from(value).toString('latin1');
    let second;
    try {
      second = await response.text();
    } catch (error) {
      second = error.name;
    }
    return [kept, value, response.bodyUsed, second];
  },
  response: ([status, statusText, body]) => {
    const response = new Response(body, { status, statusText });
    return [response.status, response.statusText, response.ok, response.headers.get('content-type')];
  },
  redirect: ([url, status]) => {
    const response = Response.redirect(url, status);
    return [response.status, response.headers.get('location')];
  },
  request: ([url, method, pairs, body]) => {
    const request = new Request(url, { method, headers: pairs, body, duplex: 'half' });
    return [request.url, request.method, [...request.headers], request.body === null];
  },
  blob: async ([list, type, start, end]) => {
    const blob = new Blob(list, { type });
    const part = blob.slice(start, end ?? undefined, type);
    return [blob.size, blob.type, part.type, await blob.text(), await hex(part)];
  },
};
require('readline').createInterface({ input: process.stdin }).on('line', async (line) => {
  const [at, area, input] = JSON.parse(line);
  let answer;
  try {
    answer = { value: await areas[area](input) };
  } catch (error) {
    answer = { refused: true };
  }
  process.stdout.write(JSON.stringify([at, answer]) + '\n');
});
"""

Pick = random.Random
REFUSED = "refused"

# --- inputs -----------------------------------------------------------------------------------------------

PIECES = [*"abcXYZ019 /?#&=%+~*-._@:;,[]\\\"'<>|`{}!$()\t\n"]
PIECES += ["é", "中", "\U0001f600", "%41", "%zz", "%C3%A9", "..", "//", "http:", "https://", "ex.com", ":80"]
PIECES += [":443", "\0", "\xa0", "a=1", "&b=2", "%2e", "xn--", "[::1]", "127.1", "0x7f"]


def text(pick: Pick, longest: int = 8, pieces: list[str] = PIECES) -> str:
    """Return some pieces in a row."""
    return "".join(pick.choice(pieces) for _ in range(pick.randint(0, longest)))


def short(pick: Pick) -> str:
    """Return a name or value that repeats now and then."""
    return pick.choice(["a", "b", "A", "", "x y", "é", "中", "&=", "1", "+", text(pick, 3)])


def some(pick: Pick, make: Callable[[], Any], most: int = 4) -> list[Any]:
    """Return a few of what ``make`` gives."""
    return [make() for _ in range(pick.randint(0, most))]


def url(pick: Pick) -> list[Any]:
    """Return a URL, mostly."""
    begin = pick.choice(
        ["http://", "https://ex.com", "", "file:", "mailto:", "http://ex.com/", "http://u:p@h:8/"]
    )
    return [begin + text(pick)]


def url_base(pick: Pick) -> list[Any]:
    """Return a relative URL and its base."""
    bases = ["http://ex.com/a/b?c#d", "https://u:p@h:8/x", "mailto:a@b", "file:///a/b", "http://ex.com"]
    return [text(pick), pick.choice(bases)]


def url_assign(pick: Pick) -> list[Any]:
    """Return a URL, a part of it, and a value for that."""
    names = ["protocol", "username", "password", "host", "hostname", "port", "pathname", "search", "hash"]
    return [pick.choice(["http://ex.com/a?b=1#c", "file:///a", "mailto:a"]), pick.choice(names), text(pick)]


def params_call(pick: Pick) -> list[Any]:
    """Return a call of URLSearchParams."""
    name = pick.choice(["append", "set", "delete", "get", "getAll", "has", "sort", "delete", "has"])
    count = {"append": 2, "set": 2, "sort": 0, "get": 1, "getAll": 1}.get(name, pick.randint(1, 2))
    return [name, *(short(pick) for _ in range(count))]


def pair(pick: Pick) -> list[str]:
    """Return a name and a value."""
    return [short(pick), short(pick)]


FIELDS = ["a", "A", "b-c", "set-cookie", "X", "content-type"]
VALUES = ["1", " x ", "\t a\n", "é", "", "a, b", "b=2; Path=/", "x\ry", "\x01"]


def header(pick: Pick) -> list[str]:
    """Return a header, mostly a legal one."""
    name = pick.choice(FIELDS) if pick.random() < 0.95 else pick.choice(["é", "a b", ""])
    return [name, pick.choice(VALUES) if pick.random() < 0.95 else text(pick, 3)]


def header_call(pick: Pick) -> list[Any]:
    """Return a call of Headers."""
    name = pick.choice(["append", "set", "delete", "get", "has"])
    return [name, *(header(pick) if name in ("append", "set") else [pick.choice(FIELDS)])]


COOKIE = [
    "a=1",
    "b=2",
    "; ",
    ";",
    "a",
    "=",
    " ",
    '"x"',
    "%41",
    "%C3%A9",
    "%zz",
    "é",
    "c=d=e",
    ",",
    "__proto__=1",
]


def cookie_call(pick: Pick) -> list[Any]:
    """Return a call of RequestCookies."""
    name = pick.choice(["set", "delete", "has", "delete"])
    if name == "set":
        return [name, pick.choice("abc"), short(pick)]
    return [name, pick.choice("abc") if name == "has" or pick.random() < 0.5 else ["a", "b"]]


def response_cookie_call(pick: Pick) -> list[Any]:
    """Return a call of ResponseCookies, without an option that depends on the time."""
    if pick.random() < 0.2:
        given = pick.choice(["a", {"name": "a", "path": "/x"}, {"name": "b", "domain": "ex.com"}])
        return ["delete", given]
    choices: dict[str, list[Any]] = {
        "path": ["/", "/x", ""],
        "expires": [0, 1700000000000, 4102444800000],
        "maxAge": [0],
        "domain": ["ex.com", ""],
        "secure": [True, False],
        "httpOnly": [True, False],
        "sameSite": ["strict", "lax", "none", True, False],
        "partitioned": [True, False],
        "priority": ["low", "medium", "high"],
    }
    names = [name for name in choices if pick.random() < 0.3]
    return ["set", pick.choice("abc"), short(pick), {name: pick.choice(choices[name]) for name in names}]


LINE = [
    "a=1",
    "b=%C3%A9",
    "; ",
    "; Path=/x",
    "; path=/",
    "; HttpOnly",
    "; Secure",
    "; SameSite=Lax",
    "; Domain=ex.com",
]
LINE += ["; Max-Age=5", "; SameSite=bad", "; secure", "c"]


def next_url(pick: Pick) -> list[Any]:
    """Return a URL, a base path, and what is assigned to it."""
    begin = pick.choice(["http://ex.com", "http://127.0.0.1:3000", "https://[::1]", "http://localhost:3000"])
    path = pick.choice(["/", "", "/docs", "/docs/", "/docs/a?b=1", "/docsy", "/a/docs", "/docs?x", "/docs#y"])
    names = {
        "pathname": ["/x", "/docs/y", "/", "/a b"],
        "search": ["?z=1", ""],
        "hash": ["#h"],
        "basePath": ["new", "/new"],
    }
    calls = [[name, pick.choice(names[name])] for name in names if pick.random() < 0.3]
    return [begin + path, pick.choice(["", "/docs"]), calls]


MULTIPART = [
    "--B",
    "\r\n",
    "\r\n\r\n",
    "--",
    "\n",
    "x",
    'Content-Disposition: form-data; name="',
    "a",
    '"',
    "B",
]
MULTIPART += [
    '; filename="',
    "Content-Type: text/x",
    "--B--\r\n",
    "Content-Transfer-Encoding: base64",
    "%0A%22",
    "\xc3\xa9",
]
HEAD = ['Content-Disposition: form-data; name="a"', 'content-disposition:form-data; name="b"; filename="f"']
HEAD += [
    'Content-Disposition: form-data; filename="f"; name="a"',
    "X-Other: 1",
    "Content-Type: Text/X; a=b",
    "bad",
]
HEAD += [
    'Content-Disposition: form-data; name="\xc3\xa9%0D%22"; filename=""',
    "Content-Disposition: form-data; name=a",
]
HEAD += ["Content-Transfer-Encoding: base64", 'Content-Disposition: form-data; name="a"; filename*="u"']
CONTENT = ["", "1", "a\r\nb", "--B", "\r\n--", "\xff\xfe", "aGk=", "\xef\xbb\xbfx", "B", "\n"]


def multipart(pick: Pick) -> str:
    """Return a multipart body, often with something wrong in it."""
    if pick.random() < 0.15:
        return text(pick, 14, MULTIPART)
    body = pick.choice(["", "", "", "", "", "", "\r\n", "preamble\r\n"])
    for _ in range(pick.randint(0, 3)):
        heads = [
            HEAD[0] if pick.random() < 0.85 else pick.choice(HEAD),
            *some(pick, lambda: pick.choice(HEAD[3:5] if pick.random() < 0.8 else HEAD), 1),
        ]
        body += "--B\r\n" + "\r\n".join(heads) + "\r\n\r\n" + text(pick, 3, CONTENT) + "\r\n"
    body += pick.choice(["--B--\r\n", "--B--\r\n", "--B--", "--B--\r\n\r\n", "--B--x", "--B", ""])
    if pick.random() < 0.15:
        at = pick.randrange(len(body) + 1)
        body = body[:at] + pick.choice(MULTIPART) + body[at + pick.randint(0, 2) :]
    return body


def form(pick: Pick) -> list[Any]:
    """Return a content type and a body of it."""
    if pick.random() < 0.2:
        return [
            pick.choice(["application/x-www-form-urlencoded", "text/plain", ""]),
            text(pick, 8, [*"ab=&+%é1"]),
        ]
    kinds = ["multipart/form-data; boundary=B"] * 8 + [
        'multipart/form-data; boundary="B"',
        "multipart/form-data",
    ]
    return [pick.choice([*kinds, "Multipart/Form-Data; x=y; boundary=B"]), multipart(pick)]


def field(pick: Pick) -> list[Any]:
    """Return a field, or a file."""
    name, value = text(pick, 3, [*'ab"\r\n%é']), text(pick, 4, [*"ab\r\né1"])
    if pick.random() < 0.5:
        return [name, value, None, ""]
    return [name, value, text(pick, 3, [*'ab"\r\n%é.']), pick.choice(["", "text/x", "Text/X", "é"])]


def form_call(pick: Pick) -> list[Any]:
    """Return a call of FormData."""
    name = pick.choice(["append", "append", "set", "delete"])
    return [name, *([short(pick)] if name == "delete" else pair(pick))]


TYPES = [
    "",
    "text/plain",
    "Text/X; A=B",
    "application/json",
    'a/b; c="d e"',
    "bad",
    "text/html;charset=UTF-8",
    "x/y;",
]
READS = ["text", "json", "arrayBuffer", "blob", "text", "json"]
JSON = ["{", "}", "[", "]", '"a"', ":", "1", ",", "null", " ", "-1.50", '"\\u00e9"', "true"]


def body(pick: Pick) -> list[Any]:
    """Return a kind of body, its text, its type, and how it is read."""
    kind = pick.choice(["text", "bytes", "blob", "params"])
    content = pick.choice(["{}", "[1,2]", '{"a":[null]}', text(pick, 5, JSON), text(pick, 5, [*"aé\xff1"])])
    return [kind, content, pick.choice(TYPES), pick.choice(READS)]


def response(pick: Pick) -> list[Any]:
    """Return a status, a phrase and a body."""
    statuses = [
        0,
        99,
        100,
        101,
        199,
        200,
        201,
        204,
        205,
        226,
        299,
        300,
        304,
        404,
        418,
        500,
        599,
        600,
        1000,
        200.5,
    ]
    phrases = ["", "OK", "Not ok", "é", "中", "a\nb", "a\rb", "\t", "\0", "\x7f"]
    return [pick.choice(statuses), pick.choice(phrases), pick.choice([None, None, "", "x", "é"])]


def redirect(pick: Pick) -> list[Any]:
    """Return a URL and a status."""
    return [url(pick)[0], pick.choice([301, 302, 303, 307, 308, 200, 300, 304, 309, 0])]


def request(pick: Pick) -> list[Any]:
    """Return a URL, a method, headers and a body."""
    methods = [
        "GET",
        "get",
        "Post",
        "PATCH",
        "patch",
        "HEAD",
        "DELETE",
        "put",
        "TRACE",
        "connect",
        "FOO",
        "a b",
        "",
    ]
    target = pick.choice(
        ["http://ex.com/a?b", "http://ex.com", "/a", "http://u:p@ex.com/", "http://ex.com/é#h"]
    )
    return [
        target,
        pick.choice(methods),
        some(pick, lambda: header(pick), 2),
        pick.choice([None, None, "", "x"]),
    ]


def blob(pick: Pick) -> list[Any]:
    """Return parts, a type, and where a slice begins and ends."""
    places = [None, *range(-6, 7)]
    start = pick.choice(places)
    return [
        some(pick, lambda: text(pick, 3, [*"abé中\r\n"])),
        pick.choice(TYPES),
        0 if start is None else start,
        pick.choice(places),
    ]


# --- ours -------------------------------------------------------------------------------------------------


def parts(found: URL) -> list[str]:
    """Return a URL's parts."""
    names = ("href", "origin", "protocol", "username", "password", "host", "hostname", "port", "pathname")
    return [getattr(found, name) for name in (*names, "search", "hash")]


def change(target: Any, calls: list[list[Any]]) -> list[Any]:
    """Call methods, and return what they give."""
    results = [getattr(target, name)(*given) for name, *given in calls]
    return [each if isinstance(each, bool | str | list) else None for each in results]


def _assigned(given: list[Any]) -> Any:
    target, name, value = given
    found = URL(target)
    setattr(found, name, value)
    return [parts(found), [*found.searchParams]]


def _params(given: list[Any]) -> Any:
    found = URLSearchParams(given[0])
    before = [*found]
    found.sort()
    return [before, [*found], str(found), found.size]


def _params_calls(given: list[Any]) -> Any:
    found = URLSearchParams(given[0])
    return [change(found, given[1]), [*found], str(found)]


def _url_params_calls(given: list[Any]) -> Any:
    found = URL(given[0])
    return [change(found.searchParams, given[1]), parts(found)]


def _headers(given: list[Any]) -> Any:
    found = Headers(given[0])
    return [change(found, given[1]), [*found], found.getSetCookie()]


def _request_cookies(given: list[Any]) -> Any:
    headers = Headers({"cookie": given[0]})
    cookies = RequestCookies(headers)
    before = [[name, cookie.value] for name, cookie in cookies]
    return [before, change(cookies, given[1]), str(cookies), headers.get("cookie")]


def _response_cookies(given: list[Any]) -> Any:
    headers = Headers()
    cookies = ResponseCookies(headers)
    for name, *rest in given[0]:
        if name == "set":
            cookies.set(rest[0], rest[1], **rest[2])
        else:
            cookies.delete(rest[0])
    return headers.getSetCookie()


def _response_cookies_read(given: list[Any]) -> Any:
    headers = Headers([["set-cookie", line] for line in given[0]])
    return [
        [
            *(cookie.name, cookie.value, cookie.path, cookie.domain),
            *(bool(cookie.httpOnly), bool(cookie.secure), cookie.sameSite),
        ]
        for cookie in ResponseCookies(headers).getAll()
    ]


def _next_url(given: list[Any]) -> Any:
    found = NextURL(given[0], basePath=given[1])
    for name, value in given[2]:
        setattr(found, name, value)
    return [found.href, found.pathname, found.search, found.basePath, found.origin, str(found.clone())]


def _form(given: list[Any]) -> Any:
    kind, content = given
    found = Response(content.encode("latin-1", "replace"), headers={"content-type": kind}).formData()
    return [
        [name, value, ""]
        if isinstance(value, str)
        else [name, [value.name, value.type, value.size], value.arrayBuffer().decode("latin-1")]
        for name, value in found
    ]


def _form_round(given: list[Any]) -> Any:
    made = FormData()
    for name, value, filename, kind in given[0]:
        made.append(name, value if filename is None else File([value], filename, type=kind))
    answer = Response(made)
    boundary = (answer.headers.get("content-type") or "").partition("boundary=")[2]
    return answer.text().replace(boundary, "B")


def _form_calls(given: list[Any]) -> Any:
    made = FormData()
    for name, *rest in given[0]:
        getattr(made, name)(*rest)
    return [*made]


def _body(given: list[Any]) -> Any:
    kind, content, content_type, read = given
    raw = content.encode("latin-1")
    data = {
        "text": content,
        "bytes": raw,
        "blob": Blob([raw], type=content_type),
        "params": URLSearchParams(content),
    }
    headers = {"content-type": content_type} if content_type and kind == "bytes" else None
    answer = Response(data[kind], headers=headers)
    kept = [answer.headers.get("content-type"), answer.bodyUsed]
    value = getattr(answer, read)()
    if read == "blob":
        value = [value.type, value.size]
    if read == "arrayBuffer":
        value = value.decode("latin-1")
    try:
        second = answer.text()
    except TypeError:
        second = "TypeError"
    return [kept, value, answer.bodyUsed, second]


def _response(given: list[Any]) -> Any:
    status, phrase, content = given
    answer = Response(content, status=status, statusText=phrase)
    return [answer.status, answer.statusText, answer.ok, answer.headers.get("content-type")]


def _redirect(given: list[Any]) -> Any:
    answer = Response.redirect(*given)
    return [answer.status, answer.headers.get("location")]


def _request(given: list[Any]) -> Any:
    target, method, pairs, content = given
    made = Request(target, method=method, headers=pairs, body=content)
    return [made.url, made.method, [*made.headers], made.body is None]


def _blob(given: list[Any]) -> Any:
    made = Blob(given[0], type=given[1])
    part = made.slice(given[2], given[3], given[1])
    return [made.size, made.type, part.type, made.text(), part.arrayBuffer().decode("latin-1")]


Make = Callable[[Pick], list[Any]]
AREAS: dict[str, tuple[Make, Callable[[list[Any]], Any]]] = {
    "url": (url, lambda given: parts(URL(*given))),
    "url_base": (url_base, lambda given: parts(URL(*given))),
    "url_assign": (url_assign, _assigned),
    "url_can_parse": (url_base, lambda given: URL.canParse(*given)),
    "params": (lambda pick: [text(pick, 14)], _params),
    "params_calls": (
        lambda pick: [some(pick, lambda: pair(pick)), some(pick, lambda: params_call(pick))],
        _params_calls,
    ),
    "url_params_calls": (
        lambda pick: ["http://x/?a=1&b=2&a=3", some(pick, lambda: params_call(pick))],
        _url_params_calls,
    ),
    "headers": (
        lambda pick: [some(pick, lambda: header(pick)), some(pick, lambda: header_call(pick))],
        _headers,
    ),
    "request_cookies": (
        lambda pick: [text(pick, 8, COOKIE), some(pick, lambda: cookie_call(pick), 2)],
        _request_cookies,
    ),
    "response_cookies": (lambda pick: [some(pick, lambda: response_cookie_call(pick))], _response_cookies),
    "response_cookies_read": (
        lambda pick: [some(pick, lambda: text(pick, 6, LINE), 3)],
        _response_cookies_read,
    ),
    "next_url": (next_url, _next_url),
    "form": (form, _form),
    "form_round": (lambda pick: [some(pick, lambda: field(pick), 3)], _form_round),
    "form_calls": (lambda pick: [some(pick, lambda: form_call(pick), 6)], _form_calls),
    "body": (body, _body),
    "response": (response, _response),
    "redirect": (redirect, _redirect),
    "request": (request, _request),
    "blob": (blob, _blob),
}

# --- comparison -------------------------------------------------------------------------------------------


def inputs(area: str, count: int, seed: int) -> Iterator[list[Any]]:
    """Yield inputs of an area."""
    pick = random.Random(f"{seed} {area}")
    make = AREAS[area][0]
    return (make(pick) for _ in range(count))


def of_ours(area: str, given: list[Any]) -> Any:
    """Ask nextwsgi.web; JSON's idea of its answer."""
    try:
        answer = AREAS[area][1](given)
    except (TypeError, ValueError):
        return REFUSED
    return json.loads(json.dumps([answer]))


def of_node(asked: list[tuple[str, list[Any]]], modules: str) -> list[Any]:
    """Ask Node, in the order of what is asked."""
    lines = "".join(json.dumps([at, *each]) + "\n" for at, each in enumerate(asked))
    environment = {**os.environ, "NEXT_MODULES": os.path.abspath(modules)}
    result = subprocess.run(
        ["node", "-e", JAVASCRIPT], input=lines, capture_output=True, text=True, check=True, env=environment
    )
    answers: list[Any] = [REFUSED] * len(asked)
    for line in result.stdout.splitlines():
        at, answer = json.loads(line)
        answers[at] = REFUSED if "refused" in answer else [answer.get("value")]
    return answers


def digest(value: object) -> str:
    """Return a short name of a value."""
    return sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:8]


def is_explained(area: str, given: list[Any], theirs: Any = None, ours: Any = None) -> bool:
    """Tell whether an answer may differ."""
    return explained(f"web.{area}", given, theirs, ours) is not None


def compare(area: str, options: argparse.Namespace) -> tuple[list[str], int]:
    """Compare an area; return digests of Node's answers, "" for one that may differ, and the wrong ones."""
    given = [*inputs(area, options.count, options.seed)]
    digests = []
    tally: Counter[str] = Counter()
    for each, theirs in zip(given, of_node([(area, each) for each in given], options.modules), strict=True):
        ours = of_ours(area, each)
        excused = ours != theirs and is_explained(area, each, theirs, ours)
        digests.append("" if excused else digest(theirs))
        kind = (
            "explained"
            if excused
            else "different"
            if ours != theirs
            else "refused"
            if ours == REFUSED
            else "equal"
        )
        tally[kind] += 1
        if kind == "different" and tally[kind] <= 4:
            print(f"  {area}({json.dumps(each)})\n    Node: {theirs!r:.500}\n    ours: {ours!r:.500}")
    print(f"{area}: {options.count} inputs, " + ", ".join(f"{count} {kind}" for kind, count in tally.items()))
    return digests, tally["different"]


def main() -> int:
    """Run the command line; 1 where something differs without a reason."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=RECORDED_COUNT)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--modules", default="tests/conformance/project/node_modules")
    parser.add_argument("--record", action="store_true")
    parser.add_argument("areas", nargs="*", default=list(AREAS))
    options = parser.parse_args()
    found = {area: compare(area, options) for area in options.areas}
    if options.record:
        asked = {area: digest([*inputs(area, options.count, options.seed)]) for area in found}
        record = {area: [asked[area], *digests] for area, (digests, _) in found.items()}
        RECORDED.write_text(json.dumps(record, indent=0).replace('",\n"', '", "') + "\n")
    return int(any(wrong for _, wrong in found.values()))


if __name__ == "__main__":
    sys.exit(main())
