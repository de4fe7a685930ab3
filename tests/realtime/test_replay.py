"""Catching up: everything missed, in order, and not one event lost where the replay meets what is live."""

from __future__ import annotations

from functools import partial

from deskchat.domain import messages, rooms
from deskchat.domain.events import KEPT_FOR, LARGEST_REPLAY
from deskchat.domain.messages import MessageDeleted, MessageEdited, MessagePosted
from deskchat.realtime.frames import CaughtUp, Ok, Reset, Resume
from tests.realtime.stage import Line, Stage

JOINED = 5
"""The group's seq when nothing has been said in it: five have joined."""


def seqs(line: Line) -> list[int]:
    return [
        frame.seq
        for frame in line.frames
        if isinstance(frame, MessagePosted | MessageEdited | MessageDeleted)
    ]


async def say_many(stage: Stage, count: int, since: int = 0) -> None:
    for number in range(since, since + count):
        await stage.post_meanwhile(stage.cast.asha, stage.cast.group, f"message {number}")


async def test_everything_missed_arrives_in_order_and_then_the_end_is_told(stage: Stage) -> None:
    await say_many(stage, 3)
    session, line = await stage.connect(stage.cast.bela)
    await stage.say(session, Resume(1, {stage.cast.group: JOINED + 1}))
    await stage.run()
    assert seqs(line) == [JOINED + 2, JOINED + 3]
    assert line.types == ["ok", "message.posted", "message.posted", "caught-up"]


async def test_who_has_everything_is_told_so(stage: Stage) -> None:
    session, line = await stage.connect(stage.cast.bela)
    await stage.say(session, Resume(1, {stage.cast.group: JOINED}))
    await stage.run()
    assert line.frames == [Ok(1), CaughtUp()]


async def test_resuming_nothing_is_answered_too(stage: Stage) -> None:
    session, line = await stage.connect(stage.cast.bela)
    await stage.say(session, Resume(1, {}))
    await stage.run()
    assert line.frames == [Ok(1), CaughtUp()]


async def test_a_long_replay_comes_in_pages_and_meets_what_is_live_without_a_hole(stage: Stage) -> None:
    await say_many(stage, LARGEST_REPLAY + 1)
    session, line = await stage.connect(stage.cast.bela)
    await stage.say(session, Resume(1, {stage.cast.group: JOINED}))
    stage.look()
    await stage.answer()
    await say_many(stage, 1, since=500)
    assert seqs(line) == [*range(JOINED + 1, JOINED + 1 + LARGEST_REPLAY)]
    stage.look()
    await say_many(stage, 1, since=501)
    await stage.answer()
    await stage.run()
    await say_many(stage, 1, since=502)
    assert sorted(set(seqs(line))) == [*range(JOINED + 1, JOINED + LARGEST_REPLAY + 5)]
    assert line.types.count("caught-up") == 1


async def test_an_event_between_the_last_page_and_going_live_is_not_lost(stage: Stage) -> None:
    await say_many(stage, LARGEST_REPLAY + 1)
    session, line = await stage.connect(stage.cast.bela)
    await stage.say(session, Resume(1, {stage.cast.group: JOINED}))
    stage.look()
    await stage.answer()
    stage.look()
    await say_many(stage, 1, since=500)
    await stage.answer()
    last = JOINED + LARGEST_REPLAY + 2
    assert last not in seqs(line)
    await stage.run()
    assert seqs(line)[-1] == last


async def test_other_rooms_go_on_while_one_is_replayed(stage: Stage) -> None:
    await say_many(stage, LARGEST_REPLAY + 1)
    session, line = await stage.connect(stage.cast.bela)
    await stage.say(session, Resume(1, {stage.cast.group: JOINED}))
    await stage.post_meanwhile(stage.cast.asha, stage.cast.direct, "now")
    assert [frame.message.text for frame in line.frames if isinstance(frame, MessagePosted)] == ["now"]


async def test_two_requests_are_one_replay_with_one_end(stage: Stage) -> None:
    await say_many(stage, 1)
    await stage.post(stage.cast.asha, stage.cast.direct, "hello")
    session, line = await stage.connect(stage.cast.bela)
    await stage.say(session, Resume(1, {stage.cast.group: JOINED}), Resume(2, {stage.cast.direct: 2}))
    await stage.run()
    assert line.types == ["ok", "ok", "message.posted", "message.posted", "caught-up"]


