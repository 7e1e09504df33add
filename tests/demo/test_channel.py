"""lib/channel.py: what is published reaches those who listen, in one process and through Redis."""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
from redis import Redis

from lib import channel, redis_channel
from lib.channel import KEPT, Subscription, channels, publish, subscribe
from nextwsgi.lasting import lasting
from tests.contract.redis_server import RedisServer, needs_redis
from tests.demo.conftest import ROOT

SOON = 10.0

ELSEWHERE = """
import sys
from lib.channel import publish
publish(*sys.argv[1:])
"""


@pytest.fixture(params=["memory", pytest.param("redis", marks=needs_redis)])
def _anywhere(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have messages go through memory, and through Redis."""
    if request.param == "redis":
        request.getfixturevalue("redis")
    else:
        monkeypatch.delenv("REDIS_URL", raising=False)


@pytest.fixture
def redis(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RedisServer]:
    """Name a Redis that the test may stop."""
    monkeypatch.setattr(redis_channel, "SILENCE_SECONDS", 0.2)
    monkeypatch.setattr(redis_channel, "PAUSE_SECONDS", 0.1)
    monkeypatch.setattr(redis_channel, "LONGEST_PAUSE", 0.2)
    server = RedisServer(tmp_path)
    server.start()
    monkeypatch.setenv("REDIS_URL", server.url)
    yield server
    for each in channel._made.values():
        if isinstance(each, redis_channel.RedisChannels):
            each.close()
    server.stop()


def taken(subscription: Subscription) -> list[str]:
    """Take all that is there."""
    messages = []
    while (message := subscription.get(0.05)) is not None:
        messages.append(message)
    return messages


@pytest.mark.usefixtures("_anywhere")
def test_a_message_reaches_all_who_listen_to_its_channel_once() -> None:
    with subscribe("a") as one, subscribe("a") as two, subscribe("b") as other:
        publish("a", "Größe \U0001f600 \x00")
        assert one.get(SOON) == two.get(SOON) == "Größe \U0001f600 \x00"
        assert taken(one) == taken(two) == taken(other) == []


@pytest.mark.usefixtures("_anywhere")
def test_messages_keep_their_order() -> None:
    with subscribe("a") as messages:
        for number in range(KEPT):
            publish("a", str(number))
        assert [messages.get(SOON) for _ in range(KEPT)] == [str(number) for number in range(KEPT)]


@pytest.mark.usefixtures("_anywhere")
def test_what_was_published_before_or_after_does_not_reach() -> None:
    publish("a", "before")
    with subscribe("a") as messages:
        pass
    publish("a", "after")
    assert taken(messages) == []


@pytest.mark.usefixtures("_anywhere")
def test_half_a_surrogate_pair_ends_nothing() -> None:
    with subscribe("a") as messages:
        publish("a", "\ud83d")
        publish("a", "next")
        messages.get(SOON)
        assert messages.get(SOON) == "next"


def test_a_slow_subscriber_loses_the_oldest_and_holds_up_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REDIS_URL", raising=False)
    with subscribe("a") as slow:
        for number in range(10 * KEPT):
            publish("a", str(number))
        assert taken(slow) == [str(number) for number in range(9 * KEPT, 10 * KEPT)]


def test_a_subscriber_that_waits_goes_on_when_it_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REDIS_URL", raising=False)
    got: list[str] = []
    with subscribe("a") as messages:
        reader = threading.Thread(target=lambda: got.extend(messages))
        reader.start()
        publish("a", "one")
    reader.join(SOON)
    assert not reader.is_alive()
    assert got == ["one"]


def test_nothing_is_left_of_subscribers_who_went(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REDIS_URL", raising=False)
    for number in range(100):
        with subscribe(f"channel-{number}"):
            pass
    assert channels()._subscriptions == {}


@pytest.mark.parametrize(("workers", "told"), [(1, 0), (3, 1)])
def test_several_workers_without_redis_say_so_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, workers: int, told: int
) -> None:
    monkeypatch.delenv("REDIS_URL", raising=False)
    monkeypatch.setattr(lasting, "workers", workers)
    monkeypatch.setattr(channel, "_made", {})
    publish("a", "x")
    publish("a", "y")
    assert caplog.text.count(f"and there are {workers} workers. Set REDIS_URL") == told


# --- Redis ------------------------------------------------------------------------------------------------


@needs_redis
@pytest.mark.usefixtures("redis")
def test_processes_hear_each_other() -> None:
    with subscribe("a") as messages:
        subprocess.run([sys.executable, "-c", ELSEWHERE, "a", "from elsewhere"], cwd=ROOT, check=True)
        assert messages.get(SOON) == "from elsewhere"


@needs_redis
def test_another_database_of_the_same_redis_is_another_site(
    redis: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with subscribe("a") as messages:
        monkeypatch.setenv("REDIS_URL", redis.url.removesuffix("/0") + "/1")
        publish("a", "theirs")
        monkeypatch.setenv("REDIS_URL", redis.url)
        publish("a", "ours")
        assert messages.get(SOON) == "ours"


@needs_redis
def test_a_hundred_subscribers_share_one_connection(redis: RedisServer) -> None:
    with ExitStack() as stack, closing(Redis.from_url(redis.url)) as client:
        for _ in range(100):
            stack.enter_context(subscribe("a"))
        assert sum(each["cmd"] == "psubscribe" for each in client.client_list()) == 1


@needs_redis
def test_while_redis_is_away_a_worker_hears_itself_and_it_comes_back_by_itself(
    redis: RedisServer, caplog: pytest.LogCaptureFixture
) -> None:
    with subscribe("a") as messages:
        redis.stop()
        publish("a", "alone")
        assert messages.get(SOON) == "alone"
        with subscribe("a") as later:
            publish("a", "both")
            assert messages.get(SOON) == later.get(SOON) == "both"
        redis.start()
        _until(caplog, "Redis is back")
        subprocess.run([sys.executable, "-c", ELSEWHERE, "a", "from elsewhere"], cwd=ROOT, check=True)
        assert messages.get(SOON) == "from elsewhere"
    assert [record.levelname for record in caplog.records] == ["ERROR", "WARNING"]


@needs_redis
def test_nothing_is_lost_to_this_worker_while_redis_comes_back(redis: RedisServer) -> None:
    with subscribe("a") as messages:
        redis.stop()
        publish("a", "away")
        time.sleep(1.5)  # by now it tries to listen once a second
        redis.start()
        sent = [str(number) for number in range(20)]
        for each in sent:
            publish("a", each)
            time.sleep(0.05)
        heard = [messages.get(SOON)]
        while heard[-1] != sent[-1]:
            heard.append(messages.get(SOON))
        assert set(heard) == {"away", *sent}


@needs_redis
def test_a_redis_that_stands_still_stops_nobody_for_long(
    redis: RedisServer, caplog: pytest.LogCaptureFixture
) -> None:
    with subscribe("a") as messages:
        redis.freeze()
        begin = time.monotonic()
        for number in range(5):
            publish("a", str(number))
        assert time.monotonic() - begin < 2 * redis_channel.TIMEOUT_SECONDS
        assert [messages.get(SOON) for _ in range(5)] == list("01234")
        redis.thaw()
        _until(caplog, "Redis is back")


def _until(caplog: pytest.LogCaptureFixture, text: str) -> None:
    deadline = time.monotonic() + SOON
    while text not in caplog.text:
        assert time.monotonic() < deadline, caplog.text
        time.sleep(0.01)


def test_a_url_that_cannot_be_read_is_named_without_its_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDIS_URL", "redis://user:secret/@host:port/0")
    with pytest.raises(ValueError, match="REDIS_URL cannot be read") as caught:
        publish("a", "x")
    assert "secret" not in str(caught.value)


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:1/0")
    monkeypatch.setitem(sys.modules, "redis", None)
    with pytest.raises(ValueError, match=r"pip install 'nextwsgi\[redis\]'"):
        publish("a", "x")


@pytest.fixture(autouse=True)
def _quiet(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
