"""Sockets that are sent anything at all: every frame is answered once, and nothing happens that nobody asked for."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from websockets.exceptions import ConnectionClosed

from deskchat.domain import messages, rooms, users
from deskchat.domain.ids import new_id
from deskchat.domain.messages import Message
from deskchat.domain.ports import Transaction
from deskchat.domain.users import User
from deskchat.realtime.frames import LARGEST_FRAME, CommandRefused, Frame, Ok
from tests.contract.frames import Payload, commands, mutated, nonsense, put_in
from tests.serving import ENOUGH, Serving, running_server
from tests.socket.tab import Tab, open_tab

THOUSAND = 1_000

NOT_TEXT = "Invalid UTF-8 sequence received from client."


@pytest.fixture(scope="module")
def serving() -> Iterator[Serving]:
    """Whose log says of no error but this one, which its clients made."""
    with running_server() as serving:
        serving.expects_errors = True
        yield serving
    lines = map(json.loads, serving.log.getvalue().splitlines())
    assert {line["event"] for line in lines if line["level"] == "error"} <= {NOT_TEXT}


@dataclass(frozen=True)
class Newcomer:
    """Somebody who has sent nothing yet, and a room for the two of them, Asha and the newcomer."""

    user: User
    room: int

    def messages(self, tx: Transaction) -> list[Message]:
        return messages.get_page(tx, self.user.id, self.room, limit=100).messages


def arrive(tx: Transaction, asha: int) -> Newcomer:
    user = users.add(tx, f"{new_id()}@example.com", "Farah Haddad", "member", "!")
    return Newcomer(user, rooms.open_direct(tx, user.id, asha))


async def let_in(serving: Serving) -> Newcomer:
    return await asyncio.to_thread(serving.do, partial(arrive, asha=serving.people.asha.id))


async def is_healthy(serving: Serving) -> bool:
    async with httpx.AsyncClient(base_url=serving.url, trust_env=False, verify=False) as watcher:
        return (await watcher.get("/readyz")).status_code == 200


def fuzzed(examples: int) -> settings:
    slow = [HealthCheck.too_slow, HealthCheck.data_too_large]
    return settings(
        max_examples=examples, derandomize=True, database=None, deadline=None, suppress_health_check=slow
    )


@dataclass(frozen=True)
class Sent:
    """`ref`: of a command as a client sends it, which none of the nonsense has; its reply carries it."""

    payload: Payload
    ref: int | None


FIRST_REF = 2**40


def number(frames: Iterable[Payload | dict[str, Any]], room: int) -> list[Sent]:
    return [
        Sent(put_in(room, json.dumps({**frame, "ref": ref})), ref)
        if isinstance(frame, dict)
        else Sent(put_in(room, frame), None)
        for ref, frame in enumerate(frames, start=FIRST_REF)
    ]


async def converse(tab: Tab, sent: list[Sent]) -> list[Ok | CommandRefused]:
    """The replies: as many as frames were sent, to each command one, and none after."""
    sending = asyncio.create_task(send_all(tab, sent))
    replies = [await tab.see_where(is_a_reply) for _ in sent]
    await sending
    seen = len(tab.seen)
    await tab.ping()
    assert len([frame for frame in tab.seen[seen:] if is_a_reply(frame)]) == 1
    answered = Counter(reply.ref for reply in replies if isinstance(reply, Ok | CommandRefused))
    assert [answered[one.ref] for one in sent if one.ref] == [1 for one in sent if one.ref]
    return [reply for reply in replies if isinstance(reply, Ok | CommandRefused)]


async def send_all(tab: Tab, sent: list[Sent]) -> None:
    for one in sent:
        await tab.connection.send(one.payload)


def is_a_reply(frame: Frame) -> bool:
    return isinstance(frame, Ok | CommandRefused)


async def check_kept(
    serving: Serving, newcomer: Newcomer, sent: list[Sent], replies: list[Ok | CommandRefused]
) -> None:
    """What is there was asked for, and said to be there; and the other way round."""
    kept = await asyncio.to_thread(serving.do, newcomer.messages)
    posted = {reply.number for reply in replies if isinstance(reply, Ok) and reply.number}
    assert {message.number for message in kept} == posted
    asked = [command for one in sent if isinstance(command := parse(one.payload), dict)]
    texts = {str(command.get("text")).strip() for command in asked}
    assert {message.text for message in kept if not message.deleted} <= texts
    assert {message.key for message in kept} <= {command.get("key") for command in asked}
    assert await is_healthy(serving)


def parse(payload: Payload) -> Any:
    with suppress(ValueError, RecursionError):
        return json.loads(payload)
    return None


# What is understood is carried out, and of what is not it is said so


@fuzzed(100)
@given(frames=st.lists(st.one_of(commands(), nonsense()), min_size=1, max_size=20))
@example(frames=[b'{"do":"delet\xe9","ref":1}', b'{"do":"ping","ref":2,"mor\xe9":0}'])
async def test_every_frame_is_answered_once_and_nothing_else_happens(
    serving: Serving, frames: list[Any]
) -> None:
    newcomer = await let_in(serving)
    sent = number(frames, newcomer.room)
    async with open_tab(serving, newcomer.user) as tab:
        replies = await converse(tab, sent)
    await check_kept(serving, newcomer, sent, replies)


@fuzzed(4)
@given(frames=st.lists(st.one_of(commands(), mutated()), min_size=20, max_size=20))
async def test_a_thousand_frames_at_once_are_each_answered_once(serving: Serving, frames: list[Any]) -> None:
    newcomer = await let_in(serving)
    sent = number(frames * (THOUSAND // len(frames)), newcomer.room)
    async with open_tab(serving, newcomer.user) as tab:
        replies = await converse(tab, sent)
    await check_kept(serving, newcomer, sent, replies)


# Who breaks the rules of WebSockets themselves is put out, and nobody else notices

HUNG_UP = 1006
"""The word of why is lost when the server hangs up on what was still on its way."""


async def check_put_out(serving: Serving, newcomer: Newcomer) -> None:
    hub = serving.parts.services.hub
    async with asyncio.timeout(ENOUGH):
        while await asyncio.to_thread(serving.call, lambda: hub.count_listeners(newcomer.user.id)):
            pass
    await check_kept(serving, newcomer, [], [])


@fuzzed(12)
@given(more=st.integers(1, 2 * LARGEST_FRAME), pieces=st.integers(1, 5))
async def test_a_frame_that_is_too_large_ends_the_connection(
    serving: Serving, more: int, pieces: int
) -> None:
    newcomer = await let_in(serving)
    piece = " " * ((LARGEST_FRAME + more) // pieces + 1)
    async with open_tab(serving, newcomer.user) as tab:
        with suppress(ConnectionClosed):
            await tab.connection.send([piece] * pieces if pieces > 1 else piece)
        assert await tab.wait_closed() in (1009, HUNG_UP)
    await check_put_out(serving, newcomer)


@fuzzed(12)
@given(start=st.binary(max_size=50), wrong=st.sampled_from([b"\xff", b"\xc0\x80", b"\xed\xa0\x80"]))
async def test_text_that_is_none_ends_the_connection(serving: Serving, start: bytes, wrong: bytes) -> None:
    newcomer = await let_in(serving)
    async with open_tab(serving, newcomer.user) as tab:
        await tab.connection.send(start + wrong + b"}", text=True)
        assert await tab.wait_closed() == 1007
    await check_put_out(serving, newcomer)


@fuzzed(40)
@given(garbage=st.binary(min_size=1, max_size=300))
async def test_bytes_that_are_no_frames_end_the_connection(serving: Serving, garbage: bytes) -> None:
    newcomer = await let_in(serving)
    async with open_tab(serving, newcomer.user) as tab:
        tab.connection.transport.write(garbage)
        tab.connection.transport.write_eof()
        assert await tab.wait_closed() in (1002, 1007, 1009, HUNG_UP)
    await check_put_out(serving, newcomer)
