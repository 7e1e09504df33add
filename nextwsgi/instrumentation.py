"""``instrumentation.py``: a project's own code for the start of a worker, and for errors."""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import Lock
from types import ModuleType
from typing import TYPE_CHECKING, Any

from nextwsgi.errors import RouteError

if TYPE_CHECKING:
    from nextwsgi.project import Project
    from nextwsgi.request import NextApiRequest

log = logging.getLogger("nextwsgi")

Register = Callable[[], object]
OnRequestError = Callable[[BaseException, dict[str, Any], dict[str, Any]], object]


class Instrumentation:
    """What a project's ``instrumentation.py`` exports; a project without one exports nothing."""

    def __init__(self, module: ModuleType | None = None) -> None:
        self.module = module
        self._register: Register | None = getattr(module, "register", None)
        self._on_request_error: OnRequestError | None = getattr(module, "on_request_error", None)
        self._lock = Lock()
        self.waiting = self._register is not None
        """Whether ``register`` is still to be called."""

    def register(self, project: Project) -> None:
        """Call ``register`` once for this process.

        RouteError where it fails, also for the next request: it is called again then.
        """
        with self._lock:  # requests that come meanwhile wait for it
            if self.waiting and self._register is not None:
                try:
                    project.wait(self._register())
                except (Exception, SystemExit) as error:
                    # As a mistake of the project: gunicorn starts a worker that ends by sys.exit() once more,
                    # and that one's successor, without end.
                    raise RouteError([f"instrumentation.py: register() failed: {_named(error)}"]) from error
                self.waiting = False

    def report(self, error: BaseException, req: NextApiRequest) -> None:
        """Tell ``on_request_error`` of what a handler raised, before the client hears of it."""
        if self._on_request_error is None:
            return
        request = {"path": req.url, "method": req.method, "headers": req.headers}
        route = req._match.route
        context = {
            "routerKind": "App Router" if route.is_app else "Pages Router",
            "routePath": route.path,
            "routeType": "proxy" if route.path in _PROXIES and not route.is_app else "route",
            "revalidateReason": None,
        }
        try:
            req._project.wait(self._on_request_error(error, request, context))
        except (Exception, SystemExit) as failure:  # the client gets its answer all the same
            log.error("on_request_error failed", exc_info=failure)


# No route of pages/ has these paths.
_PROXIES = ("/proxy", "/middleware")


def _named(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}".partition("\n")[0]
