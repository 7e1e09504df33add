UNSET = object()


def set(res, *, status=UNSET, phrase=UNSET):
    if status is not UNSET:
        res.statusCode = status
    if phrase is not UNSET:
        res.statusMessage = phrase
    return res


cases = {
    "number": lambda res: set(res, status=201).json({}),
    "text": lambda res: set(res, status="202").json({}),
    "word": lambda res: set(res, status="many").json({}),
    "float": lambda res: set(res, status=200.5).json({}),
    "bool": lambda res: set(res, status=True).json({}),
    "null": lambda res: set(res, status=None).json({}),
    "called_text": lambda res: res.status("203").json({}),
    "phrase": lambda res: set(res, phrase="Fine By Me").json({}),
    "both": lambda res: set(res, status=404, phrase="No Such Dog").json({}),
    "unknown": lambda res: set(res, status=299, phrase="Odd").json({}),
    "empty": lambda res: set(res, status=201, phrase="").json({}),
    "newline": lambda res: set(res, phrase="Bad\r\nX-Evil: 1").json({}),
    "control": lambda res: set(res, phrase="Bad\u0001").json({}),
    "tab": lambda res: set(res, phrase="Tab\tbed").json({}),
    "latin1": lambda res: set(res, phrase="Tr\u00e8s bien").json({}),
    "wide": lambda res: set(res, phrase="\u4e2d").json({}),
    "with_end": lambda res: set(res, status=503, phrase="Gone Fishing").end(),
    "with_204": lambda res: set(res, status=204, phrase="Nothing Here").end(),
    "with_redirect": lambda res: set(res, phrase="Over There").redirect("/x"),
    "read": lambda res: res.json([res.statusCode, res.status(418).statusCode]),
}


def handler(req, res):
    cases[req.query["case"]](res)
