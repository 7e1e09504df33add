"""``with_validation``: calls the handler for a body and a query that fit their marshmallow schemas."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nextwsgi.middleware.handlers import H, Wrapper, guard, with_known_options
from nextwsgi.request import NextApiRequest
from nextwsgi.response import NextApiResponse

if TYPE_CHECKING:
    from nextwsgi.middleware.schemas import Check, Problem, SchemaLike

# So many problems are told.
TOLD = 50

# With these a request need have no body. Where it has one it is checked too: the parser reads it whatever the
# method, and a handler that does not ask for the method would use it.
BODILESS = ("GET", "HEAD", "OPTIONS")

FORM = "application/x-www-form-urlencoded"


@with_known_options
def with_validation(schema: SchemaLike | None = None, *, query: SchemaLike | None = None) -> Wrapper:
    """Call the handler with what ``schema`` makes of ``req.body``, and ``query`` of ``req.query``; else 400.

    Each is a marshmallow Schema, its class, or a dict of fields. Keys that it does not know are dropped, also
    in nested objects, unless its ``class Meta`` says ``unknown``. GET, HEAD and OPTIONS may come without a
    body. The answer is ``{"error": "Validation failed", "details": [{"field", "message"}, ...]}``; ``more``
    says how many there are beside the first 50. What the schema's own code raises is answered 500.

    TypeError for what is no schema.
    """
    if schema is None and query is None:
        raise TypeError("with_validation() takes a schema: with_validation(UserSchema)(handler)")
    from nextwsgi.middleware.schemas import Check  # marshmallow is slow to import

    body_check = None if schema is None else Check(schema)
    query_check = None if query is None else Check(query)

    def wrapper(handler: H, /) -> H:
        return guard(
            "with_validation(...)", handler, lambda req, res: _admits(req, res, body_check, query_check)
        )

    return wrapper


def _admits(
    req: NextApiRequest, res: NextApiResponse[Any], body_check: Check | None, query_check: Check | None
) -> bool:
    """Put validated data into ``req``, or answer and give False."""
    problems: list[Problem] = []
    query: Any = None
    body = req.body
    if query_check is not None:
        query = query_check.load_texts(req.query, problems)
    if body_check is not None and _must_fit(req):
        body = (body_check.load_texts if _is_form(req) else body_check.load)(body, problems)
    if problems:
        res.status(400).json(_answer(problems))
        return False
    if query_check is not None:
        # The parts of the route's own path stay, whether the schema names them or not.
        req.query = {**req._match.params, **query} if isinstance(query, dict) else query
    req.body = body
    return True


def _must_fit(req: NextApiRequest) -> bool:
    if not req._match.route.config.body_parser:
        raise RuntimeError("with_validation(schema) checks what the body parser reads: leave bodyParser on")
    return req.method not in BODILESS or bool(req.rawBody)


def _is_form(req: NextApiRequest) -> bool:
    kind: str = req._environ.get("CONTENT_TYPE", "")
    return kind.partition(";")[0].strip().lower() == FORM


def _answer(problems: list[Problem]) -> dict[str, object]:
    details = [problem._asdict() for problem in problems[:TOLD]]
    answer: dict[str, object] = {"error": "Validation failed", "details": details}
    if len(problems) > TOLD:
        answer["more"] = len(problems) - TOLD
    return answer
