"""Who is not in a room hears nothing of it: what they may hear is said afterwards, arrives, and nothing else does."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from deskchat.domain import messages, sessions, users
from deskchat.domain.ports import Transaction
from deskchat.domain.rooms import RoomGone
from deskchat.domain.sessions import new_token
from deskchat.domain.users import ProfileChanged
from deskchat.realtime.frames import CaughtUp, Frame, Ok, Presences, Resume
from tests.permissions.cells import Browser, Line, answer_of
from tests.permissions.links import Link, PollRefused, connect
from tests.permissions.matrix import GONE, OUT, Who
from tests.permissions.office import Office, Person, everything_that_can_happen
from tests.serving import Serving
from tests.socket.tab import Tab, encode, text_of, type_of

SENTINEL = "The soup is ready"

links = pytest.mark.parametrize("link", Link)


@pytest.fixture
def office(unsettled_office: Office) -> Office:
    return unsettled_office


async def do(serving: Serving, office: Office, *, until: str | None = SENTINEL) -> None:
    """Everything that can happen in the rooms that are not for everybody, and then something for everybody."""
    for happening in everything_that_can_happen(office):
        await asyncio.to_thread(serving.do, happening)
    if until:
        await asyncio.to_thread(
            serving.do, lambda tx: messages.post(tx, office.bela.user.id, office.canteen, until, until)
        )


async def settle(serving: Serving, office: Office) -> None:
    await asyncio.to_thread(serving.do, office.settle)


async def hear_after(tab: Tab, count: int) -> list[Frame]:
    """All that came after the first `count` frames, up to the sentinel; but for who is here, of those in the canteen.

    And but for who is active, of whom everybody is told.
    """
    await tab.see_text(SENTINEL)
    return [frame for frame in tab.seen[count:] if not isinstance(frame, Presences | ProfileChanged)]


@links
async def test_a_member_hears_all_of_it(serving: Serving, office: Office, link: Link) -> None:
    """Else the silence of the others would prove nothing."""
    async with connect(serving, link, office.bela) as tab:
        await settle(serving, office)
        await do(serving, office)
        heard = await hear_after(tab, 2)
    assert {"The secret", "The changed secret", ""} <= {text_of(frame) for frame in heard}
    assert {type_of(frame) for frame in heard} >= {"member.left", "member.joined", "message.deleted", "room"}


@links
async def test_who_never_was_in_a_room_hears_nothing_of_it(
    serving: Serving, office: Office, link: Link
) -> None:
    async with connect(serving, link, office.mallory) as tab:
        await settle(serving, office)
        await do(serving, office)
        heard = await hear_after(tab, 2)
    assert [text_of(frame) for frame in heard] == [SENTINEL]


@links
async def test_who_was_in_a_room_hears_that_they_are_out_and_nothing_more(
    serving: Serving, office: Office, link: Link
) -> None:
    async with connect(serving, link, office.chidi) as tab:
        await settle(serving, office)
        await do(serving, office)
        gone, *heard = await hear_after(tab, 2)
    assert isinstance(gone, RoomGone)
    assert gone.room == office.room
    assert [text_of(frame) for frame in heard] == [SENTINEL]


@links
@pytest.mark.parametrize("who", [Who.NON_MEMBER, Who.FORMER])
async def test_who_connects_afterwards_is_shown_nothing_of_it_whatever_they_ask_for(
    serving: Serving, office: Office, link: Link, who: Who
) -> None:
    await settle(serving, office)
    await do(serving, office, until=None)
    async with connect(serving, link, office.person(who)) as tab:
        asked = await tab.ask(
            lambda ref: Resume(ref, {office.room: 0, office.hidden: 0, office.canteen: 10**6})
        )
        assert isinstance(asked, Ok)
        await tab.see_where(lambda frame: isinstance(frame, CaughtUp))
        shown = b"".join(encode(frame) for frame in tab.seen)
    for forbidden in (str(office.room), str(office.hidden), "Launch", "secret", "Between"):
        assert forbidden.encode() not in shown
    assert str(office.canteen).encode() in shown


@links
async def test_who_is_deactivated_hears_the_end_of_the_connection_and_nothing_before(
    serving: Serving, office: Office, link: Link
) -> None:
    """Nothing comes on a connection after its end: it is the sentinel."""
    async with connect(serving, link, office.emre) as tab:
        await settle(serving, office)
        await do(serving, office)
        assert await end_of(tab, link) == ("4401" if link is Link.SOCKET else OUT)
        assert [frame for frame in tab.seen[2:] if not isinstance(frame, Presences)] == []


@links
async def test_who_is_deactivated_in_the_very_moment_hears_nothing_of_what_is_said_with_it(
    serving: Serving, office: Office, link: Link
) -> None:
    """One commit: the news of both reach the fan-out together."""

    def deactivate_and_say(tx: Transaction) -> None:
        users.deactivate(tx, office.asha.user.id, office.emre.user.id)
        messages.post(tx, office.bela.user.id, office.room, "secret", "The secret")

    async with connect(serving, link, office.emre) as tab:
        hearing = asyncio.create_task(end_of(tab, link))
        await asyncio.to_thread(serving.do, deactivate_and_say)
        assert await hearing in ("4401", OUT, GONE)
        assert [frame for frame in tab.seen[2:] if not isinstance(frame, Presences)] == []


def test_who_is_let_in_again_begins_anew(serving: Serving, office: Office, browser: Browser) -> None:
    connection = browser.open_connection(office.emre)
    serving.do(office.settle)
    back = replace(office, emre=replace(office.emre, token=new_token()))
    serving.do(lambda tx: come_back(tx, back.emre))
    poll = Line("POST", f"/api/v1/connections/{connection}/poll", '{"ack": 0}')
    assert answer_of(browser.send(office, Who.DEACTIVATED, poll)) == OUT
    assert answer_of(browser.send(back, Who.DEACTIVATED, poll)) == GONE


def come_back(tx: Transaction, person: Person) -> None:
    users.reactivate_as_operator(tx, person.user.id)
    sessions.start(tx, person.user.id, person.token, "a browser")


async def end_of(tab: Tab, link: Link) -> str:
    """How the connection ends: the code of its close, or the refusal of a poll."""
    if link is Link.SOCKET:
        return str(await tab.wait_closed())
    with pytest.raises(PollRefused) as refused:
        await tab.see_where(lambda _: False)
    return str(refused.value)
