# ruff: noqa: E501 - lists of texts
# fmt: off
"""What has broken the readers of requests before: words, headers, cookies, bodies, one list for each place."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from collections.abc import Callable

METHODS = (
    *("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "OPTIONS", "HEAD"),
    *("TRACE", "CONNECT", "PROPFIND", "get", "QUERY", "M-SEARCH", "G!#$%&'*+.^_`|~"),
)

INHERITED = (
    "__proto__", "constructor", "prototype", "toString", "hasOwnProperty", "valueOf", "__defineGetter__",
)

WORDS = (
    *INHERITED,
    *("", "a", "1", "true", "null", "undefined", "NaN", "None", "ada@example.com", "correct horse"),
    *(
        "größe", "日本語", "\U0001f600", "\ud800", "\udc00\ud800", "\ufeff", "\u2028", "\x00", "\x1f", "\x7f",
        "\x85",
    ),
    *(
        "a\r\nX-Injected: 1", "a\nb", "\r\n\r\n<script>", "';--", "{{7*7}}", "%n%s", "${x}",
        "../../etc/passwd",
    ),
    *(
        "2026-02-31", "9999-12-31T23:59:59+99:99", "-1", "٣", "Ⅷ", "\u0130", "ß", "\xa0 x \xa0", "a;b=c",
        '"', "\\",
    ),
    *(
        "xn--zckzah", "a" * 300, "=?utf-8?q?=41?=", "*", "?", "#", "/", "//evil.example",
        "http://evil.example/",
    ),
    *(
        "javascript:alert(1)", "data:,x", "\\\\evil", "http://[::1", "http://a:99999/", "http://\u2488com",
        "%zz",
    ),
)
NUMBERS = (
    *("0", "-0", "00", "1", "007", "+5", "-1", "1.5", "1e3", "1e400", "-1e400", "0x10", "1_000", " 5", "5 "),
    *(
        "2147483648", "4294967296", "9007199254740993", "18446744073709551616", "9" * 40, "9" * 400,
        "9" * 4301,
    ),
    *("99", "100", "199", "200", "204", "205", "304", "308", "404", "499", "503", "999", "1000", "Infinity"),
)
CHARACTERS = "ab0 %+&=;,:/?#[]{}()<>@!$'\"*\\^`|~.-_\t\n\r\x00\x01\x1f\x7f\x80\x85\xa0\xadéß\u0130\u200b\u2028\ufeff\uffff😀\ud83d\ude00"

ESCAPES = (
    *(
        "%", "%%", "%2", "%zz", "%u0041", "%00", "%0a", "%0d%0aX-Injected:1", "%ff", "%fe%ff", "%c0%af",
        "%c0%ae%c0%ae",
    ),
    *(
        "%ed%a0%80", "%f4%90%80%80", "%f8%88%80%80%80", "%e2%80%a8", "%2f", "%5c", "%2e%2e", "%252e", "%25",
        "%20", "+",
    ),
    *(
        "%F0%9F%98%80", "%e4%f6", "%26%3d", "%3f", "%23", "%7f", "%c3", "a%00b", "%EF%BB%BF", "..", ".",
        "a b".replace(" ", "%20"),
    ),
    *(
        "%00nxtPid", "nxtPid", "nxtIid", "__proto__", "%5f_proto__", "[object Object]", "%5Bid%5D", "[id]",
        "[...slug]",
    ),
)
NAMES = (
    *(
        "id", "name", "value", "more", "cookie", "domain", "phrase", "status", "to", "m", "q", "on", "off",
        "draft", "url",
    ),
    *(
        "page", "email", "password", "title", "content", "slug", "path", "over", "k", "city", "file",
        "query", "__proto__",
    ),
    *(
        "nxtPid", "nxtIid", "nxtPslug", "nextInternalLocale", "%00nxtP", "_rsc", "constructor", "a[b]",
        "a[]", "x.y",
    ),
)
IDS = (
    "1", "42", "0", "-1", "007", "abc", "a.b", "a-b", "9" * 30, "1e3", "%31", "me", "index", "a,b", "a|b",
    "..a",
)
KEYS = (
    *(
        "name", "email", "password", "age", "price", "url", "tags", "inner", "a", "when", "title",
        "content", "message",
    ),
    *(
        "query", "variables", "operationName", "id", "__proto__", "constructor", "", "$where", "text",
        "userId", "type",
    ),
    *("published", "role", "user", "data", "event", "channel_name", "socket_id"),
)
SCALARS: tuple[object, ...] = (None, True, False, 0, -1, 1.5, 1e308, 10**30, -(2**63), 2**53 + 1, "", [], {}, 2**31)

HOSTS = (
    *(
        "localhost", "localhost:3000", "example.com", "evil.example", "a.example.com", "[::1]", "[::1]:80",
        "[", "]", "",
    ),
    *(
        "a b", "localhost:99999", "localhost:x", "user@evil.example", "evil.example/../", "xn--a",
        "é.example", "127.1",
    ),
    *(
        "a" * 300, "0x7f.1", "example.com.", "%41.example", "..", "a\\b", "a?b", "a#b", "1.2.3.4.5",
        "256.256.256.256",
    ),
)

TOKENS = (
    *(
        "", ".", "..", "...", "a.b.c", "e30.e30.", "eyJhbGciOiJub25lIn0.e30.", "a.b.c.d.e", "null",
        "undefined",
    ),
    f"{urlsafe_b64encode(json.dumps({'alg': 'HS256', 'crit': ['x'], 'kid': '../x'}).encode()).decode()}.e30.e30",
    f"{urlsafe_b64encode(json.dumps({'alg': 'dir', 'enc': 'A256CBC-HS512'}).encode()).decode()}..AAAA.AAAA.AAAA",
    f"{urlsafe_b64encode(json.dumps({'alg': 'PBES2-HS256+A128KW', 'p2c': 10**12}).encode()).decode()}.x.y.z.w",
    f"{urlsafe_b64encode(b'[' * 2000).decode()}.e30.e30",
    f"{urlsafe_b64encode(b'9' * 4400).decode()}.e30.e30",
    f"{urlsafe_b64encode(b'{}' + bytes([255, 254])).decode()}.\xff.\x00",
)
COOKIE_NAMES = (
    *(
        "__prerender_bypass", "__next_preview_data", "authjs.session-token", "next-auth.session-token",
        "token",
    ),
    *(
        "__Secure-authjs.session-token", "authjs.session-token.0", "authjs.session-token.1", "theme", "a",
        "session",
    ),
    *(
        "__proto__", "constructor", "toString", "$Version", "__Host-a", "auth_token",
        "authjs.session-token.99",
    ),
)

DATES = (
    *("Sat, 21 Nov 2026 06:00:00 GMT", "Thu, 01 Jan 1970 00:00:00 GMT", "Fri, 31 Dec 9999 23:59:59 GMT"),
    *(
        "Fri, 31 Dec 99999 23:59:59 GMT", "Sun, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994", "0",
        "now",
    ),
    *(
        "Mon, 00 Jan 0000 00:00:00 GMT", "Mon, 31 Feb 2026 25:61:61 GMT",
        "Fri, 31 Dec 99999999999999999999 23:59:59 GMT",
    ),
    *(
        "Sat, 21 Nov 2026 06:00:00 +9999", "Sat, 21 Nov 2026 06:00:00 -99999999999",
        "Fri, 31 Dec 9999 23:59:59 -2359",
    ),
    *(
        "Mon, 01 Jan 0001 00:00:00 +2359", "Sat, 21 Nov 2026 06:00:00 " + "9" * 400, "1,2,3,4,5,6",
        "٣ Nov 2026",
    ),
)
TAGS = ("*", '"a"', 'W/"a"', "", "a", '"', "W/", '"a", "b", W/"c"', '""', '"é"', ", ,,", 'W/"2-1"' * 50)

HEADERS: dict[str, tuple[str, ...]] = {
    "range": ("bytes=0-", "bytes=-1", "bytes=0-0", "bytes=", "bytes", "items=0-1", "bytes=5-1", "bytes=a-b"),
    "if-range": (*DATES, *TAGS),
    "if-modified-since": DATES,
    "if-unmodified-since": DATES,
    "if-none-match": TAGS,
    "if-match": TAGS,
    "cache-control": ("no-cache", "max-age=0", "no-cache, no-store", ",,,", "max-age=" + "9" * 400),
    "authorization": (
        *(f"Bearer {token}".replace("\x00", "") for token in TOKENS),
        *(
            "Bearer", "bearer  x", "Basic é", "Basic", "Basic =", "Basic YTpi", "Basic " + "A" * 9000,
            "Digest a=b,c",
        ),
    ),
    "origin": (
        *(
            "null", "http://localhost", "https://example.com", "https://EXAMPLE.com",
            "https://example.com.evil.example",
        ),
        *(
            "https://example.com:443", "http://[::1]", "file://", "://", "https://é.example",
            "http://localhost:99999",
        ),
    ),
    "access-control-request-method": ("GET", "POST", "get", "é", ","),
    "access-control-request-headers": ("x-a", "X-A, X-B", ",", "a b", "é", "a," * 300, "__proto__"),
    "access-control-request-private-network": ("true",),
    "x-forwarded-for": (
        *(
            "1.2.3.4", "1.2.3.4, 5.6.7.8", "::1", "[::1]:80", "unknown", "a,b,c", ",", "fe80::1%eth0",
            "1.2.3.4:80",
        ),
        *("999.1.1.1", "::ffff:1.2.3.4", "1.2.3.4," * 500, "٣.1.1.1"),
    ),
    "x-forwarded-host": ("evil.example", "a, b", "[", "evil.example:1"),
    "x-forwarded-proto": ("https", "http, https", "javascript", ""),
    "forwarded": ('for="[::1]:80";proto=https', "for=_x", ";;;"),
    "sec-fetch-site": ("same-origin", "cross-site", "none", "é"),
    "accept-encoding": (
        "gzip", "gzip;q=0, *;q=0.5", "gzip;q=NaN", ";q=", "," * 500, "identity;q=0", "br;q=1e400",
    ),
    "accept": ("*/*", "text/html", "application/json;q=nan", "text/*;level=1;q=" + "9" * 400, ",", "é"),
    "accept-language": ("en", "de-CH;q=0.5,*;q=0", "a" * 500, "-", "x-"),
    "content-encoding": ("gzip", "identity", "deflate, gzip", "é"),
    "expect": ("100-continue", "x"),
    "upgrade": ("websocket", "h2c", "websocket, h2c"),
    "connection": ("Upgrade", "close", "keep-alive, Upgrade", "Transfer-Encoding"),
    "sec-websocket-key": ("dGhlIHNhbXBsZSBub25jZQ==", "", "é", "a" * 100),
    "sec-websocket-version": ("13", "8", "x"),
    "last-event-id": ("1", "a\tb", "é"),
    "x-middleware-subrequest": ("src/middleware", "middleware:middleware:middleware:middleware:middleware"),
    "x-middleware-rewrite": ("/api/private", "http://evil.example/"),
    "x-matched-path": ("/api/private",),
    "x-now-route-matches": ("1=a&nxtPid=b",),
    "x-invoke-path": ("/api/private",),
    "x-nextjs-data": ("1",),
    "rsc": ("1",),
    "next-action": ("x" * 40,),
    "x-http-method-override": ("DELETE",),
    "x-original-url": ("/api/private",),
    "transfer-encoding": ("identity", "gzip, chunked", "xchunked"),
    "referer": ("http://localhost/", "http://[::1", "é"),
    "user-agent": ("curl/8", "é" * 100, ""),
    "x-prerender-revalidate": ("x" * 32, "00000000000000000000000000000000"),
    "stripe-signature": ("t=1,v1=a", "t=é,v1=", "t=" + "9" * 400 + ",v1=aa", ",,=,", "t=1,t=2,v1=a,v1=b"),
    "webhook-id": ("msg_1", "é"),
    "webhook-timestamp": ("1700000000", "9" * 400, "NaN", "-1", "1e400"),
    "webhook-signature": ("v1,aaaa", "v1,é", ",", "v1", "v2,x v1,AAAA", "v1," + "A" * 5000),
    "x-who": ("ada", "", "a b", "é"),
    "x-a": ("1", "é", "\t"),
    "x-none": ("1",),
    "__proto__": ("1",),
    "constructor": ("1",),
}
HEADER_NAMES = tuple(HEADERS)

CONTENT_TYPES = (
    *(
        "", "application/json", "application/ld+json", "text/plain", "application/x-www-form-urlencoded",
        ";", "/", "a/b",
    ),
    *(
        "multipart/form-data", "multipart/form-data; boundary=", 'multipart/form-data; boundary="',
        "multipart/mixed; boundary=x",
    ),
    *(
        "multipart/form-data; boundary=" + "x" * 300, "multipart/form-data; boundary*=utf-8''x",
        "multipart/form-data; boundary=é",
    ),
    *(
        "multipart/form-data; boundary*0=a; boundary*1=b", "multipart/form-data; BOUNDARY=x; boundary=y",
        "application/octet-stream",
    ),
    *(
        "APPLICATION/JSON", "application/json, text/plain", "application/vnd.api+json", "text/json",
        "image/png", "é/é",
    ),
    *(
        "application/json;" + " " * 300, "application/json;" + "a=b;" * 300, 'text/plain; a="' + "\\" * 300,
        "text/plain; a=" + '"' * 301,
    ),
    *(
        "application/graphql", "application/csp-report", "text/plain;charset", "text/plain; =x",
        "text/plain;;;",
    ),
)
_CHARSETS = tuple(
    f"; charset={charset}"
    for charset in (
        *(
            "utf-8", "UTF8", '"utf-8"', "utf-16", "utf-16le", "utf-16be", "utf-32", "utf-7", "iso-8859-1",
            "latin1", "us-ascii",
        ),
        *(
            "punycode", "rot13", "zlib", "idna", "undefined", "unicode_escape", "raw_unicode_escape", "hex",
            "base64", "mbcs",
        ),
        *(
            "cp1252", "shift_jis", "", '"', '"u\\tf-8"', "é", "utf-8; charset=utf-16", "../x", "a" * 300,
            "quopri", "bz2",
        ),
    )
)
PARAMETERS = (
    *_CHARSETS,
    *("; charset*=utf-8''utf-8", ";charset", "; charset = utf-8", '; profile="a;b"; charset=utf-8', ";", "; ="),
)

BOUNDARIES = (
    "x", "----WebKitFormBoundary0", "a'()+_,-./:=? b", "-", "--", "x" * 70, "\xe9", "1", "=", "x\\y",
)
FILENAMES = tuple(
    f"; {text}"
    for text in (
        *(
            'filename="a.txt"', 'filename=""', 'filename="', "filename=a.txt",
            'filename="../../etc/passwd"', 'filename="a\\"b"',
        ),
        *(
            "filename*=utf-8''%e2%82%ac.txt", "filename*=punycode''a", 'filename*="a"',
            'filename="C:\\x\\y.txt"', 'filename=".."',
        ),
        *(
            'filename="a%00.png"', 'filename="&#8364;&#0000;&#9999;"', 'filename="' + "a" * 300 + '.txt"',
            'filename="a.php;.jpg"',
        ),
        *(
            'filename="größe.png"', "filename*0=a; filename*1=b", 'FILENAME="a"',
            'filename="a" ; filename="b"', 'filename="%0d%0a%22"',
        ),
    )
)
PART_HEADERS = tuple(
    f"\r\n{line}"
    for line in (
        *(
            "Content-Transfer-Encoding: base64", "Content-Transfer-Encoding: quoted-printable",
            "Content-Transfer-Encoding: binary",
        ),
        *(
            "X-A: " + "a" * 9000, "no colon", ": x", " folded", "\tfolded",
            "Content-Disposition: form-data", "X: é", "X\x00: 1",
        ),
        *(
            "Content-Transfer-Encoding: 7bit", "Content-Length: 5",
            "Content-Type: multipart/mixed; boundary=y", "X-A:\r\n b",
        ),
    )
)

JSON = (
    *(
        b"", b" ", b"{", b"[", b"nul", b"null", b"true", b"0", b"-0", b"01", b"1.", b"NaN", b"Infinity",
        b"-Infinity", b'"',
    ),
    *(
        b'{"a":1,"a":2}', b'{"__proto__":{"admin":true}}', b'{"constructor":{"prototype":1}}', b"[" * 1000,
        b"[" * 1000 + b"]" * 1000,
    ),
    *(
        b'{"a":' * 1500 + b"1" + b"}" * 1500, b"9" * 4301, b"-" + b"9" * 400, b"1e400", b"1e-400",
        b"1" + b"0" * 400 + b".0",
    ),
    *(
        b'"\\ud800"', b'"\\udc00\\ud800"', b'"\xed\xa0\x80"', b'"\xff"', b'"\\x"', b'"\x00"', b'"\t"',
        b"\xef\xbb\xbf{}", b"\xff\xfe[\x00]\x00",
    ),
    *(
        b'{"a":"\\u0000"}', b"{'a':1}", b"[1,]", b'{"a":1,}', b"//\n{}", b"[1]x", b'{"":{}}', b"\x00{}",
        b'{"1":1,"0":0,"4294967295":2}',
    ),
    *(
        b"[1e5,1E5,1.0,-0.0,123456789012345678901234567890]", b'{"name":"a","age":1e400}',
        b'{"price":"sNaN"}', b'{"price":"1e999999999"}',
    ),
    *(
        b'{"name":"\\ud800","email":"a@\\ud800"}', b'{"when":"0001-01-01T00:00:00+23:59"}',
        b'{"inner":{"a":' + b"9" * 4301 + b"}}",
    ),
    *(
        b'{"query":"{ __schema { types { name } } }"}', b'{"query":"' + b"{a" * 300 + b'"}',
        b'{"query":"query($a:Int){a}","variables":[]}',
    ),
    *(
        b'{"query":"{__typename}","variables":{"a":1e400},"operationName":"\\ud800"}', b'[{"query":"{a}"}]',
        b'{"query":1}',
    ),
    *(
        b'{"name":"Ada","email":"ada@example.com","password":"correct horse"}',
        b'{"title":"T","content":"C"}', b'{"message":"hello"}',
    ),
)
LARGE_JSON: tuple[Callable[[], bytes], ...] = (
    lambda: b"[" * 100_000,
    lambda: b'{"a":' * 50_000,
    lambda: b"9" * 100_000,
    lambda: b'"' + b"\\u0041" * 20_000 + b'"',
    lambda: b"[" + b"1e5," * 20_000 + b"1]",
    lambda: b"[" + b"{}," * 20_000 + b"1]",
    lambda: b'{"name":"' + b"a" * 1_100_000 + b'"}',
    lambda: b"0." + b"1" * 100_000,
    lambda: b'{"email":"' + b"a" * 50_000 + b"@" + b"a." * 20_000 + b'"}',
    lambda: b'{"' + b'","'.join(b'k%d":"' % number for number in range(5000)) + b'"}',
)
BYTES = (
    b"\x00", b"\r\n", b"\r", b"\n", b'"', b"\\", b"\xff", b"%", b"&", b"=", b";", b"--", b"\r\n--x\r\n",
    b"\r\n--x--", b"\xed\xa0\x80", b"\xf0\x9f",
)

LENGTHS = (
    "", "0", "1", "10", "-1", "+5", "5, 5", "5,6", "0x10", "1e3", " 7", "7 ", "٣", "9" * 30, "9" * 5000,
    "a", "1.0", "007", "100000",
)
