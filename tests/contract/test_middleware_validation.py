"""``with_validation``: what reaches the handler, what is told of the rest, and input made to do harm."""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from marshmallow import (
    EXCLUDE,
    INCLUDE,
    RAISE,
    Schema,
    ValidationError,
    fields,
    post_load,
    pre_load,
    validate,
    validates_schema,
)

from nextwsgi.middleware import compose, methods, with_validation
from nextwsgi.testing import Client
from tests.contract.client import Answer, Handler, Req, Res, Serve

JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
MISSING = "Missing data for required field."


class Address(Schema):
    street = fields.Str(required=True)
    zip = fields.Str()


class Item(Schema):
    sku = fields.Str(required=True)
    count = fields.Int(load_default=1)


class User(Schema):
    name = fields.Str(required=True, validate=validate.Length(2, 50))
    email = fields.Email(required=True)
    age = fields.Int(validate=validate.Range(18, 120))
    password = fields.Str(load_only=True, validate=validate.Length(min=8))
    address = fields.Nested(Address)
    items = fields.List(fields.Nested(Item))


ADA = {"name": "Ada", "email": "ada@example.com"}


def show(req: Req, res: Res) -> None:
    res.json({"query": req.query, "body": req.body})


async def show_async(req: Req, res: Res) -> None:
    show(req, res)


HANDLERS = [show, show_async]


def post(ask: Callable[..., Answer], body: object, method: str = "POST") -> Answer:
    return ask(method=method, headers=JSON, body=json.dumps(body).encode())


def details(schema: Any, body: object) -> list[tuple[str, str]]:
    """Give the problems that a body has."""
    answer = Client(with_validation(schema)(show)).post(json=body)
    assert (answer.status, answer.json()["error"]) == (400, "Validation failed")
    return [(each["field"], each["message"]) for each in answer.json()["details"]]


def loaded(schema: Any, body: object) -> Any:
    """Give what a handler gets for a body."""
    answer = Client(with_validation(schema)(show)).post(json=body)
    assert answer.status == 200, answer.text
    return answer.json()["body"]


# --- What reaches the handler -----------------------------------------------------------------------------


@pytest.mark.parametrize("handler", HANDLERS)
def test_the_validated_data_takes_the_bodys_place(serve: Serve, handler: Handler) -> None:
    answer = post(serve(with_validation(User)(handler)), ADA | {"age": "36", "admin": True})
    assert answer.json()["body"] == ADA | {"age": 36}


@pytest.mark.parametrize("handler", HANDLERS)
def test_other_data_never_reaches_the_handler(serve: Serve, handler: Handler) -> None:
    answer = post(serve(with_validation(User)(handler)), {"name": "A", "age": 3})
    assert answer.status == 400
    assert answer.json() == {
        "error": "Validation failed",
        "details": [
            {"field": "name", "message": "Length must be between 2 and 50."},
            {"field": "email", "message": MISSING},
            {"field": "age", "message": "Must be greater than or equal to 18 and less than or equal to 120."},
        ],
    }


SCHEMAS = [
    User,
    User(),
    {"name": fields.Str(required=True), "email": fields.Str()},
    User(only=["name", "email"]),
]


@pytest.mark.parametrize("schema", SCHEMAS)
def test_a_schema_is_a_class_an_instance_or_a_dict_of_fields(schema: Any) -> None:
    assert loaded(schema, ADA | {"admin": True}) == ADA
    assert ("name", MISSING) in details(schema, {})


def test_a_list_is_what_many_wants() -> None:
    assert loaded(Item(many=True), [{"sku": "a", "x": 1}]) == [{"sku": "a", "count": 1}]
    assert details(Item(many=True), [{"sku": "a"}, {}]) == [("1.sku", MISSING)]
    assert details(Item(many=True), {"sku": "a"}) == [("", "Invalid input type.")]
    assert details(Item(many=True), [{"sku": "a"}, 5]) == [("1", "Invalid input type.")]


def test_an_object_that_post_load_makes_takes_the_bodys_place(serve: Serve) -> None:
    class Point:
        def __init__(self, x: int) -> None:
            self.x = x

    class PointSchema(Schema):
        x = fields.Int()

        @post_load
        def make(self, data: dict[str, int], **_: Any) -> Point:
            return Point(**data)

    def handler(req: Req, res: Res) -> None:
        res.json([type(req.body).__name__, req.body.x])

    assert post(serve(with_validation(PointSchema)(handler)), {"x": "5"}).json() == ["Point", 5]


