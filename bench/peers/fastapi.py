"""FastAPI, with async handlers, as its documentation has them. Run under uvicorn."""

import asyncio
from typing import Annotated, Any
from urllib.parse import unquote

from fastapi import Cookie, FastAPI, Form
from fastapi.responses import JSONResponse

from bench.data import USERS

app = FastAPI()


@app.get("/api/hello")
async def hello():
    return {"message": "Hello"}


@app.get("/api/users/{id}")
async def user(id: str):
    return {"id": id, "name": f"User {id}"}


@app.get("/api/find/{id}")
async def find(id: str, x: str):
    return {"id": id, "x": x}


@app.post("/api/echo")
async def echo(body: dict[str, Any]):
    return body


@app.post("/api/form")
async def form(
    name: Annotated[str, Form()],
    city: Annotated[str, Form()],
    street: Annotated[str, Form()],
    message: Annotated[str, Form()],
):
    return {"name": name, "city": city, "street": street, "message": message}


@app.get("/api/session")
async def session(session: Annotated[str, Cookie()]):
    return {"session": unquote(session)}


@app.get("/api/large")
async def large():
    # Returned as a response, so that what is known to be JSON is not walked once more.
    return JSONResponse(USERS)


@app.get("/api/ready")
async def ready():
    return {"message": "Hello"}


@app.get("/api/wait")
async def wait():
    await asyncio.sleep(0.01)
    return {"message": "Hello"}
