"""Accounts, for their owner, and profiles, for everybody."""

import pytest

from deskchat.domain.errors import Invalid, LastOwner, NoSuchUser, NotAllowed, NotSignedIn, WrongCredentials
from tests.api.browser import API, Browser, assert_ok, assert_refused
from tests.serving import PASSWORD, Serving


def test_an_owner_sees_every_account_and_no_password(serving: Serving) -> None:
    with Browser(serving, serving.people.asha) as asha:
        listed = asha.get(f"{API}/users")
        assert [user["name"] for user in assert_ok(listed)] == [
            "Asha Rao",
            "Bela Kovács",
            "Chidi Okafor",
            "Dana Lindqvist",
            "Emre Yıldız",
            "Mallory",
        ]
        assert "argon2" not in listed.text


def test_only_an_owner_has_the_accounts(shared: Serving, bela: Browser) -> None:
    chidi = shared.people.chidi.id
    for refused in (
        bela.get(f"{API}/users"),
        bela.post(f"{API}/users/{chidi}/deactivate"),
        bela.post(f"{API}/users/{chidi}/reactivate"),
        bela.post(f"{API}/users/{chidi}/reset"),
    ):
        assert_refused(refused, NotAllowed)
    assert_ok(bela.get(f"{API}/profiles", params={"ids": chidi}))


def test_whoever_is_deactivated_is_out_and_comes_back_with_the_same_password(serving: Serving) -> None:
    people = serving.people
    with (
        Browser(serving, people.asha) as asha,
        Browser(serving, people.bela) as bela,
        Browser(serving) as later,
    ):
        assert assert_ok(asha.post(f"{API}/users/{people.bela.id}/deactivate"))["active"] is False
        assert_refused(bela.get(f"{API}/rooms"), NotSignedIn)
        assert_refused(later.sign_in(people.bela, PASSWORD), WrongCredentials)
        assert assert_ok(asha.post(f"{API}/users/{people.bela.id}/reactivate"))["active"] is True
        assert_refused(bela.get(f"{API}/rooms"), NotSignedIn)
        assert_ok(later.sign_in(people.bela, PASSWORD), 201)


def test_the_last_owner_stays(serving: Serving) -> None:
    with Browser(serving, serving.people.asha) as asha:
        assert_refused(asha.post(f"{API}/users/{serving.people.asha.id}/deactivate"), LastOwner)
        assert_ok(asha.get(f"{API}/session"))


def test_nobody_unknown_is_deactivated_or_reactivated(asha: Browser) -> None:
    for act in ("deactivate", "reactivate"):
        assert_refused(asha.post(f"{API}/users/1/{act}"), NoSuchUser)


def test_people_are_found_by_the_first_letters_of_any_name(serving: Serving) -> None:
    with Browser(serving, serving.people.mallory) as mallory:
        assert names(mallory, name="kov") == ["Bela Kovács"]
        assert names(mallory, name="KOVÁ") == ["Bela Kovács"]
        assert names(mallory, name="yildiz") == ["Emre Yıldız"]
        assert names(mallory, name="yıl") == ["Emre Yıldız"]
        assert names(mallory, name="elá") == []
        assert len(names(mallory)) == 6
        assert names(mallory, limit=2) == ["Asha Rao", "Bela Kovács"]


def test_a_profile_says_who_somebody_is_and_nothing_else(shared: Serving, mallory: Browser) -> None:
    bela = shared.people.bela
    (profile,) = assert_ok(mallory.get(f"{API}/profiles", params={"name": "Bela"}))
    assert profile == {"id": bela.id, "name": "Bela Kovács", "active": True}


def test_deactivated_people_are_not_found_by_name_but_by_id(serving: Serving) -> None:
    people = serving.people
    with Browser(serving, people.asha) as asha:
        assert_ok(asha.post(f"{API}/users/{people.emre.id}/deactivate"))
        assert names(asha, name="Emre") == []
        found = assert_ok(asha.get(f"{API}/profiles", params={"ids": [people.emre.id, 1, people.bela.id]}))
        assert [(profile["name"], profile["active"]) for profile in found] == [
            ("Emre Yıldız", False),
            ("Bela Kovács", True),
        ]


@pytest.mark.parametrize(
    "asked",
    [
        {"name": "x" * 81},
        {"limit": 0},
        {"limit": 51},
        {"limit": "many"},
        {"ids": 0},
        {"ids": "9" * 23},
        {"ids": list(range(1, 102))},
        {"ids": 1, "name": "Bela"},
        {"ids": ""},
    ],
)
def test_a_question_that_makes_no_sense_is_refused(mallory: Browser, asked: dict[str, str]) -> None:
    assert_refused(mallory.get(f"{API}/profiles", params=asked), Invalid)


@pytest.mark.parametrize("name", ["\x00", "\ud800", "%", "_", "*", '"', "' OR 1=1 --", "NEAR(", "\u202e"])
def test_strange_names_find_nobody_and_break_nothing(mallory: Browser, name: str) -> None:
    address = f"{API}/profiles?name=" + "".join(
        f"%{byte:02x}" for byte in name.encode("utf-8", "surrogatepass")
    )
    assert_ok(mallory.get(address))


def names(browser: Browser, **asked: str | int) -> list[str]:
    return [profile["name"] for profile in assert_ok(browser.get(f"{API}/profiles", params=asked))]
