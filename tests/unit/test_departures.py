"""A client that leaves is told of at once, and nobody else is."""

import errno
import os
import socket
import threading
from collections.abc import Iterator

import pytest

from nextwsgi import departures as module
from nextwsgi.departures import Departures, departures


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    """Yield a connection's two ends: the client's, and the server's."""
    client, server = socket.socketpair()
    with client, server:
        yield client, server


@pytest.mark.parametrize("leave", [socket.socket.close, lambda client: client.shutdown(socket.SHUT_WR)])
def test_a_client_that_leaves_is_told_of_once(
    pair: tuple[socket.socket, socket.socket], leave: object
) -> None:
    client, server = pair
    told = threading.Event()
    watcher = Departures()
    watcher.watch(server.fileno(), told.set)
    client.send(b"it talks")
    assert not told.wait(0.02)
    leave(client)  # type: ignore[operator]
    assert told.wait(5)
    watcher.forget(server.fileno())


def test_a_connection_that_is_forgotten_is_not_told_of(pair: tuple[socket.socket, socket.socket]) -> None:
    client, server = pair
    told = threading.Event()
    watcher = Departures()
    watcher.watch(server.fileno(), told.set)
    watcher.forget(server.fileno())
    client.close()
    assert not told.wait(0.02)


def test_a_number_that_is_another_connections_by_now_is_not_taken_for_it(
    pair: tuple[socket.socket, socket.socket],
) -> None:
    told: list[int] = []
    watcher = Departures()
    watcher.watch(pair[1].fileno(), lambda: told.append(1))
    watcher._tell(pair[1].fileno())  # what was true of the connection before
    assert told == []


def test_a_process_has_one_watcher_and_a_fork_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_made", {})
    own = departures()
    assert own is departures()
    monkeypatch.setattr(os, "getpid", lambda: -1)
    assert departures() is not own


def test_a_system_without_epoll_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LEFT", 0)
    assert departures() is None


def test_what_the_system_has_no_room_to_watch_is_not_there_to_be_forgotten(
    pair: tuple[socket.socket, socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Full:
        def register(self, *_: int) -> None:
            raise OSError(errno.ENOSPC, "no space left")

    _, server = pair
    watcher = Departures()
    monkeypatch.setattr(watcher, "_epoll", Full())
    with pytest.raises(OSError, match="no space left"):
        watcher.watch(server.fileno(), lambda: None)
    watcher.forget(server.fileno())
