"""Connections by polling: the same session, whose frames are numbered and kept until the client has them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable

import pytest

from deskchat.domain import sessions
from deskchat.domain.errors import ConnectionGone, SlowDown
from deskchat.domain.messages import MessagePosted
from deskchat.domain.sessions import SignedIn
from deskchat.realtime.connections import LONGEST_SILENCE, MOST_WAITING, Connection, Connections, Numbered
from deskchat.realtime.frames import Frame, Ok, Ping, Post
from deskchat.realtime.outlet import Batch
from deskchat.realtime.session import MOST_OF_USER
from deskchat.realtime.watch import end_all
from tests.realtime.stage import Stage, decode, settle


@pytest.fixture
def connections(stage: Stage) -> Connections:
    return Connections(stage.services)


async def open_one(stage: Stage, connections: Connections, signed_in: SignedIn) -> tuple[str, Connection]:
    """One whose first frames are fetched."""
    id_ = await stage.finish(connections.open(signed_in))
    connection = connections.get(id_, signed_in.session)
    assert [type_of(frame) for frame in await connection.mailbox.poll(0)] == ["hello", "rooms"]
    return id_, connection


def type_of(numbered: Numbered) -> str:
    return str(type(frame_of(numbered)).__struct_config__.tag)


def frame_of(numbered: Numbered) -> Frame:
    frame: Frame = decode(numbered[1])
    return frame


async def wait_for(poll: Awaitable[list[Numbered]]) -> asyncio.Future[list[Numbered]]:
    waiting = asyncio.ensure_future(poll)
    await settle()
    return waiting


async def test_frames_come_again_until_they_are_acknowledged(stage: Stage, connections: Connections) -> None:
    _, (_, mailbox) = await open_one(stage, connections, await stage.sign_in(stage.cast.bela))
    assert [number for number, _ in await mailbox.poll(0)] == [1, 2]
    assert [number for number, _ in await mailbox.poll(1)] == [2]
    await stage.post(stage.cast.asha, stage.cast.direct, "Hello")
    [(number, frame)] = await mailbox.poll(2)
    assert number == 3
    assert isinstance(decode(frame), MessagePosted)


async def test_a_poll_waits_for_the_next_frame(stage: Stage, connections: Connections) -> None:
    _, (_, mailbox) = await open_one(stage, connections, await stage.sign_in(stage.cast.bela))
    poll = await wait_for(mailbox.poll(2))
    assert not poll.done()
    await stage.post(stage.cast.asha, stage.cast.direct, "Hello")
    assert [type_of(frame) for frame in await poll] == ["message.posted"]


async def test_a_second_poll_ends_the_first(stage: Stage, connections: Connections) -> None:
    _, (_, mailbox) = await open_one(stage, connections, await stage.sign_in(stage.cast.bela))
    first = await wait_for(mailbox.poll(2))
    second = await wait_for(mailbox.poll(2))
    assert await first == []
    await stage.post(stage.cast.asha, stage.cast.direct, "Hello")
    assert [type_of(frame) for frame in await second] == ["message.posted"]


async def test_commands_are_carried_out_and_answered_by_a_frame(
    stage: Stage, connections: Connections
) -> None:
    _, (session, mailbox) = await open_one(stage, connections, await stage.sign_in(stage.cast.bela))
    await session.submit(Post(7, stage.cast.direct, "k", "Hello"))
    await session.submit(Ping(8))
    await stage.run()
    frames = [frame_of(numbered) for numbered in await mailbox.poll(2)]
    assert [frame for frame in frames if isinstance(frame, Ok)] == [Ok(8), Ok(7, number=1, seq=3)]


async def test_only_the_device_that_opened_it_can_use_it(stage: Stage, connections: Connections) -> None:
    phone, laptop = [await stage.sign_in(stage.cast.bela) for _ in range(2)]
    mallory = await stage.sign_in(stage.cast.mallory)
    id_, _ = await open_one(stage, connections, phone)
    for other in (laptop, mallory):
        with pytest.raises(ConnectionGone):
            connections.get(id_, other.session)
        with pytest.raises(ConnectionGone):
            connections.close(id_, other.session)
    with pytest.raises(ConnectionGone):
        connections.get("no such connection", phone.session)


async def test_a_closed_one_is_gone(stage: Stage, connections: Connections) -> None:
    bela = await stage.sign_in(stage.cast.bela)
    id_, (_, mailbox) = await open_one(stage, connections, bela)
    poll = await wait_for(mailbox.poll(2))
    connections.close(id_, bela.session)
    with pytest.raises(ConnectionGone):
        await poll
    with pytest.raises(ConnectionGone):
        connections.get(id_, bela.session)
    assert stage.hub.count_listeners(stage.cast.bela.id) == 0


async def test_signing_out_ends_it_and_answers_the_poll(stage: Stage, connections: Connections) -> None:
    bela = await stage.sign_in(stage.cast.bela)
    _, (_, mailbox) = await open_one(stage, connections, bela)
    poll = await wait_for(mailbox.poll(2))
    await stage.do(lambda tx: sessions.end(tx, bela.user.id, bela.session))
    with pytest.raises(ConnectionGone):
        await poll


async def test_when_the_server_stops_polls_are_answered(stage: Stage, connections: Connections) -> None:
    _, (_, mailbox) = await open_one(stage, connections, await stage.sign_in(stage.cast.bela))
    poll = await wait_for(mailbox.poll(2))
    end_all(stage.hub)
    with pytest.raises(ConnectionGone):
        await poll


async def test_one_that_nobody_polls_is_dropped_and_one_that_waits_is_not(
    stage: Stage, connections: Connections
) -> None:
    bela, chidi = await stage.sign_in(stage.cast.bela), await stage.sign_in(stage.cast.chidi)
    forgotten, _ = await open_one(stage, connections, bela)
    waiting, (_, mailbox) = await open_one(stage, connections, chidi)
    poll = await wait_for(mailbox.poll(2))
    stage.clock.now += LONGEST_SILENCE
    connections.drop_abandoned()
    assert connections.get(forgotten, bela.session)
    stage.clock.now += 1
    connections.drop_abandoned()
    with pytest.raises(ConnectionGone):
        connections.get(forgotten, bela.session)
    assert connections.get(waiting, chidi.session)
    assert stage.hub.count_listeners(stage.cast.bela.id) == 0
    poll.cancel()


async def test_one_that_is_polled_again_and_again_is_kept(stage: Stage, connections: Connections) -> None:
    bela = await stage.sign_in(stage.cast.bela)
    id_, (_, mailbox) = await open_one(stage, connections, bela)
    for _ in range(5):
        stage.clock.now += LONGEST_SILENCE
        await mailbox.poll(0)
        connections.drop_abandoned()
    assert connections.get(id_, bela.session)


async def test_who_does_not_fetch_falls_behind_and_is_told_so(stage: Stage, connections: Connections) -> None:
    _, (_, mailbox) = await open_one(stage, connections, await stage.sign_in(stage.cast.bela))
    long = "x" * 9_000
    for number in range(2 * MOST_WAITING // len(long) + 4):
        await stage.post(stage.cast.asha, stage.cast.direct, f"{number} {long}")
    waiting = await mailbox.poll(2)
    assert sum(len(frame) for _, frame in waiting) < MOST_WAITING + 2 * len(long)
    poll = await wait_for(mailbox.poll(waiting[-1][0]))
    await stage.run()
    assert [type_of(frame) for frame in await poll] == ["behind", "rooms"]


async def test_a_poll_that_is_given_up_loses_nothing(stage: Stage, connections: Connections) -> None:
    _, (_, mailbox) = await open_one(stage, connections, await stage.sign_in(stage.cast.bela))
    poll = await wait_for(mailbox.poll(2))
    await stage.post_meanwhile(stage.cast.asha, stage.cast.direct, "Hello")
    poll.cancel()
    await settle()
    assert [type_of(frame) for frame in await mailbox.poll(2)] == ["message.posted"]


async def test_a_user_has_only_so_many(stage: Stage, connections: Connections) -> None:
    bela = await stage.sign_in(stage.cast.bela)
    for _ in range(MOST_OF_USER):
        await stage.finish(connections.open(bela))
    with pytest.raises(SlowDown):
        await connections.open(bela)


async def test_nothing_is_kept_for_one_that_has_ended(stage: Stage, connections: Connections) -> None:
    _, (session, mailbox) = await open_one(stage, connections, await stage.sign_in(stage.cast.bela))
    session.end()
    mailbox.write(Batch([b"late"]))
    with pytest.raises(ConnectionGone):
        await mailbox.poll(0)
