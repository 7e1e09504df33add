config = {
    "headers": lambda: [{"source": "/api/front/:id", "headers": [{"key": "X-Configured", "value": ":id"}]}],
    "redirects": lambda: [{"source": "/moved/:id", "destination": "/api/json/:id", "permanent": False}],
    "rewrites": lambda: {
        "beforeFiles": [{"source": "/first/:id", "destination": "/api/front/:id?from=:id"}],
        "afterFiles": [{"source": "/second/:id", "destination": "/api/front/:id?from=:id"}],
        "fallback": [{"source": "/last/:id", "destination": "/app/plain/:id"}],
    },
}
