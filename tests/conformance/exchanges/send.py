"""`res.send`: what each kind of value becomes."""

from tests.conformance.exchange import get, head, post

STREAMS = ["file", "empty_file", "generator", "buffers", "empty_generator"]
VALUES = [
    "null",
    "string",
    "empty_string",
    "lone",
    "pair",
    "buffer",
    "empty_buffer",
    "object",
    "empty_object",
    "array",
    "number",
    "zero",
    "float",
    "nan",
    "true",
    "false",
    "date",
    *STREAMS,
]
KINDS = ["null", "string", "empty_string", "buffer", "object", "number", "false", "generator"]


EXCHANGES = [
    *[get(f"send_{value}", f"/api/res/send?value={value}") for value in VALUES],
    *[get(f"send_{value}_typed", f"/api/res/send?value={value}&type=text/x-own") for value in VALUES],
    *[get(f"send_{value}_204", f"/api/res/send?value={value}&status=204&type=text/x-own") for value in KINDS],
    *[get(f"send_{value}_304", f"/api/res/send?value={value}&status=304&type=text/x-own") for value in KINDS],
    *[get(f"send_{value}_404", f"/api/res/send?value={value}&status=404") for value in KINDS],
    *[
        head(f"send_{value}_head", f"/api/res/send?value={value}")
        for value in (*KINDS, "file", "empty_buffer")
    ],
    post("send_string_post", "/api/res/send?value=string"),
    get("send_string_with_its_length", "/api/res/send?value=string&length=11&type=text/plain"),
    get("send_string_with_wrong_length", "/api/res/send?value=string&length=99"),
    get("send_buffer_with_wrong_length", "/api/res/send?value=buffer&length=1"),
    get("send_null_with_length", "/api/res/send?value=null&length=0"),
    get("send_generator_with_length", "/api/res/send?value=generator&length=13"),
    get("send_204_with_length", "/api/res/send?value=string&length=11&status=204"),
]
