"""Links that work once: setting up, inviting, setting a new password."""

import httpx
import pytest

from deskchat.domain import links, users
from deskchat.domain.errors import (
    EmailTaken,
    Invalid,
    NoSuchLink,
    NoSuchUser,
    NotAllowed,
    NotSignedIn,
    SlowDown,
)
from deskchat.domain.links import INVITATION_LIMIT, RESET_LIMIT
from deskchat.domain.sessions import new_token
from tests.api.browser import API, Browser, assert_ok, assert_refused
from tests.api.exhausting import exhaust_strangers
from tests.serving import PASSWORD, Serving

LOOK, ACCEPT, REDEEM = f"{API}/links/look", f"{API}/invitations/accept", f"{API}/resets/redeem"
NEW = "a new one, and long"


@pytest.fixture
def token(serving: Serving) -> str:
    """Of a set-up link, on a server that nobody owns."""
    made = new_token()
    serving.do(lambda tx: tx.users.set_active(serving.people.asha.id, False))
    assert serving.do(lambda tx: links.open_set_up(tx, made))
    return made


def test_the_first_person_sets_up_the_organisation_and_is_signed_in(serving: Serving, token: str) -> None:
    with Browser(serving) as browser:
        assert assert_ok(look(browser, token)) == {"kind": "set-up", "email": "", "organisation": ""}
        view = assert_ok(set_up(browser, token), 201)
        assert view["organisation"] == "Halden Pumps"
        assert (view["user"]["role"], view["user"]["email"]) == ("owner", "farah@example.com")
        assert assert_ok(browser.get(f"{API}/session")) == view


def test_a_set_up_link_works_once(serving: Serving, token: str) -> None:
    with Browser(serving) as browser, Browser(serving) as mallory:
        assert_ok(set_up(browser, token), 201)
        assert_refused(set_up(mallory, token), NoSuchLink)
        assert_refused(look(mallory, token), NoSuchLink)


def test_there_is_no_set_up_link_where_somebody_owns_the_organisation(serving: Serving) -> None:
    assert not serving.do(lambda tx: links.open_set_up(tx, new_token()))


def test_starting_anew_withdraws_the_set_up_link_of_before(serving: Serving, token: str) -> None:
    serving.do(lambda tx: links.open_set_up(tx, new_token()))
    with Browser(serving) as browser:
        assert_refused(set_up(browser, token), NoSuchLink)


@pytest.mark.parametrize(
    "wrong",
    [
        {"organisation": ""},
        {"organisation": "\u202eHalden"},
        {"name": " \u200b "},
        {"name": "x" * 81},
        {"email": "not an address"},
        {"email": "bela@example.com\x00"},
        {"password": "short"},
        {"role": "owner"},
    ],
)
def test_a_set_up_that_is_refused_leaves_the_link_as_it_was(
    serving: Serving, token: str, wrong: dict[str, str]
) -> None:
    with Browser(serving) as browser:
        assert_refused(set_up(browser, token, **wrong), Invalid)
        assert_ok(set_up(browser, token), 201)


def test_an_invited_person_comes_in_by_the_link(asha: Browser, stranger: Browser) -> None:
    token = invite(asha, "gita@example.com")
    assert assert_ok(look(stranger, token)) == {
        "kind": "invitation",
        "email": "gita@example.com",
        "organisation": "",
    }
    view = assert_ok(accept(stranger, token, "Gita Nair"), 201)
    assert (view["user"]["email"], view["user"]["role"]) == ("gita@example.com", "member")
    assert assert_ok(stranger.get(f"{API}/session")) == view
    assert_refused(accept(stranger, token, "Gita Nair"), NoSuchLink)


def test_an_invitation_can_be_for_an_owner(serving: Serving) -> None:
    with Browser(serving, serving.people.asha) as asha, Browser(serving) as stranger:
        view = assert_ok(accept(stranger, invite(asha, "hana@example.com", "owner"), "Hana Sato"), 201)
        assert view["user"]["role"] == "owner"
        assert_ok(stranger.get(f"{API}/users"))


def test_a_link_is_an_address_with_the_token_in_its_fragment(shared: Serving, asha: Browser) -> None:
    made = assert_ok(
        asha.post(f"{API}/invitations", json={"email": "ines@example.com", "role": "member"}), 201
    )
    address, token = made["link"].split("#")
    assert address == f"{shared.url}/invitation"
    assert token not in str(made["invitation"])


def test_open_invitations_are_listed_and_withdrawn(asha: Browser, stranger: Browser) -> None:
    token = invite(asha, "jonas@example.com")
    (open_one,) = [
        one for one in assert_ok(asha.get(f"{API}/invitations")) if one["email"] == "jonas@example.com"
    ]
    assert token not in str(open_one)
    assert_ok(asha.delete(f"{API}/invitations/{open_one['id']}"), 204)
    assert_refused(accept(stranger, token, "Jonas Weber"), NoSuchLink)
    assert_refused(asha.delete(f"{API}/invitations/{open_one['id']}"), NoSuchLink)


def test_a_second_invitation_of_somebody_takes_the_place_of_the_first(
    asha: Browser, stranger: Browser
) -> None:
    first, second = invite(asha, "kira@example.com"), invite(asha, "KIRA@example.com")
    assert_refused(accept(stranger, first, "Kira Holm"), NoSuchLink)
    assert_ok(accept(stranger, second, "Kira Holm"), 201)