def test_a_form_is_checked_like_json(serve: Serve) -> None:
    schema = {"name": fields.Str(), "age": fields.Int(), "tags": fields.List(fields.Str(), data_key="tag")}
    ask = serve(with_validation(schema)(show))
    answer = ask(method="POST", headers=FORM, body=b"name=Ada&age=36&tag=x&other=1")
    assert answer.json()["body"] == {"name": "Ada", "age": 36, "tags": ["x"]}
    answer = ask(method="POST", headers=FORM, body=b"name=Ada&tag=x&tag=y")
    assert answer.json()["body"]["tags"] == ["x", "y"]


def test_only_a_form_has_single_values_taken_for_lists() -> None:
    assert details({"tag": fields.List(fields.Str())}, {"tag": "x"}) == [("tag", "Not a valid list.")]


# --- The query --------------------------------------------------------------------------------------------

PAGE = {
    "page": fields.Int(load_default=1),
    "tag": fields.List(fields.Str()),
    "pair": fields.Tuple((fields.Int(),)),
}


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("", {"page": 1}),
        ("?page=2&other=x", {"page": 2}),
        ("?tag=a", {"page": 1, "tag": ["a"]}),
        ("?tag=a&tag=b&pair=5", {"page": 1, "tag": ["a", "b"], "pair": [5]}),
    ],
)
@pytest.mark.parametrize("handler", HANDLERS)
def test_the_query_is_validated(serve: Serve, handler: Handler, text: str, query: object) -> None:
    ask = serve(with_validation(query=PAGE)(handler))
    assert ask(f"/api/x{text}").json() == {"query": query, "body": ""}


def test_a_bad_query_is_told(serve: Serve) -> None:
    answer = serve(with_validation(query=PAGE)(show))("/api/x?page=two&page=3")
    assert answer.status == 400
    assert answer.json()["details"] == [{"field": "page", "message": "Not a valid integer."}]


def test_the_parts_of_the_path_stay_and_may_be_checked(serve: Serve) -> None:
    ask = serve(with_validation(query=PAGE)(show), path="/api/[id]")
    assert ask("/api/7?id=8").json()["query"] == {"id": "7", "page": 1}
    ask = serve(with_validation(query={"id": fields.Int()})(show), path="/api/[id]")
    assert ask("/api/7?id=8").json()["query"] == {"id": 7}
    assert ask("/api/x?id=8").status == 400


def test_a_query_may_become_an_object(serve: Serve) -> None:
    class PageSchema(Schema):
        page = fields.Int()

        @post_load
        def make(self, data: dict[str, int], **_: Any) -> int:
            return data["page"]

    assert serve(with_validation(query=PageSchema)(show))("/api/x?page=5").json()["query"] == 5
    twice = compose(with_validation(query=PageSchema), with_validation(query=PAGE))
    assert serve(twice(show))("/api/x?page=5").status == 400


def test_body_and_query_are_checked_together(serve: Serve) -> None:
    ask = serve(with_validation(User, query=PAGE)(show))
    answer = ask("/api/x?page=x", method="POST", headers=JSON, body=b'{"name": "Ada"}')
    assert [each["field"] for each in answer.json()["details"]] == ["page", "email"]
    answer = ask("/api/x?page=5", method="POST", headers=JSON, body=json.dumps(ADA).encode())
    assert answer.json() == {"query": {"page": 5}, "body": ADA}


# --- Methods ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE"])
def test_these_methods_need_a_body_that_fits(serve: Serve, method: str) -> None:
    ask = serve(with_validation(User)(show))
    assert ask(method=method).status == 400
    assert post(ask, {}, method).status == 400
    assert post(ask, ADA, method).status == 200


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_these_methods_may_come_without_a_body_but_not_with_a_wrong_one(serve: Serve, method: str) -> None:
    ask = serve(with_validation(User)(show))
    assert ask(method=method).status == 200
    assert ask(method=method, headers=JSON).status == 200
    assert post(ask, {}, method).status == 400
    assert post(ask, ADA, method).status == 200


