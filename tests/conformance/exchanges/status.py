"""`res.status`, `res.statusCode`, `res.statusMessage`: which ones go out, and what becomes of the body."""

from tests.conformance.exchange import get, head

CODES = [
    200,
    201,
    202,
    203,
    205,
    206,
    207,
    226,
    299,
    300,
    400,
    401,
    402,
    403,
    404,
    405,
    409,
    410,
    413,
    418,
    421,
]
CODES += [422, 425, 426, 428, 429, 431, 451, 499, 500, 501, 502, 503, 504, 508, 511, 599, 600, 799, 999]
REFUSED = [0, 1, 99, 1000, 65536, -1]
BODILESS = [204, 205, 304]

PHRASES = [
    "number",
    "text",
    "word",
    "float",
    "bool",
    "null",
    "called_text",
    "phrase",
    "both",
    "unknown",
    "empty",
    "newline",
    "control",
    "tab",
    "latin1",
    "wide",
    "with_end",
    "with_204",
    "with_redirect",
    "read",
]

EXCHANGES = [
    *[get(f"status_{code}_json", f"/api/res/status?as=json&code={code}") for code in CODES],
    *[get(f"status_{code}_refused_by_json", f"/api/res/status?as=json&code={code}") for code in REFUSED],
    *[get(f"status_{code}_refused_by_end", f"/api/res/status?as=end&code={code}") for code in (99, 1000)],
    *[get(f"status_{code}_refused_by_write", f"/api/res/status?as=write&code={code}") for code in (99, 1000)],
    *[
        get(f"status_{code}_{how}", f"/api/res/status?as={how}&code={code}")
        for code in BODILESS
        for how in ("json", "send", "object", "end", "nothing", "write", "typed", "null")
        if (code, how) != (205, "json")
    ],
    *[get(f"status_{code}_end", f"/api/res/status?as=end&code={code}") for code in (200, 404, 500, 599)],
    *[get(f"status_{code}_nothing", f"/api/res/status?as=nothing&code={code}") for code in (200, 201, 404)],
    *[
        head(f"status_{code}_json_head", f"/api/res/status?as=json&code={code}")
        for code in (200, 204, 304, 404)
    ],
    get("status_200_null_typed", "/api/res/status?as=null&code=200"),
    *[get(f"status_set_{case}", f"/api/res/phrase?case={case}") for case in PHRASES],
]
