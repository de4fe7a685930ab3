"""How one wants the screen, and what one is called: one's own affair, for all of one's devices."""

from typing import Any

import pytest

from deskchat.domain.errors import Invalid
from tests.api.browser import API, Browser, assert_ok, assert_refused
from tests.serving import Serving

DEFAULTS = {"theme": "system", "contrast": "system", "density": "comfortable", "language": "system"}
DARK = {**DEFAULTS, "theme": "dark", "language": "de"}


def preferences_of(browser: Browser) -> Any:
    return assert_ok(browser.get(f"{API}/rooms"))["preferences"]


def test_preferences_are_kept_for_all_devices_and_nobody_else(serving: Serving) -> None:
    people = serving.people
    with (
        Browser(serving, people.bela) as bela,
        Browser(serving, people.bela) as phone,
        Browser(serving, people.asha) as asha,
    ):
        assert preferences_of(bela) == DEFAULTS
        assert assert_ok(bela.put(f"{API}/preferences", json=DARK)) == DARK
        assert preferences_of(phone) == DARK
        assert preferences_of(asha) == DEFAULTS


def test_the_same_preferences_again_are_no_news(serving: Serving) -> None:
    with Browser(serving, serving.people.bela) as bela:
        counts = []
        for wanted in (DARK, DARK, DEFAULTS):
            assert_ok(bela.put(f"{API}/preferences", json=wanted))
            counts.append(assert_ok(bela.get(f"{API}/rooms"))["changes"])
    assert counts == [counts[0], counts[0], counts[0] + 1]


@pytest.mark.parametrize(
    "wanted",
    [
        {},
        {"theme": "dark"},
        {**DARK, "theme": "pink"},
        {**DARK, "language": "tlh"},
        {**DARK, "by": 1},
        [],
        None,
    ],
)
def test_preferences_that_make_no_sense_are_refused(bela: Browser, wanted: Any) -> None:
    assert_refused(bela.put(f"{API}/preferences", json=wanted), Invalid)


def test_a_new_name_is_ones_own_and_is_found(serving: Serving) -> None:
    with Browser(serving, serving.people.bela) as bela, Browser(serving, serving.people.asha) as asha:
        assert assert_ok(bela.patch(f"{API}/profile", json={"name": " Bela  Kovács-Nagy "}))["name"] == (
            "Bela Kovács-Nagy"
        )
        [found] = assert_ok(asha.get(f"{API}/profiles", params={"name": "nagy"}))
        assert found["id"] == serving.people.bela.id
        assert assert_ok(asha.get(f"{API}/profiles", params={"name": "kovacs"})) == [found]
        assert assert_ok(asha.get(f"{API}/rooms/{serving.people.direct}"))["name"] == "Bela Kovács-Nagy"
        for name in ("", " ", "x" * 81, "a\u202eb", "bell\x07"):
            assert_refused(bela.patch(f"{API}/profile", json={"name": name}), Invalid)