def test_each_method_may_have_its_schema(serve: Serve) -> None:
    by_id = with_validation({"id": fields.Int(required=True)})
    ask = serve(methods(GET=show, POST=with_validation(User)(show), DELETE=by_id(show_async)))
    assert [ask().status, post(ask, ADA).status, post(ask, {"id": 5}, "DELETE").status] == [200] * 3
    assert [post(ask, {"id": 5}).status, post(ask, ADA, "DELETE").status] == [400] * 2


def test_it_composes(serve: Serve) -> None:
    ask = serve(compose(with_validation(User), with_validation(query=PAGE))(show_async))
    assert post(ask, ADA).json() == {"query": {"page": 1}, "body": ADA}


# --- Unknown keys -----------------------------------------------------------------------------------------


class Strict(Schema):
    class Meta:
        unknown = RAISE

    a = fields.Int()


class Open(Schema):
    class Meta:
        unknown = INCLUDE

    a = fields.Int()


class Tree(Schema):
    name = fields.Str()
    children = fields.List(fields.Nested(lambda: Tree()))


def test_a_schema_may_say_what_becomes_of_unknown_keys() -> None:
    assert loaded(Open, {"a": 1, "b": 2}) == {"a": 1, "b": 2}
    assert loaded(Open(unknown=EXCLUDE), {"a": 1, "b": 2}) == {"a": 1}
    assert loaded(Item(unknown=INCLUDE), {"sku": "a", "x": 1}) == {"sku": "a", "count": 1, "x": 1}
    assert loaded({"a": fields.Nested(Open)}, {"a": {"b": 2}, "c": 3}) == {"a": {"b": 2}}
    assert details(Strict, {"a": 1, "b": 2}) == [("b", "Unknown field.")]
    assert details({"s": fields.Nested(Strict)}, {"s": {"b": 2}}) == [("s.b", "Unknown field.")]
    assert details({"s": fields.Nested(Item, unknown=RAISE)}, {"s": {"sku": "", "b": 2}}) == [
        ("s.b", "Unknown field.")
    ]


@pytest.mark.parametrize(
    "field",
    [
        fields.Nested(Item),
        fields.Nested(Item()),
        fields.Nested(lambda: Item()),
        fields.Nested({"sku": fields.Str(), "count": fields.Int(load_default=1)}),
    ],
)
def test_unknown_keys_are_dropped_at_every_depth(field: Any) -> None:
    sent, kept = {"sku": "a", "x": 1}, {"sku": "a", "count": 1}
    assert loaded({"a": field}, {"a": sent}) == {"a": kept}
    assert loaded({"a": fields.List(field)}, {"a": [sent, sent]}) == {"a": [kept, kept]}
    assert loaded({"a": fields.Tuple((fields.Int(), field))}, {"a": [1, sent]}) == {"a": [1, kept]}
    assert loaded({"a": fields.Dict(fields.Str(), field)}, {"a": {"k": sent}}) == {"a": {"k": kept}}
    assert loaded({"a": fields.Dict()}, {"a": {"k": sent}}) == {"a": {"k": sent}}


def test_unknown_keys_are_dropped_in_a_schema_within_itself() -> None:
    tree = {"name": "a", "x": 1, "children": [{"name": "b", "x": 2, "children": [{"name": "c", "x": 3}]}]}
    assert loaded(Tree, tree) == {
        "name": "a",
        "children": [{"name": "b", "children": [{"name": "c"}]}],
    }


def test_threads_may_ask_a_schema_for_the_first_time_at_once() -> None:
    def tree(depth: int, **more: int) -> dict[str, Any]:
        children = [tree(depth - 1, **more)] * 2 if depth else []
        return {"name": "a", "children": children, **more}

    def ask(client: Client, start: threading.Barrier) -> object:
        start.wait()
        return client.post(json=tree(4, x=1)).json()

    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(8) as pool:
            for _ in range(10):
                client = Client(with_validation(Tree)(lambda req, res: res.json(req.body)))
                start = threading.Barrier(8)
                answers = [*pool.map(lambda _: ask(client, start), range(8))]  # noqa: B023 - used at once
                assert answers == [tree(4)] * 8
    finally:
        sys.setswitchinterval(before)


