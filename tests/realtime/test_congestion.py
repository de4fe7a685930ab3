"""A connection that takes nothing for a while: it gets everything later, or is told that it missed something."""

from __future__ import annotations

import asyncio

from deskchat.domain.events import LARGEST_REPLAY
from deskchat.domain.messages import MessagePosted
from deskchat.domain.rooms import Rooms
from deskchat.realtime.frames import Behind, Ok, Ping, Post, Resume
from deskchat.realtime.held import MOST_HELD
from deskchat.realtime.outlet import Batch
from tests.realtime.stage import Line, Stage, settle

LONG = "x" * 9_000
TOO_MANY = MOST_HELD // len(LONG) + 1


async def flood(stage: Stage, count: int = TOO_MANY) -> None:
    for number in range(count):
        await stage.post(stage.cast.asha, stage.cast.group, f"{number} {LONG}")


def numbers(line: Line) -> list[int]:
    return [frame.message.number for frame in line.frames if isinstance(frame, MessagePosted)]


async def test_what_fits_waits_and_arrives_in_order(stage: Stage) -> None:
    _, line = await stage.connect(stage.cast.bela)
    line.fill_up()
    await stage.post(stage.cast.asha, stage.cast.group, "one")
    await stage.post(stage.cast.asha, stage.cast.group, "two")
    assert line.frames == []
    line.drain()
    await stage.post(stage.cast.asha, stage.cast.group, "three")
    assert line.types == ["message.posted"] * 3
    assert numbers(line) == [1, 2, 3]


async def test_who_missed_frames_is_told_so_and_shown_the_rooms_anew(stage: Stage) -> None:
    _, line = await stage.connect(stage.cast.bela)
    line.fill_up()
    await flood(stage)
    line.drain()
    await stage.run()
    behind, listed = line.take()
    assert behind == Behind()
    assert isinstance(listed, Rooms)
    assert {room.id: room.last_number for room in listed.rooms}[stage.cast.group] == TOO_MANY
    await stage.post(stage.cast.asha, stage.cast.group, "live again")
    assert numbers(line) == [TOO_MANY + 1]


async def test_what_happens_while_the_rooms_are_read_anew_comes_after_them(stage: Stage) -> None:
    _, line = await stage.connect(stage.cast.bela)
    line.fill_up()
    await flood(stage)
    line.drain()
    await settle()
    stage.look()
    await stage.post_meanwhile(stage.cast.asha, stage.cast.group, "meanwhile")
    await stage.answer()
    assert line.types == ["behind", "rooms", "message.posted"]


async def test_nobody_else_waits_for_who_does_not_read(stage: Stage) -> None:
    _, stalled = await stage.connect(stage.cast.bela)
    _, chidi = await stage.connect(stage.cast.chidi)
    stalled.fill_up()
    await flood(stage)
    assert numbers(chidi) == [*range(1, TOO_MANY + 1)]


async def test_what_is_kept_for_who_does_not_read_is_bounded(stage: Stage) -> None:
    session, line = await stage.connect(stage.cast.bela)
    line.fill_up()
    await flood(stage)
    held = session._held
    assert held
    assert held.frames == []


async def test_a_list_of_rooms_larger_than_the_connection_takes_does_not_go_round_in_circles(
    stage: Stage,
) -> None:
    _, line = await stage.start_connecting(stage.cast.bela)
    write = line.write

    def fill_up(batch: Batch) -> None:
        write(batch)
        line.fill_up()

    line.write = fill_up  # type: ignore[method-assign]
    await stage.run()
    line.write = write  # type: ignore[method-assign]
    await stage.post(stage.cast.asha, stage.cast.group, "meanwhile")
    assert line.types == ["hello", "rooms"]
    line.drain()
    await stage.run()
    assert line.types == ["hello", "rooms", "message.posted"]


async def test_a_reply_waits_for_the_connection_and_is_not_lost(stage: Stage) -> None:
    session, line = await stage.connect(stage.cast.bela)
    await stage.say(session, Post(7, stage.cast.group, "k", "kept"))
    line.fill_up()
    await stage.run()
    await flood(stage)
    assert line.frames == []
    line.drain()
    await stage.run()
    assert [frame for frame in line.frames if isinstance(frame, Ok)] == [Ok(7, number=1, seq=6)]
    assert line.types == ["ok", "behind", "rooms"]


async def test_who_does_not_read_is_not_listened_to(stage: Stage) -> None:
    session, line = await stage.connect(stage.cast.bela)
    line.fill_up()
    listening = asyncio.create_task(session.submit(Ping(1)))
    await settle()
    assert not listening.done()
    line.drain()
    await listening


async def test_a_replay_writes_no_page_while_the_connection_is_full(stage: Stage) -> None:
    await flood(stage, count=3)
    session, line = await stage.connect(stage.cast.bela)
    line.fill_up()
    await stage.say(session, Resume(1, {stage.cast.group: 5}))
    await stage.run()
    assert line.types == ["ok"]
    line.drain()
    await stage.run()
    assert numbers(line) == [1, 2, 3]
    assert line.types[-1] == "caught-up"


async def test_a_replay_ends_when_frames_were_missed_for_the_client_resumes_anew(stage: Stage) -> None:
    await stage.post(stage.cast.asha, stage.cast.group, "before")
    session, line = await stage.connect(stage.cast.bela)
    line.fill_up()
    await stage.say(session, Resume(1, {stage.cast.group: 5}))
    await flood(stage)
    line.drain()
    await stage.run()
    assert line.types == ["ok", "behind", "rooms"]
    line.take()
    await stage.say(session, Resume(2, {stage.cast.group: 5}))
    await stage.run()
    assert line.types == ["ok", *["message.posted"] * (TOO_MANY + 1), "caught-up"]


async def test_a_room_whose_replay_ended_so_is_live_before_the_rooms_are_read_anew(stage: Stage) -> None:
    for number in range(LARGEST_REPLAY + 1):
        await stage.post(stage.cast.asha, stage.cast.direct, f"{number}")
    session, line = await stage.connect(stage.cast.bela)
    await stage.say(session, Resume(1, {stage.cast.direct: 2}))
    stage.look()
    await stage.answer()
    line.fill_up()
    for number in range(TOO_MANY):
        await stage.post_meanwhile(stage.cast.asha, stage.cast.group, f"{number} {LONG}")
    stage.store.questions.clear()
    line.drain()
    line.take()
    await settle()
    stage.look()
    await stage.post_meanwhile(stage.cast.asha, stage.cast.direct, "meanwhile")
    await stage.answer()
    assert line.types == ["behind", "rooms", "message.posted"]


async def test_one_that_never_reads_again_leaves_nothing_behind(stage: Stage) -> None:
    session, line = await stage.connect(stage.cast.bela)
    line.fill_up()
    await stage.say(session, Post(7, stage.cast.group, "k", "kept"), Resume(8, {stage.cast.group: 1}))
    await stage.run()
    session.end()
    line.drain()
    await stage.run()
    assert stage.hub.count_listeners(session.user) == 0
    assert not session._tasks
