"""lib/password.py: what cannot be kept is refused, and a login costs the same whoever tries it."""

import bcrypt
import pytest

from lib import password
from lib.password import PasswordError, check_password, hash_password


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(password, "COST", 4)


@pytest.fixture
def costs(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note the cost of each hash that is computed."""
    noted: list[str] = []

    def checkpw(secret: bytes, hashed: bytes) -> bool:
        result = genuine(secret, hashed)
        noted.append(hashed.decode().split("$")[2])
        return result

    genuine = bcrypt.checkpw
    monkeypatch.setattr(bcrypt, "checkpw", checkpw)
    return noted


REFUSED = {
    "": "Password is required",
    "\0": "Password must not have the character NUL",
    "before\0after": "Password must not have the character NUL",
    "\ud800": "Password has characters that are none",
    "x" * 73: "Password must have at most 72 bytes",
    "é" * 37: "Password must have at most 72 bytes",
}
NO_TEXT: tuple[object, ...] = (None, 0, 5, True, 1.5, [], ["secret"], {}, {"$ne": None}, b"secret")


@pytest.mark.parametrize("chosen", ["a", "correct horse", "x" * 72, "é" * 36, "пароль", "🔑", " ", "\x7f"])
def test_a_password_is_known_again_and_no_other(chosen: str) -> None:
    hashed = hash_password(chosen)
    assert check_password(chosen, hashed)
    assert not check_password(chosen + "!", hashed)
    assert not check_password(chosen[:-1], hashed)
    assert hash_password(chosen) != hashed


@pytest.mark.parametrize(("chosen", "text"), REFUSED.items())
def test_what_cannot_be_kept_is_refused_with_the_reason(chosen: str, text: str) -> None:
    with pytest.raises(PasswordError, match=f"^{text}$"):
        hash_password(chosen)


@pytest.mark.parametrize("chosen", NO_TEXT)
def test_what_is_no_text_is_refused(chosen: object) -> None:
    with pytest.raises(PasswordError, match=r"^Password is required$"):
        hash_password(chosen)


def test_the_refusal_is_a_value_error_that_does_not_repeat_the_password() -> None:
    assert issubclass(PasswordError, ValueError)
    with pytest.raises(PasswordError) as caught:
        hash_password("hunter2" * 11)
    assert "hunter2" not in str(caught.value)


# CVE-2025-22228, CVE-2025-68402: only the first 72 bytes were compared.
def test_cve_2025_22228_cve_2025_68402_a_longer_password_with_the_same_start_is_another() -> None:
    hashed = hash_password("x" * 72)
    assert not check_password("x" * 73, hashed)
    assert not check_password("x" * 72 + "\0", hashed)


@pytest.mark.parametrize("tried", ["right", "wrong", *REFUSED, *NO_TEXT])
@pytest.mark.parametrize("known", [True, False])
def test_cve_2024_39329_every_login_computes_one_hash_of_the_same_cost(
    costs: list[str], tried: object, known: bool
) -> None:
    hashed = hash_password("right") if known else None
    assert check_password(tried, hashed) is (known and tried == "right")
    assert costs == ["04"]


@pytest.mark.parametrize("stored", ["", "plain text", "$2b$04$short", "$2b$99$" + "a" * 53, "\ud800", "\0"])
def test_a_stored_hash_that_is_none_lets_nobody_in(costs: list[str], stored: str) -> None:
    assert not check_password("right", stored)
    assert costs == ["04"]


def test_hashes_of_other_libraries_are_known() -> None:
    hashed = hash_password("right").replace("$2b$", "$2a$", 1)  # as bcryptjs writes them
    assert check_password("right", hashed)


def test_the_cost_in_production_is_what_is_recommended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    assert password.COST >= 12
