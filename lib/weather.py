"""The weather of a city, from OpenWeather."""

import os
from typing import Any

import httpx
import orjson

from lib.configured import NotConfigured, setting
from lib.upstream import Failed, call
from nextwsgi import ApiError

BASE_URL = "https://api.openweathermap.org/data/2.5"

# The longest name of a place has 85 letters.
LONGEST = 100

# What OpenWeather answers where it knows no such city, or finds nothing in the text to look for.
UNKNOWN = (400, 404)

Weather = dict[str, Any]


async def fetch_weather(city: str) -> Weather:
    """Give the weather of a city; Failed, or ApiError 404 for an unknown one and 503 without a key."""
    key = setting("OPENWEATHER_API_KEY", "the API key of your account at openweathermap.org")
    # As parameters: "Paris&appid=x" is the name of a city.
    reply = await call("GET", f"{_base_url()}/weather", params={"q": city, "appid": key, "units": "metric"})
    if reply.status in UNKNOWN:
        raise ApiError(404, "City not found")
    if reply.status != 200:
        raise Failed(_meaning(reply.status))
    return read_weather(reply.content_type, reply.body)


def read_weather(content_type: str, body: bytes) -> Weather:
    """Transform the data; Failed for what is no weather."""
    if content_type != "application/json":
        raise Failed("its answer says that it is no JSON")
    try:
        data = orjson.loads(body)
        weather = {
            "city": data["name"],
            "country": data["sys"].get("country"),  # none on the high seas
            "temperature": data["main"]["temp"],
            "description": data["weather"][0]["description"],
            "humidity": data["main"]["humidity"],
            "windSpeed": data["wind"]["speed"],
        }
    except (ValueError, LookupError, TypeError, AttributeError):
        raise Failed("its answer is no weather") from None
    if not all(
        isinstance(value, KINDS[name]) and not isinstance(value, bool) for name, value in weather.items()
    ):
        raise Failed("its answer is no weather")
    return weather


NUMBER = (int, float)
KINDS: dict[str, Any] = {
    "city": str,
    "country": (str, type(None)),
    "temperature": NUMBER,
    "description": str,
    "humidity": NUMBER,
    "windSpeed": NUMBER,
}


def _meaning(status: int) -> str:
    if status == 401:
        return "it refuses OPENWEATHER_API_KEY (401); a new key takes hours to count"
    if status == 429:
        return "the key has asked too often (429)"
    return f"it answers {status}"


def _base_url() -> str:
    base = os.environ.get("OPENWEATHER_BASE_URL") or BASE_URL
    try:
        url = httpx.URL(base)
        fits = url.scheme in ("http", "https") and url.host and not url.query and not url.fragment
    except httpx.InvalidURL:
        fits = False
    if not fits:
        raise NotConfigured("OPENWEATHER_BASE_URL", f"a URL such as {BASE_URL}")
    # That of a host alone stands for the same place there.
    return base.rstrip("/") if url.path.strip("/") else str(url.copy_with(path=httpx.URL(BASE_URL).path))
