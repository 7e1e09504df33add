from lib.records import count, same


def register():
    count("register")


def on_request_error(error, request, context):
    same("error", str(error), request["headers"].get("x-id"))
