"""Passwords: how they are kept, and how one changes one's own."""

import asyncio
import threading

import pytest
from argon2 import PasswordHasher

from deskchat.domain.errors import Busy, Invalid, NotSignedIn, SlowDown, WrongCredentials
from deskchat.http.passwords import MOST_WAITING, Passwords
from tests.api.browser import API, Browser, assert_ok, assert_refused
from tests.api.exhausting import exhaust_guesses
from tests.serving import PASSWORD, Serving

NEW = "a new one, and long"


@pytest.fixture
def passwords() -> Passwords:
    return Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


async def test_a_password_is_known_again_and_no_other_is(passwords: Passwords) -> None:
    kept = await passwords.hash("correct horse")
    assert "correct" not in kept
    assert await passwords.verify("correct horse", kept)
    assert not await passwords.verify("correct horse ", kept)
    assert not await passwords.verify("", kept)


async def test_nobodys_password_never_matches(passwords: Passwords) -> None:
    assert not await passwords.verify("nobody's password", None)


async def test_a_hash_that_is_none_never_matches(passwords: Passwords) -> None:
    assert not await passwords.verify("!", "!")


async def test_a_letter_is_the_same_however_a_keyboard_composes_it(passwords: Passwords) -> None:
    assert await passwords.verify("cafe\u0301 au lait", await passwords.hash("caf\u00e9 au lait"))


@pytest.mark.parametrize("password", ["", "123456789", "x" * 201])
async def test_a_new_password_has_ten_to_two_hundred_characters(passwords: Passwords, password: str) -> None:
    with pytest.raises(Invalid, match="10 to 200"):
        await passwords.hash(password)


@pytest.mark.parametrize("password", ["1234567890", "x" * 200, "пароль-пароль", "🔑" * 10])
async def test_any_characters_make_a_password(passwords: Passwords, password: str) -> None:
    assert await passwords.verify(password, await passwords.hash(password))


async def test_who_comes_when_too_many_wait_is_told_to_come_back(
    passwords: Passwords, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_again = threading.Event()
    monkeypatch.setattr(passwords, "_matches", lambda *_: open_again.wait(60))
    waiting = [asyncio.create_task(passwords.verify("password", "hash")) for _ in range(MOST_WAITING)]
    await asyncio.sleep(0)
    with pytest.raises(Busy) as refusal:
        await passwords.verify("password", "hash")
    assert refusal.value.retry_after
    open_again.set()
    assert all(await asyncio.gather(*waiting))
    assert await passwords.verify("password", "hash")


def test_changing_the_password_signs_every_other_device_out(serving: Serving) -> None:
    bela = serving.people.bela
    with Browser(serving, bela) as desk, Browser(serving, bela) as phone, Browser(serving) as later:
        assert_ok(desk.put(f"{API}/password", json={"current": PASSWORD, "new": NEW}), 204)
        assert_ok(desk.get(f"{API}/session"))
        assert_refused(phone.get(f"{API}/session"), NotSignedIn)
        assert_refused(later.sign_in(bela, PASSWORD), WrongCredentials)
        assert_ok(later.sign_in(bela, NEW), 201)


def test_whoever_does_not_know_the_current_password_changes_nothing(serving: Serving) -> None:
    bela = serving.people.bela
    with Browser(serving, bela) as browser:
        refused = browser.put(f"{API}/password", json={"current": "a guess", "new": NEW})
        assert_refused(refused, WrongCredentials)
        assert_ok(browser.sign_in(bela, PASSWORD), 201)


def test_a_short_new_password_is_refused_in_words(serving: Serving) -> None:
    with Browser(serving, serving.people.bela) as browser:
        refused = browser.put(f"{API}/password", json={"current": PASSWORD, "new": "short"})
        assert assert_refused(refused, Invalid)["detail"] == "A password has 10 to 200 characters."
        assert_ok(browser.sign_in(serving.people.bela, PASSWORD), 201)


def test_an_open_desk_is_no_place_to_guess_the_password(serving: Serving) -> None:
    bela = serving.people.bela
    exhaust_guesses(serving, bela.email, "127.0.0.1")
    with Browser(serving, bela) as browser:
        assert_refused(browser.put(f"{API}/password", json={"current": "a guess", "new": NEW}), SlowDown)


def test_a_password_changed_elsewhere_meanwhile_is_not_changed_again(
    serving: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    bela = serving.people.bela
    hash_new = serving.parts.passwords.hash

    async def change_meanwhile(password: str) -> str:
        await serving.parts.store.write(0, lambda tx: tx.users.set_password(bela.id, "another"))
        return await hash_new(password)

    monkeypatch.setattr(serving.parts.passwords, "hash", change_meanwhile)
    with Browser(serving, bela) as browser:
        changed = browser.put(f"{API}/password", json={"current": PASSWORD, "new": NEW})
        assert_refused(changed, WrongCredentials)
    assert serving.do(lambda tx: tx.users.find_password(bela.email)) == (bela, "another")