def test_nobody_is_invited_twice_under_one_address(shared: Serving, asha: Browser) -> None:
    taken = {"email": shared.people.bela.email, "role": "member"}
    assert_refused(asha.post(f"{API}/invitations", json=taken), EmailTaken)


@pytest.mark.parametrize(
    "email", ["", "nobody", "a@b", "two@at@example.com", "a b@example.com", "x" * 250 + "@e.com"]
)
def test_an_invitation_needs_an_address(asha: Browser, email: str) -> None:
    assert_refused(asha.post(f"{API}/invitations", json={"email": email, "role": "member"}), Invalid)


def test_only_an_owner_invites(shared: Serving, bela: Browser) -> None:
    new = {"email": "lena@example.com", "role": "member"}
    assert_refused(bela.post(f"{API}/invitations", json=new), NotAllowed)
    assert_refused(bela.get(f"{API}/invitations"), NotAllowed)
    assert_refused(bela.delete(f"{API}/invitations/1"), NotAllowed)
    assert_refused(bela.post(f"{API}/users/{shared.people.asha.id}/reset"), NotAllowed)


def test_an_invitation_lasts_a_week(serving: Serving) -> None:
    with Browser(serving, serving.people.asha) as asha, Browser(serving) as stranger:
        token = invite(asha, "mia@example.com")
        serving.clock.ahead = INVITATION_LIMIT
        assert_refused(look(stranger, token), NoSuchLink)
        assert_refused(accept(stranger, token, "Mia Berg"), NoSuchLink)


def test_a_reset_link_sets_the_password_and_signs_its_user_out(serving: Serving) -> None:
    bela = serving.people.bela
    with Browser(serving, bela) as phone, Browser(serving) as stranger:
        token = reset(serving)
        assert assert_ok(look(stranger, token))["email"] == bela.email
        assert_ok(redeem(stranger, token), 204)
        assert_refused(phone.get(f"{API}/session"), NotSignedIn)
        assert_refused(redeem(stranger, token), NoSuchLink)
        assert_ok(stranger.sign_in(bela, NEW), 201)


def test_a_reset_link_lasts_a_day_and_only_the_last_one_counts(serving: Serving) -> None:
    first, second = reset(serving), reset(serving)
    with Browser(serving) as stranger:
        assert_refused(redeem(stranger, first), NoSuchLink)
        serving.clock.ahead = RESET_LIMIT
        assert_refused(redeem(stranger, second), NoSuchLink)


def test_deactivating_somebody_withdraws_their_reset_link(serving: Serving) -> None:
    token = reset(serving)
    serving.do(lambda tx: users.deactivate_as_operator(tx, serving.people.bela.id))
    with Browser(serving) as stranger:
        assert_refused(redeem(stranger, token), NoSuchLink)


def test_nobody_unknown_or_deactivated_is_reset(serving: Serving) -> None:
    serving.do(lambda tx: users.deactivate_as_operator(tx, serving.people.emre.id))
    with Browser(serving, serving.people.asha) as asha:
        for user in (1, serving.people.emre.id):
            assert_refused(asha.post(f"{API}/users/{user}/reset"), NoSuchUser)


def test_a_link_of_one_kind_is_no_link_of_another(serving: Serving) -> None:
    with Browser(serving, serving.people.asha) as asha, Browser(serving) as stranger:
        invitation, new_password = invite(asha, "nils@example.com"), reset(serving)
        assert_refused(redeem(stranger, invitation), NoSuchLink)
        assert_refused(accept(stranger, new_password, "Nils"), NoSuchLink)
        assert_refused(set_up(stranger, invitation), NoSuchLink)


@pytest.mark.parametrize("guess", ["", "guess", "a" * 43, "\x00", "é", "🔑"])
def test_a_guessed_token_is_told_like_a_used_one(stranger: Browser, guess: str) -> None:
    assert_refused(look(stranger, guess), NoSuchLink)
    assert_refused(accept(stranger, guess, "Mallory"), NoSuchLink)


def test_guesses_cost_no_hashing_and_have_to_wait(serving: Serving, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving.parts.passwords, "hash", None)

    with Browser(serving) as stranger:
        assert_refused(accept(stranger, "guess", "Mallory"), NoSuchLink)
        exhaust_strangers(serving)
        for refused in (look(stranger, "guess"), accept(stranger, "guess", "M"), redeem(stranger, "guess")):
            assert_refused(refused, SlowDown)


def look(browser: Browser, token: str) -> httpx.Response:
    return browser.post(LOOK, json={"token": token})


def set_up(browser: Browser, token: str, **changed: str) -> httpx.Response:
    body = {
        "token": token,
        "organisation": "Halden Pumps",
        "name": "Farah Haddad",
        "email": "farah@example.com",
        "password": PASSWORD,
    }
    return browser.post(f"{API}/set-up", json=body | changed)


def accept(browser: Browser, token: str, name: str) -> httpx.Response:
    return browser.post(ACCEPT, json={"token": token, "name": name, "password": PASSWORD})


def redeem(browser: Browser, token: str) -> httpx.Response:
    return browser.post(REDEEM, json={"token": token, "password": NEW})


def invite(owner: Browser, email: str, role: str = "member") -> str:
    made = assert_ok(owner.post(f"{API}/invitations", json={"email": email, "role": role}), 201)
    return str(made["link"]).split("#")[1]


def reset(serving: Serving) -> str:
    """Bela's."""
    with Browser(serving, serving.people.asha) as asha:
        made = assert_ok(asha.post(f"{API}/users/{serving.people.bela.id}/reset"), 201)
    return str(made["link"]).split("#")[1]
