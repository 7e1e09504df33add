def headers():
    return [
        {"source": "/api/:path*", "headers": [{"key": "X-All", "value": "all"}]},
        {"source": "/api/users/:id", "headers": [{"key": "X-User", "value": "user :id"}]},
        {
            "source": "/api/echo",
            "has": [{"type": "query", "key": "q", "value": "(?<word>.*)"}],
            "headers": [{"key": "X-Query", "value": "v-:word"}],
        },
        {
            "source": "/(.*)",
            "has": [{"type": "cookie", "key": "theme"}],
            "missing": [{"type": "header", "key": "x-none"}],
            "headers": [{"key": "X-Theme", "value": ":theme"}],
        },
    ]


def redirects():
    return [
        {"source": "/old/:id(\\d+)", "destination": "/api/users/:id?from=old", "permanent": True},
        {"source": "/away/:path*", "destination": "https://example.com/:path*?p=:path*", "permanent": False},
        {"source": "/pair/:a-:b", "destination": "/x?one=:a&two=:b", "permanent": False},
        {"source": "/group/(.*)", "destination": "/seven/$1", "statusCode": 302},
        {
            "source": "/host",
            "has": [{"type": "host", "value": "(?<sub>.*)\\.example\\.com"}],
            "destination": "/h/:sub",
            "permanent": False,
        },
        {
            "source": "/asked",
            "has": [{"type": "query", "key": "to"}],
            "destination": "/q/:to",
            "permanent": False,
        },
        {
            "source": "/cookie",
            "has": [{"type": "cookie", "key": "a"}],
            "destination": "/c?x=:a",
            "permanent": False,
        },
    ]


def rewrites():
    return {
        "beforeFiles": [
            {"source": "/b/:id", "destination": "/api/users/:id?x=1"},
            {"source": "/text.txt", "has": [{"type": "query", "key": "over"}], "destination": "/api/echo"},
        ],
        "afterFiles": [
            {"source": "/a/:rest*", "destination": "/api/maybe/:rest*"},
            {"source": "/k/:p*", "destination": "/api/echo?k=:p*"},
            {
                "source": "/who",
                "has": [{"type": "header", "key": "x-who", "value": "(?<who>\\w+)"}],
                "destination": "/api/users/:who",
            },
        ],
        "fallback": [{"source": "/:all*", "destination": "/api/app/all/:all*"}],
    }


config = {"compress": True, "headers": headers, "redirects": redirects, "rewrites": rewrites}
