"""Signing in and out, and the devices one is signed in on."""

from unittest.mock import Mock

import httpx
import pytest

from deskchat.config import Settings
from deskchat.domain import sessions, users
from deskchat.domain.errors import NoSuchSession, NotSignedIn, SlowDown, StorageFull, WrongCredentials
from deskchat.domain.sessions import ABSOLUTE_LIMIT, DAY, IDLE_LIMIT, TOUCH_EVERY
from deskchat.http.auth import session_cookie
from tests.api.browser import API, Browser, assert_ok, assert_refused
from tests.api.exhausting import exhaust_guesses
from tests.serving import PASSWORD, Serving

SESSION = f"{API}/session"


def test_signing_in_says_who_one_is_and_where(shared: Serving, stranger: Browser) -> None:
    bela = shared.people.bela
    view = assert_ok(stranger.sign_in(bela, PASSWORD), 201)
    assert view["user"]["name"] == "Bela Kovács"
    assert "password" not in str(view)
    assert assert_ok(stranger.get(SESSION)) == view


def test_an_address_may_be_written_in_capitals(shared: Serving, stranger: Browser) -> None:
    response = stranger.post(SESSION, json={"email": " BELA@Example.com ", "password": PASSWORD})
    assert assert_ok(response, 201)["user"]["id"] == shared.people.bela.id


def test_the_cookie_is_for_the_server_alone(shared: Serving, stranger: Browser) -> None:
    cookie = stranger.sign_in(shared.people.bela, PASSWORD).headers["set-cookie"]
    name, *attributes = cookie.split("; ")
    assert name.startswith("deskchat_session=")
    assert {"HttpOnly", "SameSite=lax", "Path=/"} <= set(attributes)
    assert "Domain" not in cookie


def test_over_https_the_cookie_is_bound_to_the_host() -> None:
    settings = Settings(url="https://chat.example.com")
    header = session_cookie(settings, "token").to_header(header="")
    assert header.startswith("__Host-deskchat_session=token")
    assert "Secure" in header
    assert "HttpOnly" in header


def test_only_a_hash_of_the_cookie_is_kept(shared: Serving, stranger: Browser) -> None:
    stranger.sign_in(shared.people.bela, PASSWORD)
    token = stranger.cookies["deskchat_session"]
    folder = shared.parts.settings.data
    assert all(token.encode() not in file.read_bytes() for file in folder.iterdir() if file.is_file())


def test_a_wrong_password_an_unknown_address_and_a_deactivated_user_are_told_alike(serving: Serving) -> None:
    people = serving.people
    serving.do(lambda tx: users.deactivate_as_operator(tx, people.emre.id))
    with Browser(serving) as stranger:
        problems = [
            stranger.post(SESSION, json={"email": email, "password": password})
            for email, password in [
                (people.bela.email, "not the password"),
                ("nobody@example.com", PASSWORD),
                (people.emre.email, PASSWORD),
            ]
        ]
    assert len({without_request_id(problem) for problem in problems}) == 1
    for problem in problems:
        assert_refused(problem, WrongCredentials)
        assert "set-cookie" not in problem.headers


