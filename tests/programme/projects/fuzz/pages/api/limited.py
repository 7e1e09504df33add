from nextwsgi.middleware import compose, methods, with_cors, with_rate_limit


def show(req, res):
    res.json([req.method, req.body])


handler = compose(with_rate_limit(1_000_000_000, proxies=1), with_cors())(methods(GET=show, POST=show))
