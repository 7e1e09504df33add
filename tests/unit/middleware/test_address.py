"""A client's address: its own, whatever it says of itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nextwsgi.middleware.address import client_address


def address(connected: str | None, passed: str | None = None, proxies: int = 0) -> str:
    environ = {"REMOTE_ADDR": connected, "HTTP_X_FORWARDED_FOR": passed}
    return client_address({name: value for name, value in environ.items() if value is not None}, proxies)


@pytest.mark.parametrize(
    "passed", [None, "", "203.0.113.9", "203.0.113.9, 198.51.100.1", "127.0.0.1", "x", ","]
)
def test_without_proxies_it_is_who_is_connected(passed: str | None) -> None:
    assert address("192.0.2.7", passed) == "192.0.2.7"


@pytest.mark.parametrize("forged", [f"10.0.0.{number}" for number in range(5)])
def test_cve_2020_28483_what_a_client_says_of_itself_does_not_count(forged: str) -> None:
    assert address("192.0.2.7", forged) == "192.0.2.7"
    assert address("127.0.0.1", f"{forged}, 203.0.113.9", 1) == "203.0.113.9"
    assert address("127.0.0.1", f"{forged},{forged}, 203.0.113.9 , 10.9.9.9", 2) == "203.0.113.9"


@pytest.mark.parametrize(
    ("passed", "proxies", "found"),
    [
        ("203.0.113.9", 1, "203.0.113.9"),
        ("203.0.113.9,198.51.100.1", 1, "198.51.100.1"),
        ("203.0.113.9, 198.51.100.1", 2, "203.0.113.9"),
        ("198.51.100.1", 2, "198.51.100.1"),  # came to the second proxy, not through the first
        ("\t203.0.113.9 ", 1, "203.0.113.9"),
        ("203.0.113.9:4711", 1, "203.0.113.9"),
        ("[2001:db8::1]:4711", 1, "2001:db8::/64"),
        ("[2001:db8::1]", 1, "2001:db8::/64"),
        ("2001:db8::1", 1, "2001:db8::/64"),
        ("::ffff:203.0.113.9", 1, "203.0.113.9"),
    ],
)
def test_behind_proxies_it_is_what_the_outermost_was_asked_by(passed: str, proxies: int, found: str) -> None:
    assert address("127.0.0.1", passed, proxies) == found


@pytest.mark.parametrize(
    "passed", [None, "", "unknown", "_hidden", "1.2.3", "1.2.3.4.5", "203.0.113.9,", "x:y", "[", "]"]
)
def test_what_cannot_be_read_counts_as_the_proxy(passed: str | None) -> None:
    assert address("192.0.2.7", passed, 1) == "192.0.2.7"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("2001:0DB8::1", "2001:db8:0:0::2", True),
        ("::ffff:192.0.2.7", "192.0.2.7", True),
        ("::ffff:c000:207", "192.0.2.7", True),
        ("::ffff:192.0.2.7", "::ffff:192.0.2.8", False),  # CVE-2026-30827: all of IPv4 was one client
        ("fe80::1%eth0", "fe80::1%eth1", True),
        ("::1", "127.0.0.1", False),
    ],
)
def test_of_ipv6_the_network_is_one_client(one: str, other: str, same: bool) -> None:
    assert (address(one) == address(other)) is same


@pytest.mark.parametrize("more", ["x" * 100, "%" + "x" * 100])
def test_what_is_longer_than_an_address_is_none(more: str) -> None:
    assert address(f"[::1]{more}") == address(f"[::1]:80{more}") == "unknown"
    assert address("192.0.2.7", f"[::1]{more}", 1) == "192.0.2.7"


@pytest.mark.parametrize("odd", ["X192.0.2.8", "192.0.2.8X", "\xa0192.0.2.8", "192.0.2.8\x85"])
def test_nothing_but_blanks_may_stand_around_an_address(odd: str) -> None:
    assert address("192.0.2.7", odd, 1) == "192.0.2.7"


@pytest.mark.parametrize("connected", [None, "", "/run/socket", "@"])
def test_clients_without_an_address_are_one(connected: str | None) -> None:
    assert address(connected) == address(connected, "x", 1) == "unknown"


@given(st.text(max_size=60), st.text(max_size=200), st.integers(0, 3))
def test_no_text_raises_or_makes_a_long_name(connected: str, passed: str, proxies: int) -> None:
    assert 0 < len(address(connected, passed, proxies)) < 64