def test_schemas_are_as_ever_for_others() -> None:
    schema = User()
    assert loaded(schema, ADA | {"address": {"street": "x", "y": 1}})["address"] == {"street": "x"}
    with pytest.raises(ValidationError, match="Unknown field"):
        schema.load(ADA | {"address": {"street": "x", "y": 1}})
    with pytest.raises(ValidationError, match="Not a valid"):
        schema.load(ADA | {"address": {"street": 5}})


# --- Problems ---------------------------------------------------------------------------------------------


def test_a_problems_field_is_its_place() -> None:
    body = ADA | {"address": {"zip": 5}, "items": [{"sku": "a"}, {"count": "x"}, 5]}
    assert details(User, body) == [
        ("address.street", MISSING),
        ("address.zip", "Not a valid string."),
        ("items.1.sku", MISSING),
        ("items.1.count", "Not a valid integer."),
        ("items.2", "Invalid input type."),
    ]


@pytest.mark.parametrize("body", [[], [ADA], "Ada", 5, None, True, 1.5])
def test_a_body_that_is_no_object_is_told(body: object) -> None:
    assert details(User, body) == [("", "Invalid input type.")]


def test_a_text_is_no_object_either(serve: Serve) -> None:
    answer = serve(with_validation(User)(show))(method="POST", body=b"name=Ada")
    assert (answer.status, answer.json()["details"][0]["field"]) == (400, "")


def test_broken_json_stays_the_parsers_business(serve: Serve) -> None:
    answer = serve(with_validation(User)(show))(method="POST", headers=JSON, body=b"{")
    assert (answer.status, answer.body) == (400, b"Invalid JSON")


def test_what_a_schema_says_of_the_whole_has_no_field() -> None:
    class Range(Schema):
        first = fields.Int()
        last = fields.Int()

        @validates_schema
        def check(self, data: dict[str, int], **_: Any) -> None:
            if data["first"] > data["last"]:
                raise ValidationError("first must come before last")

    assert details(Range, {"first": 2, "last": 1}) == [("", "first must come before last")]
    assert details({"r": fields.Nested(Range)}, {"r": {"first": 2, "last": 1}}) == [
        ("r", "first must come before last")
    ]


def test_a_validator_may_say_it_in_any_shape() -> None:
    def check(value: object) -> None:
        raise ValidationError({"deep": [{"er": "no"}, ("never", 7)]})

    assert details({"a": fields.Raw(validate=check)}, {"a": 1}) == [
        ("a.deep.er", "no"),
        ("a.deep", "never"),
        ("a.deep", "7"),
    ]


def test_at_most_50_problems_are_told_and_the_others_counted() -> None:
    client = Client(with_validation(Item(many=True))(show))
    assert len(client.post(json=[{}] * 50).json()["details"]) == 50
    assert "more" not in client.post(json=[{}] * 50).json()
    answer = client.post(json=[{}] * 60).json()
    assert (len(answer["details"]), answer["more"]) == (50, 10)


def test_messages_and_names_are_cut() -> None:
    def check(value: str) -> None:
        raise ValidationError(f"{value} is taken")

    ((field, message),) = details({"a": fields.Str(validate=check)}, {"a": "x" * 5000})
    assert (field, message) == ("a", "x" * 200 + "...")
    ((_, message),) = details({"a": fields.Str(validate=check)}, {"a": "x" * 191})
    assert message == "x" * 191 + " is taken"
    ((field, _),) = details(Strict, {"k" * 5000: 1})
    assert field == "k" * 200 + "..."


def echo(value: object) -> None:
    raise ValidationError(f"{value} is too easy")


@pytest.mark.parametrize(
    "name", ["password", "newPassword", "passphrase", "API_TOKEN", "client_secret", "pin"]
)
def test_a_message_that_repeats_a_secret_is_replaced(name: str) -> None:
    schema: dict[str, fields.Field[Any]] = {name: fields.Raw(validate=echo)}
    assert details(schema, {name: "hunter2 (old)"}) == [(name, "Invalid value.")]
    assert details(schema, {name: 1234}) == [(name, "Invalid value.")]
    assert details({"a": fields.List(fields.Nested(schema))}, {"a": [{}, {name: "x"}]}) == [
        (f"a.1.{name}", "Invalid value.")
    ]
    assert details({"color": fields.Raw(validate=echo)}, {"color": "red"}) == [("color", "red is too easy")]


