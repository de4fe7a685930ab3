"""One who does not read, among twenty who do: nobody waits, nothing piles up, and in the end everybody has everything."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from functools import partial
from typing import Any

import pytest

from deskchat.domain import messages, users
from deskchat.domain.messages import Message, MessagePosted
from deskchat.domain.news import ToRoom
from deskchat.domain.users import User
from deskchat.realtime.frames import Resume
from deskchat.realtime.held import MOST_HELD
from deskchat.realtime.outlet import Close
from tests.serving import Serving, running_server
from tests.socket.tab import Tab, open_tab, type_of

SMALL = 16 * 1024
HIGH_WATER = 64 * 1024
"""Bytes that a transport buffers before it says that it is full."""
TEXT = "x" * 9_000
COUNT = 100
"""Messages: three times what the buffers and the session hold together."""


@pytest.fixture
def serving() -> Iterator[Serving]:
    with running_server(send_buffer=SMALL) as serving:
        yield serving


@pytest.fixture
async def stack() -> AsyncIterator[AsyncExitStack]:
    async with AsyncExitStack() as stack:
        yield stack


def readers(serving: Serving) -> list[User]:
    people = serving.people
    return [people.bela, people.chidi, people.dana, people.emre] * 5


def sessions_of(serving: Serving, user: User) -> list[Any]:
    return [one for one in serving.parts.services.hub.listeners() if one.user == user.id]


def lines(serving: Serving, user: User) -> list[Any]:
    """The server's ends of a user's sockets."""
    return [session._outlet._protocol for session in sessions_of(serving, user)]


def waiting_for(serving: Serving, user: User) -> int:
    """Bytes that the server keeps for somebody's connections."""

    def count() -> int:
        buffered: int = sum(line.transport.get_write_buffer_size() for line in lines(serving, user))
        held = [session._held for session in sessions_of(serving, user) if session._held]
        return buffered + sum(len(frame) for one in held for frame in one.frames)

    return serving.call(count)


async def test_one_stalled_reader_among_twenty(serving: Serving, stack: AsyncExitStack) -> None:
    people = serving.people
    tabs = [await stack.enter_async_context(open_tab(serving, user)) for user in readers(serving)]
    stalled = await stack.enter_async_context(open_tab(serving, people.asha, receive_buffer=SMALL))
    for number in range(COUNT):
        await asyncio.to_thread(post, serving, f"{number} {TEXT}")
        assert waiting_for(serving, people.asha) <= HIGH_WATER + MOST_HELD + 2 * len(TEXT)
    for tab in tabs:
        await tab.see_text(f"{COUNT - 1} {TEXT}")
        assert tab.texts == [f"{number} {TEXT}" for number in range(COUNT)]
    assert await catch_up(stalled, people.group) == [f"{number} {TEXT}" for number in range(COUNT)]
    assert "behind" in map(type_of, stalled.seen)


async def catch_up(tab: Tab, room: int) -> list[str]:
    """Reads what is left, resumes as a client does after `behind`, and gives the messages in the order of their seq."""
    await tab.see("behind")
    await tab.see("rooms")
    seen: Any = [frame for frame in tab.seen if type_of(frame) == "message.posted"]
    have = max(frame.seq for frame in seen)
    await tab.ask(lambda ref: Resume(ref, {room: have}))
    await tab.see("caught-up")
    posted: Any = [frame for frame in tab.seen if type_of(frame) == "message.posted"]
    texts = {frame.seq: frame.message.text for frame in posted}
    assert len(texts) == len(posted)
    return [texts[seq] for seq in sorted(texts)]


async def test_a_stalled_reader_is_signed_out_at_once(serving: Serving, stack: AsyncExitStack) -> None:
    people = serving.people
    stalled = await stack.enter_async_context(open_tab(serving, people.bela, receive_buffer=SMALL))
    reading = await stack.enter_async_context(open_tab(serving, people.bela))
    await fill(serving, people.bela)
    deactivate = partial(users.deactivate_as_operator, user=people.bela.id)
    await asyncio.to_thread(serving.do, deactivate)
    assert await stalled.wait_closed() == 1006
    assert await reading.wait_closed() == Close.SIGNED_OUT


async def test_the_server_stops_although_somebody_does_not_read(
    serving: Serving, stack: AsyncExitStack
) -> None:
    people = serving.people
    stalled = await stack.enter_async_context(open_tab(serving, people.bela, receive_buffer=SMALL))
    reading = await stack.enter_async_context(open_tab(serving, people.chidi))
    await fill(serving, people.bela)
    serving.stop()
    assert await reading.wait_closed() == Close.RESTARTING
    assert await stalled.wait_closed() == 1006
    await asyncio.to_thread(serving.wait_until_stopped)
    assert "graceful shutdown exceeded" not in serving.log.getvalue()


async def test_one_that_vanishes_costs_the_others_nothing(serving: Serving, stack: AsyncExitStack) -> None:
    people = serving.people
    gone = await stack.enter_async_context(open_tab(serving, people.bela))
    there = await stack.enter_async_context(open_tab(serving, people.chidi))

    hub = serving.parts.services.hub

    def publish_and_cut() -> None:
        """In one turn of the loop: the flush comes in the next."""
        hub.publish(
            [ToRoom(MessagePosted(people.group, 6, 1, Message(1, people.dana.id, "k", "a last word", 1, 6)))]
        )
        for line in lines(serving, people.bela):
            line.transport.abort()

    await asyncio.to_thread(serving.call, publish_and_cut)
    await asyncio.to_thread(post, serving, "the sentinel")
    await there.see_text("the sentinel")
    assert there.texts == ["a last word", "the sentinel"]
    assert await gone.wait_closed() == 1006
    assert gone.texts == []


async def fill(serving: Serving, user: User) -> None:
    """Until the connection of somebody who does not read takes no more."""
    number = 0
    while waiting_for(serving, user) < HIGH_WATER:
        number += 1
        await asyncio.to_thread(post, serving, f"{number} {TEXT}")


def post(serving: Serving, text: str) -> None:
    dana, group = serving.people.dana.id, serving.people.group
    serving.do(partial(messages.post, by=dana, room=group, key=text[:64], text=text))
