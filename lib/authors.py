"""Who wrote which post, asked for many posts at once."""

from collections.abc import Iterable

from lib.posts import PostData
from lib.users import UserData, fetch_authors


class Authors:
    """The authors of the posts that a request has come upon: the first that is asked for brings them all."""

    def __init__(self) -> None:
        self._waiting: set[int] = set()
        self._found: dict[int, UserData] = {}

    def expect(self, posts: Iterable[PostData]) -> None:
        """Note posts whose authors may be asked for."""
        self._waiting.update(post["id"] for post in posts)

    def of(self, post: PostData) -> UserData | None:
        """Give a post's author, None for nobody; all that are waited for are asked for in one query."""
        if post["id"] in self._waiting:
            found = fetch_authors(self._waiting)
            self._waiting = set()
            self._found.update(found)
            for user in found.values():
                self.expect(each for each in user["posts"] if each["id"] not in self._found)
        return self._found.get(post["id"])