def test_every_refused_sign_in_costs_the_work_of_checking_a_password(
    serving: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = serving.people
    serving.do(lambda tx: users.deactivate_as_operator(tx, people.emre.id))
    check = Mock(wraps=serving.parts.passwords._matches)
    monkeypatch.setattr(serving.parts.passwords, "_matches", check)
    with Browser(serving) as stranger:
        for email in (people.bela.email, "nobody@example.com", people.emre.email):
            assert_refused(
                stranger.post(SESSION, json={"email": email, "password": "wrong"}), WrongCredentials
            )
    assert check.call_count == 3


def test_the_sixth_guess_has_to_wait_but_only_there(serving: Serving) -> None:
    bela, chidi = serving.people.bela, serving.people.chidi
    exhaust_guesses(serving, bela.email, "127.0.0.1")
    with Browser(serving) as guesser, Browser(serving, address="127.0.0.2") as elsewhere:
        refused = guesser.sign_in(bela, PASSWORD)
        assert_refused(refused, SlowDown)
        assert int(refused.headers["retry-after"]) >= 1
        assert_ok(guesser.sign_in(chidi, PASSWORD), 201)
        assert_ok(elsewhere.sign_in(bela, PASSWORD), 201)


def test_signing_in_rightly_costs_nothing(serving: Serving) -> None:
    with Browser(serving) as browser:
        for _ in range(70):
            assert_ok(browser.sign_in(serving.people.bela, PASSWORD), 201)


def test_one_address_cannot_try_many_accounts(serving: Serving) -> None:
    with Browser(serving) as guesser:
        tried = [
            guesser.post(
                SESSION, json={"email": f"user{number}@example.com", "password": "guess"}
            ).status_code
            for number in range(200)
        ]
    assert set(tried) == {401, 429}


def test_a_password_changed_while_it_was_checked_lets_nobody_in(
    serving: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    bela = serving.people.bela
    passwords = serving.parts.passwords
    verify = passwords.verify

    async def change_meanwhile(password: str, kept: str | None) -> bool:
        matches = await verify(password, kept)
        await serving.parts.store.write(0, lambda tx: tx.users.set_password(bela.id, "another"))
        return matches

    monkeypatch.setattr(passwords, "verify", change_meanwhile)
    with Browser(serving) as browser:
        assert_refused(browser.sign_in(bela, PASSWORD), WrongCredentials)


def test_signing_out_ends_the_session_and_clears_the_cookie(shared: Serving, stranger: Browser) -> None:
    stranger.sign_in(shared.people.bela, PASSWORD)
    token = stranger.cookies["deskchat_session"]
    response = stranger.delete(SESSION)
    assert_ok(response, 204)
    assert "Max-Age=0" in response.headers["set-cookie"]
    assert "deskchat_session" not in stranger.cookies
    stranger.cookies.set("deskchat_session", token)
    assert_refused(stranger.get(SESSION), NotSignedIn)


@pytest.mark.parametrize(
    "cookie", ["", "x", "deskchat_session=", "deskchat_session=guessed", 'a="b', "=;=", "\xff"]
)
def test_no_cookie_or_a_strange_one_is_nobody(stranger: Browser, cookie: str) -> None:
    assert_refused(stranger.get(SESSION, headers=[(b"Cookie", cookie.encode("latin-1"))]), NotSignedIn)


def test_the_devices_are_listed_and_one_is_revoked(shared: Serving) -> None:
    with Browser(shared, shared.people.dana) as desk, Browser(shared, shared.people.dana) as phone:
        listed = assert_ok(desk.get(f"{API}/sessions"))
        (current,) = [device for device in listed if device["current"]]
        revoked = assert_ok(phone.get(SESSION))["session"]
        assert {current["id"], revoked} <= {device["id"] for device in listed}
        assert_ok(desk.delete(f"{API}/sessions/{revoked}"), 204)
        assert_refused(phone.get(SESSION), NotSignedIn)
        assert_ok(desk.get(SESSION))
        assert_refused(desk.delete(f"{API}/sessions/{revoked}"), NoSuchSession)


def test_nobody_ends_the_session_of_another(asha: Browser, bela: Browser) -> None:
    session = assert_ok(asha.get(SESSION))["session"]
    assert_refused(bela.delete(f"{API}/sessions/{session}"), NoSuchSession)
    assert_ok(asha.get(SESSION))


def test_a_session_that_is_not_used_expires(serving: Serving) -> None:
    with Browser(serving, serving.people.asha) as asha:
        serving.clock.ahead = IDLE_LIMIT - DAY
        assert_ok(asha.get(SESSION))
        serving.clock.ahead += IDLE_LIMIT - DAY
        assert_ok(asha.get(SESSION))
        serving.clock.ahead += IDLE_LIMIT + DAY
        assert_refused(asha.get(SESSION), NotSignedIn)


def test_a_session_that_is_used_all_the_time_expires_as_well(serving: Serving) -> None:
    with Browser(serving, serving.people.asha) as asha:
        while serving.clock.ahead < ABSOLUTE_LIMIT - 7 * DAY:
            serving.clock.ahead += 7 * DAY
            assert_ok(asha.get(SESSION))
        serving.clock.ahead += 7 * DAY
        assert_refused(asha.get(SESSION), NotSignedIn)


def test_reading_writes_when_a_session_was_last_used_only_now_and_then(serving: Serving) -> None:
    with Browser(serving, serving.people.asha) as asha:
        first = last_seen(asha)
        serving.clock.ahead = TOUCH_EVERY // 2
        assert last_seen(asha) == first
        serving.clock.ahead = 2 * TOUCH_EVERY
        assert last_seen(asha) >= first + 2 * TOUCH_EVERY


def test_reading_goes_on_when_nothing_can_be_kept(serving: Serving, monkeypatch: pytest.MonkeyPatch) -> None:
    async def refuse(*_: object) -> None:
        raise StorageFull

    with Browser(serving, serving.people.asha) as asha:
        monkeypatch.setattr(serving.parts.store, "write", refuse)
        serving.clock.ahead = 2 * TOUCH_EVERY
        assert_ok(asha.get(f"{API}/rooms"))


def test_a_device_is_called_what_its_browser_calls_itself(shared: Serving) -> None:
    with Browser(shared) as browser:
        browser.headers["User-Agent"] = "x" * 1_000
        browser.sign_in(shared.people.chidi, PASSWORD)
        (device,) = [device for device in assert_ok(browser.get(f"{API}/sessions")) if device["current"]]
        assert device["device"] == "x" * sessions.LONGEST_DEVICE


def last_seen(browser: Browser) -> int:
    (device,) = [one for one in assert_ok(browser.get(f"{API}/sessions")) if one["current"]]
    seen: int = device["last_seen"]
    return seen


def without_request_id(response: httpx.Response) -> str:
    return response.text.replace(response.json()["request"], "")