def test_a_long_secret_costs_no_more() -> None:
    start = time.perf_counter()
    assert details({"password": fields.Str(validate=validate.Length(max=9))}, {"password": "x" * 1_000_000})
    assert time.perf_counter() - start < 2


def test_a_message_about_a_secret_stays_where_it_repeats_nothing() -> None:
    for password in ("short", "a", ""):
        assert details(User, ADA | {"password": password}) == [("password", "Shorter than minimum length 8.")]
    assert details({"password": fields.List(fields.Int())}, {"password": ["x"]}) == [
        ("password.0", "Not a valid integer.")
    ]
    assert details({"password": fields.Str(required=True)}, {}) == [("password", MISSING)]


def test_a_message_for_a_place_that_was_not_sent_stays() -> None:
    def check(value: object) -> None:
        raise ValidationError({3: ["gone"], "x": {"y": ["gone"]}})

    assert details({"password": fields.Raw(validate=check)}, {"password": [1]}) == [
        ("password.3", "gone"),
        ("password.x.y", "gone"),
    ]


# --- The schema's own code --------------------------------------------------------------------------------


@pytest.mark.parametrize("error", [RuntimeError, KeyError, TypeError, RecursionError])
def test_what_a_schemas_code_raises_is_a_500(
    serve: Serve, error: type[Exception], caplog: pytest.LogCaptureFixture
) -> None:
    def check(value: object) -> None:
        raise error("the schema is broken")

    answer = post(serve(with_validation({"a": fields.Raw(validate=check)})(show)), {"a": 1})
    assert (answer.status, answer.body) == (500, b"Internal Server Error")
    assert "the schema is broken" in caplog.text


def test_a_validation_error_of_the_handler_is_a_500(serve: Serve) -> None:
    def handler(req: Req, res: Res) -> None:
        raise ValidationError("mine")

    assert post(serve(with_validation(User)(handler)), ADA).status == 500


def test_pre_load_is_only_given_objects() -> None:
    class Renamed(Schema):
        name = fields.Str(required=True)

        @pre_load
        def rename(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
            return {"name": data["userName"]}

    assert loaded(Renamed, {"userName": "Ada"}) == {"name": "Ada"}
    assert loaded({"r": fields.Nested(Renamed)}, {"r": {"userName": "Ada"}}) == {"r": {"name": "Ada"}}
    bodies: list[object] = [5, [], "x", None]
    for body in bodies:
        assert details(Renamed, body) == [("", "Invalid input type.")]
    assert details({"r": fields.Nested(Renamed)}, {"r": 5}) == [("r", "Invalid input type.")]
    assert details({"r": fields.List(fields.Nested(Renamed))}, {"r": [5]}) == [("r.0", "Invalid input type.")]
    assert details({"r": fields.Nested(Renamed, many=True)}, {"r": [5]}) == [("r.0", "Invalid input type.")]


def test_without_the_parser_it_says_so(serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    ask = serve(with_validation(User)(show), {"api": {"bodyParser": False}})
    assert post(ask, ADA).status == 500
    assert "leave bodyParser on" in caplog.text


# --- Made to do harm --------------------------------------------------------------------------------------


def test_a_deep_body_is_refused(serve: Serve) -> None:
    ask = serve(with_validation(Tree)(show))
    body = b'{"children":[' * 2000 + b"{}" + b"]}" * 2000
    answer = ask(method="POST", headers=JSON, body=body)
    assert (answer.status, answer.json()["details"]) == (
        400,
        [{"field": "", "message": "Nested too deeply."}],
    )
    shallow = b'{"children":[' * 20 + b"{}" + b"]}" * 20
    assert ask(method="POST", headers=JSON, body=shallow).status == 200


NUMBERS = {"n": fields.List(fields.Int())}
NESTED = {"n": fields.List(fields.Nested(Item))}


@pytest.mark.parametrize(
    ("schema", "body"),
    [
        (NUMBERS, b'{"n":[' + b'"x",' * 249_999 + b"1]}"),
        (NESTED, b'{"n":[' + b"1," * 499_999 + b"1]}"),
        (NESTED, b'{"n":[' + b"{}," * 299_999 + b"{}]}"),
        (NESTED, b'{"n":[' + b"[]," * 299_999 + b"{}]}"),
        (Item(many=True), b"[" + b"{}," * 299_999 + b"{}]"),
        (Item(many=True), b"[" + b"1," * 499_999 + b"1]"),
        (
            {"n": fields.Dict(values=fields.Int())},
            b'{"n":{' + b",".join(b'"%d":"x"' % n for n in range(80_000)) + b"}}",
        ),
        (Strict, b"{" + b",".join(b'"%d":1' % n for n in range(90_000)) + b"}"),
    ],
)
def test_a_megabyte_of_mistakes_is_soon_answered(schema: Any, body: bytes) -> None:
    client = Client(with_validation(schema)(show))
    start = time.perf_counter()
    answer = client.post(body=body, headers=JSON)
    assert (answer.status, time.perf_counter() - start < 5) == (400, True)
    assert len(answer.body) < 50 * 500


def test_after_1000_mistakes_the_rest_is_not_looked_at() -> None:
    assert details(NUMBERS, {"n": ["x"] * 1001}) == [("", "More than 1000 values are wrong.")]
    assert details(NUMBERS, {"n": ["x"] * 999})[0] == ("n.0", "Not a valid integer.")
    assert details(Item(many=True), [1] * 1001) == [("", "More than 1000 values are wrong.")]
    assert Client(with_validation(Item(many=True))(show)).post(json=[1] * 1000).json()["more"] == 950
    assert loaded(NUMBERS, {"n": [1] * 5000}) == {"n": [1] * 5000}


@pytest.mark.parametrize("field", [fields.TimeDelta(), fields.DateTime(format="timestamp")])
def test_a_number_too_large_for_a_date_is_a_400(field: Any) -> None:
    assert details({"a": field}, {"a": 10**400}) == [("a", "Number too large.")]


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["name", "email", "age", "password", "address", "street", "items", "sku", "x"]),
            inner,
        )
    ),
    max_leaves=20,
)


