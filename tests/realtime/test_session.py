"""Opening a session: nothing that happens meanwhile is missed, and nobody slips in who has just been put out."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from deskchat.domain import rooms, sessions, users
from deskchat.domain.errors import Busy, SlowDown
from deskchat.domain.messages import MessagePosted
from deskchat.domain.ports import Transaction
from deskchat.domain.rooms import RoomChanged, RoomGone, Rooms
from deskchat.realtime.frames import HEARTBEAT, Hello
from deskchat.realtime.held import MOST_HELD
from deskchat.realtime.outlet import Close
from deskchat.realtime.session import MOST_OF_USER
from tests.realtime.stage import Line, Stage, settle

LONG = "x" * 10_000


def texts(line: Line) -> list[str]:
    return [frame.message.text for frame in line.frames if isinstance(frame, MessagePosted)]


def snapshot(line: Line) -> Rooms:
    [found] = [frame for frame in line.frames if isinstance(frame, Rooms)]
    return found


async def test_a_connection_begins_with_hello_and_the_rooms(stage: Stage) -> None:
    _, line = await stage.start_connecting(stage.cast.bela)
    await stage.run()
    hello, listed = line.frames
    assert isinstance(hello, Hello)
    assert (hello.user, hello.heartbeat) == (stage.cast.bela.profile, HEARTBEAT)
    assert isinstance(listed, Rooms)
    assert {room.id for room in listed.rooms} == {stage.cast.direct, stage.cast.group}


async def test_what_happens_later_is_told_to_members_and_to_nobody_else(stage: Stage) -> None:
    _, chidi = await stage.connect(stage.cast.chidi)
    _, bela = await stage.connect(stage.cast.bela)
    _, mallory = await stage.connect(stage.cast.mallory)
    await stage.post(stage.cast.asha, stage.cast.direct, "between us")
    await stage.post(stage.cast.asha, stage.cast.group, "for all")
    assert texts(bela) == ["between us", "for all"]
    assert texts(chidi) == ["for all"]
    assert mallory.frames == []


async def test_a_message_posted_while_the_snapshot_is_read_comes_after_it(stage: Stage) -> None:
    _, line = await stage.start_connecting(stage.cast.bela)
    stage.look()
    await stage.answer()
    stage.look()
    await stage.post_meanwhile(stage.cast.asha, stage.cast.group, "early")
    assert line.frames == []
    await stage.answer()
    assert line.types == ["hello", "rooms", "message.posted"]
    assert texts(line) == ["early"]
    assert all(room.last_number == 0 for room in snapshot(line).rooms)


async def test_a_message_posted_before_the_rooms_are_joined_is_in_the_snapshot(stage: Stage) -> None:
    _, line = await stage.start_connecting(stage.cast.bela)
    stage.look()
    await stage.post_meanwhile(stage.cast.asha, stage.cast.group, "earlier")
    await stage.run()
    assert line.types == ["hello", "rooms"]
    assert [room.last_number for room in snapshot(line).rooms if room.id == stage.cast.group] == [1]


async def test_a_room_that_one_is_added_to_while_connecting_is_live(stage: Stage) -> None:
    _, line = await stage.start_connecting(stage.cast.mallory)
    stage.look()
    await stage.do_meanwhile(_adding(stage))
    await stage.run()
    await stage.post(stage.cast.asha, stage.cast.group, "welcome")
    assert [room.id for room in snapshot(line).rooms] == [stage.cast.group]
    assert texts(line) == ["welcome"]


async def test_a_room_whose_news_comes_after_the_snapshot_is_live_all_the_same(stage: Stage) -> None:
    _, line = await stage.start_connecting(stage.cast.mallory)
    stage.look()
    await stage.answer()
    await stage.commit_only(_adding(stage))
    stage.look()
    await stage.answer()
    assert [room.id for room in snapshot(line).rooms] == [stage.cast.group]
    await stage.publish()
    await stage.post(stage.cast.asha, stage.cast.group, "welcome")
    assert texts(line) == ["welcome"]


async def test_one_removed_after_the_memberships_were_read_does_not_join(stage: Stage) -> None:
    session, line = await stage.start_connecting(stage.cast.bela)
    stage.look()
    await stage.do_meanwhile(_removing(stage, stage.cast.bela))
    await stage.run()
    await stage.post(stage.cast.asha, stage.cast.group, "without Bela")
    await stage.post(stage.cast.asha, stage.cast.direct, "the sentinel")
    assert session.rooms == {stage.cast.direct}
    assert texts(line) == ["the sentinel"]


async def test_one_removed_after_the_snapshot_was_read_hears_nothing_after_it(stage: Stage) -> None:
    session, line = await stage.start_connecting(stage.cast.bela)
    stage.look()
    await stage.answer()
    stage.look()
    await stage.do_meanwhile(_removing(stage, stage.cast.bela))
    await stage.post_meanwhile(stage.cast.asha, stage.cast.group, "without Bela")
    await stage.answer()
    await stage.post(stage.cast.asha, stage.cast.direct, "the sentinel")
    assert session.rooms == {stage.cast.direct}
    assert RoomGone in {type(frame) for frame in line.frames}
    assert texts(line) == ["the sentinel"]


async def test_one_removed_before_the_snapshot_was_read_hears_nothing_though_the_news_comes_later(
    stage: Stage,
) -> None:
    _, line = await stage.start_connecting(stage.cast.bela)
    stage.look()
    await stage.answer()
    await stage.commit_only(_removing(stage, stage.cast.bela))
    stage.look()
    await stage.answer()
    await stage.publish()
    await stage.post(stage.cast.asha, stage.cast.group, "without Bela")
    await stage.post(stage.cast.asha, stage.cast.direct, "the sentinel")
    assert [room.id for room in snapshot(line).rooms] == [stage.cast.direct]
    assert texts(line) == ["the sentinel"]


async def test_late_news_of_a_removal_does_not_undo_the_return_that_the_snapshot_shows(stage: Stage) -> None:
    session, line = await stage.start_connecting(stage.cast.bela)
    await stage.commit_only(_removing(stage, stage.cast.bela))
    await stage.commit_only(_adding(stage, stage.cast.bela))
    while stage.store.questions:
        stage.look()
        await stage.answer()
    await stage.publish()
    assert session.rooms == {stage.cast.direct, stage.cast.group}
    await stage.run()
    await stage.post(stage.cast.asha, stage.cast.group, "welcome back")
    assert texts(line)[-1:] == ["welcome back"]


async def test_joining_and_leaving_act_on_an_open_connection_at_once(stage: Stage) -> None:
    _, line = await stage.connect(stage.cast.mallory)
    await stage.do(_adding(stage))
    await stage.post(stage.cast.asha, stage.cast.group, "in")
    await stage.do(_removing(stage, stage.cast.mallory))
    await stage.post(stage.cast.asha, stage.cast.group, "out")
    assert line.types == ["room", "message.posted", "room.gone"]
    assert isinstance(line.frames[0], RoomChanged)
    assert texts(line) == ["in"]


async def test_a_device_signed_out_while_connecting_is_shown_nothing(stage: Stage) -> None:
    signed_in = await stage.sign_in(stage.cast.bela)
    session, line = await stage.start_session(signed_in)
    stage.look()
    await stage.answer()
    stage.look()
    await stage.commit_only(partial(sessions.end, by=session.user, session=session.device))
    await stage.publish()
    await stage.answer()
    assert (line.frames, line.closed) == ([], Close.SIGNED_OUT)
    assert stage.hub.count_listeners(session.user) == 0


async def test_a_device_signed_out_just_before_it_connected_is_shown_nothing(stage: Stage) -> None:
    signed_in = await stage.sign_in(stage.cast.bela)
    await stage.do(partial(sessions.end, by=signed_in.user.id, session=signed_in.session))
    _, line = await stage.start_session(signed_in)
    await stage.run()
    assert (line.frames, line.closed) == ([], Close.SIGNED_OUT)


async def test_deactivation_closes_every_open_connection_of_the_user(stage: Stage) -> None:
    _, phone = await stage.connect(stage.cast.bela)
    _, laptop = await stage.connect(stage.cast.bela)
    _, asha = await stage.connect(stage.cast.asha)
    await stage.do(partial(users.deactivate, by=stage.cast.asha.id, user=stage.cast.bela.id))
    await stage.post(stage.cast.asha, stage.cast.direct, "too late")
    assert (phone.closed, laptop.closed, asha.closed) == (Close.SIGNED_OUT, Close.SIGNED_OUT, None)
    assert phone.frames == laptop.frames == []


async def test_a_snapshot_overtaken_by_more_than_can_be_held_is_read_anew(stage: Stage) -> None:
    _, line = await stage.start_connecting(stage.cast.bela)
    stage.look()
    await stage.answer()
    stage.look()
    count = MOST_HELD // len(LONG) + 1
    for number in range(count):
        await stage.post_meanwhile(stage.cast.asha, stage.cast.group, f"{number} {LONG[:-10]}")
    await stage.answer()
    assert line.frames == []
    await stage.run()
    assert line.types == ["hello", "rooms"]
    assert [room.last_number for room in snapshot(line).rooms if room.id == stage.cast.group] == [count]


async def test_a_busy_store_sends_the_client_away_for_later(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stage.store, "read", _refuse)
    signed_in = await stage.sign_in(stage.cast.bela)
    _, line = await stage.start_session(signed_in)
    assert (line.frames, line.closed) == ([], Close.TRY_LATER)


async def test_a_fault_ends_the_connection_and_leaves_nothing_behind(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stage.store, "read", _fail)
    signed_in = await stage.sign_in(stage.cast.bela)
    _, line = await stage.start_session(signed_in)
    assert line.closed == Close.UNEXPECTED
    assert stage.hub.count_listeners(stage.cast.bela.id) == 0


async def test_one_that_vanishes_while_connecting_leaves_nothing_behind(stage: Stage) -> None:
    session, line = await stage.start_connecting(stage.cast.bela)
    stage.look()
    await stage.answer()
    stage.look()
    session.end()
    await settle()
    assert not session._tasks
    await stage.answer()
    await stage.post(stage.cast.asha, stage.cast.group, "gone")
    assert line.frames == []
    assert stage.hub.count_listeners(stage.cast.bela.id) == 0


async def test_a_user_has_only_so_many_connections(stage: Stage) -> None:
    signed_in = await stage.sign_in(stage.cast.bela)
    for _ in range(MOST_OF_USER):
        await stage.start_session(signed_in)
    with pytest.raises(SlowDown):
        await stage.start_session(signed_in)
    await stage.run()


def _adding(stage: Stage, *people: users.User) -> Callable[[Transaction], object]:
    added = [user.id for user in people or [stage.cast.mallory]]
    return partial(rooms.add_members, by=stage.cast.asha.id, room=stage.cast.group, users=added)


def _removing(stage: Stage, user: users.User) -> Callable[[Transaction], object]:
    return partial(rooms.remove_member, by=stage.cast.asha.id, room=stage.cast.group, user=user.id)


async def _refuse(_work: object) -> None:
    raise Busy


async def _fail(_work: object) -> None:
    raise ZeroDivisionError
