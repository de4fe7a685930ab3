"""Who is signed in is known for a moment: never beyond it, and never beyond what was told."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from deskchat.domain.errors import NotSignedIn
from deskchat.domain.messages import Message, MessagePosted
from deskchat.domain.news import News, SessionsEnded, ToEverybody, ToRoom
from deskchat.domain.sessions import SignedIn
from deskchat.domain.users import ProfileChanged, User
from deskchat.http.known import LIFE, MOST, KnownSessions
from tests.api.browser import API, Browser, assert_ok, assert_refused
from tests.serving import Serving

ASHA = SignedIn(7, User(1, "Asha", "asha@example.com", "owner", active=True, created=0), 0)
ENDED = SessionsEnded(1, (7,))


class Door:
    """The look-ups are counted; `ended`: they find nobody."""

    def __init__(self) -> None:
        self.now = 1_000_000
        self.looks = 0
        self.ended = False
        self.known = KnownSessions(lambda: self.now)

    async def enter(self, token: str = "token", meanwhile: Sequence[News] = ()) -> SignedIn:
        async def look_up() -> SignedIn:
            self.looks += 1
            if self.ended:
                raise NotSignedIn
            self.known.take(meanwhile)
            return ASHA

        return await self.known.get(token, look_up)


@pytest.fixture
def door() -> Door:
    return Door()


async def test_the_database_is_asked_once_a_moment(door: Door) -> None:
    for _ in range(3):
        assert await door.enter() is ASHA
    assert door.looks == 1
    door.now += LIFE
    await door.enter()
    assert door.looks == 2


async def test_a_clock_that_is_set_back_makes_the_moment_no_longer(door: Door) -> None:
    await door.enter()
    door.now -= 1
    await door.enter()
    assert door.looks == 2


async def test_another_token_is_somebody_else(door: Door) -> None:
    await door.enter()
    door.ended = True
    with pytest.raises(NotSignedIn):
        await door.enter("guessed")


@pytest.mark.parametrize("news", [ENDED, ToEverybody(ProfileChanged(ASHA.user.profile))])
async def test_what_ended_or_changed_is_forgotten_at_once(door: Door, news: News) -> None:
    await door.enter()
    door.ended = True
    door.known.take([news])
    with pytest.raises(NotSignedIn):
        await door.enter()


async def test_what_was_read_while_it_ended_is_not_kept(door: Door) -> None:
    await door.enter(meanwhile=[ENDED])
    door.ended = True
    with pytest.raises(NotSignedIn):
        await door.enter()


async def test_a_message_makes_nobody_forgotten(door: Door) -> None:
    await door.enter()
    door.known.take([ToRoom(MessagePosted(3, 1, 0, Message(1, 1, "key", "text", 0, 1)))])
    await door.enter()
    assert door.looks == 1


async def test_who_was_refused_is_asked_for_again(door: Door) -> None:
    door.ended = True
    with pytest.raises(NotSignedIn):
        await door.enter()
    door.ended = False
    assert await door.enter() is ASHA


async def test_only_so_many_are_known(door: Door) -> None:
    await door.enter("first")
    for number in range(MOST):
        await door.enter(str(number))
    await door.enter("first")
    assert door.looks == MOST + 2


async def test_those_who_come_together_are_all_let_in(door: Door) -> None:
    assert [*await asyncio.gather(door.enter(), door.enter())] == [ASHA, ASHA]


def test_ones_own_name_and_role_are_those_of_now(serving: Serving) -> None:
    people = serving.people
    with Browser(serving, people.asha) as asha, Browser(serving, people.bela) as bela:
        assert _look_at_oneself(bela)["role"] == "member"
        assert_ok(asha.patch(f"{API}/users/{people.bela.id}", json={"role": "owner"}))
        assert _look_at_oneself(bela)["role"] == "owner"
        assert_ok(bela.patch(f"{API}/profile", json={"name": "Béla"}))
        assert _look_at_oneself(bela)["name"] == "Béla"


def test_who_is_deactivated_is_refused_at_once(serving: Serving) -> None:
    people = serving.people
    with Browser(serving, people.asha) as asha, Browser(serving, people.bela) as bela:
        _look_at_oneself(bela)
        assert_ok(asha.post(f"{API}/users/{people.bela.id}/deactivate"))
        assert_refused(bela.get(f"{API}/session"), NotSignedIn)


def _look_at_oneself(browser: Browser) -> dict[str, Any]:
    user: dict[str, Any] = assert_ok(browser.get(f"{API}/session"))["user"]
    return user