class Everything(User):
    day = fields.Date(data_key="x")
    moment = fields.DateTime(data_key="street")
    span = fields.TimeDelta(data_key="sku")


CLIENT = Client(with_validation(Everything)(show))


@settings(max_examples=300)
@given(VALUES)
def test_no_body_makes_it_fail(body: object) -> None:
    answer = CLIENT.post(json=body)
    assert answer.status in (200, 400)
    if answer.status == 400:
        assert set(answer.json()) <= {"error", "details", "more"}
        assert all(set(each) == {"field", "message"} for each in answer.json()["details"])


# --- Mistakes ---------------------------------------------------------------------------------------------


def refused(*schemas: Any, **named: Any) -> str:
    with pytest.raises(TypeError) as error:
        with_validation(*schemas, **named)
    return str(error.value)


HINT = ": with_validation(UserSchema)(handler)"


@pytest.mark.parametrize(
    ("schema", "name"),
    [(show, "show"), ("User", "'User'"), (5, "5"), (dict, "dict"), (fields.Str(), "<fields.String(")],
)
def test_what_is_no_schema_is_refused(schema: object, name: str) -> None:
    wanted = f"with_validation takes a marshmallow Schema or a dict of fields, not {name}"
    assert refused(schema).startswith(wanted)
    assert refused(query=schema).endswith(HINT)


def test_a_dict_of_anything_else_is_refused() -> None:
    assert refused({"a": fields.Str}).endswith("fields.String'>: write String()")
    assert refused({"a": int}).endswith("not <class 'int'>")
    assert refused({"a": "string"}) == "with_validation: 'a' must be a field of marshmallow, not 'string'"


def test_no_schema_at_all_is_refused() -> None:
    assert refused() == f"with_validation() takes a schema{HINT}"


@pytest.mark.parametrize("handler", [None, User])
def test_what_is_no_handler_is_refused(handler: Any) -> None:
    with pytest.raises(TypeError, match="takes a handler"):
        with_validation(User)(handler)


def test_brackets_that_were_forgotten_are_told() -> None:
    with pytest.raises(TypeError, match="are the brackets of with_validation missing"):
        compose(with_validation)(show)


def test_an_empty_dict_lets_nothing_through() -> None:
    assert loaded({}, ADA) == {}
