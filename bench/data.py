"""What the routes of every peer answer with."""

from json import JSONEncoder

# Next.js writes JSON without spaces and with characters beyond ASCII as they are: so does every peer here.
dumps = JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode

JSON_TYPE = "application/json; charset=utf-8"

# About 100 kB as JSON. The scores have a fraction that both languages print alike.
USERS = [
    {
        "id": number,
        "name": f"User {number}",
        "email": f"user{number}@example.org",
        "active": number % 2 == 0,
        "score": number + 0.25,
        "tags": ["one", "two"],
    }
    for number in range(950)
]

PIECE = bytes(64 * 1024)