async def test_one_removed_while_the_replay_is_read_gets_none_of_it(stage: Stage) -> None:
    await say_many(stage, 3)
    session, line = await stage.connect(stage.cast.bela)
    await stage.say(session, Resume(1, {stage.cast.group: JOINED}))
    stage.look()
    leave = partial(
        rooms.remove_member, by=stage.cast.asha.id, room=stage.cast.group, user=stage.cast.bela.id
    )
    await stage.do_meanwhile(leave)
    await stage.answer()
    await stage.run()
    assert line.types == ["ok", "room.gone", "caught-up"]


async def test_one_removed_before_the_replay_is_read_gets_none_of_it(stage: Stage) -> None:
    await say_many(stage, 3)
    session, line = await stage.connect(stage.cast.bela)
    await stage.say(session, Resume(1, {stage.cast.group: JOINED}))
    leave = partial(
        rooms.remove_member, by=stage.cast.asha.id, room=stage.cast.group, user=stage.cast.bela.id
    )
    await stage.commit_only(leave)
    stage.look()
    await stage.answer()
    await stage.publish()
    await stage.run()
    assert line.types == ["ok", "caught-up", "room.gone"]


async def test_rooms_of_others_and_rooms_that_are_not_there_look_the_same(stage: Stage) -> None:
    session, line = await stage.connect(stage.cast.mallory)
    await stage.say(session, Resume(1, {stage.cast.group: 0}))
    await stage.run()
    foreign = line.take()
    await stage.say(session, Resume(1, {987_654_321: 0}))
    await stage.run()
    assert line.take() == foreign == [Ok(1), CaughtUp()]


async def test_a_seq_of_the_future_is_reset(stage: Stage) -> None:
    session, line = await stage.connect(stage.cast.bela)
    await stage.say(session, Resume(1, {stage.cast.group: 2**53 - 1}))
    await stage.run()
    assert line.frames == [Ok(1), Reset(stage.cast.group, JOINED), CaughtUp()]


async def test_who_was_away_too_long_starts_the_room_afresh_and_is_live(stage: Stage) -> None:
    await say_many(stage, 5)
    await stage.do(lambda tx: tx.events.remove_old(before=tx.now + KEPT_FOR, keep=2, limit=500))
    session, line = await stage.connect(stage.cast.bela)
    await stage.say(session, Resume(1, {stage.cast.group: JOINED + 1}))
    await stage.run()
    assert line.take() == [Ok(1), Reset(stage.cast.group, JOINED + 5), CaughtUp()]
    await say_many(stage, 1, since=10)
    assert seqs(line) == [JOINED + 6]


async def test_what_was_deleted_does_not_come_back(stage: Stage) -> None:
    posted = await stage.post(stage.cast.asha, stage.cast.group, "a slip of the tongue")
    await stage.do(
        partial(messages.delete, by=stage.cast.asha.id, room=stage.cast.group, number=posted.number)
    )
    session, line = await stage.connect(stage.cast.bela)
    await stage.say(session, Resume(1, {stage.cast.group: JOINED}))
    await stage.run()
    assert line.types == ["ok", "message.posted", "message.deleted", "caught-up"]
    assert {frame.message.text for frame in line.frames if isinstance(frame, MessagePosted)} == {""}


async def test_one_that_vanishes_during_a_replay_leaves_nothing_behind(stage: Stage) -> None:
    await say_many(stage, 3)
    session, line = await stage.connect(stage.cast.bela)
    await stage.say(session, Resume(1, {stage.cast.group: JOINED}))
    stage.look()
    session.end()
    await stage.answer()
    assert line.frames == [Ok(1)]
    assert not session._tasks
    assert stage.hub.count_listeners(session.user) == 0


async def test_one_that_breaks_at_a_write_of_its_replay_leaves_nothing_behind(stage: Stage) -> None:
    await say_many(stage, LARGEST_REPLAY + 1)
    session, line = await stage.connect(stage.cast.bela)
    await stage.say(session, Resume(1, {stage.cast.group: JOINED}))
    stage.look()
    await stage.answer()
    line.write = lambda batch: session.end()  # type: ignore[method-assign]
    await stage.run()
    assert stage.hub.count_listeners(session.user) == 0
    assert not any(session in topic.listeners for topic in stage.hub._rooms.values())
