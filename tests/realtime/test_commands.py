"""Commands of a client: each gets exactly one reply, whatever it holds, and nothing that it holds ends the session."""

from __future__ import annotations

import asyncio

import msgspec
import pytest

from deskchat.domain import rooms, sessions
from deskchat.domain.messages import MessageDeleted, MessageEdited, MessagePosted
from deskchat.domain.reading import ReadMoved
from deskchat.domain.sessions import TOUCH_EVERY, Device
from deskchat.realtime.frames import (
    MOST_IN_FLIGHT,
    Command,
    CommandRefused,
    Delete,
    Edit,
    Ok,
    Ping,
    Post,
    Read,
    Resume,
)
from tests.realtime.stage import Line, Stage

NOWHERE = 987_654_321


def replies(line: Line) -> list[Ok | CommandRefused]:
    return [frame for frame in line.frames if isinstance(frame, Ok | CommandRefused)]


def codes(line: Line) -> list[str]:
    return [frame.code for frame in line.frames if isinstance(frame, CommandRefused)]


async def test_a_message_is_acknowledged_with_its_address_and_told_to_all(stage: Stage) -> None:
    session, asha = await stage.connect(stage.cast.asha)
    _, bela = await stage.connect(stage.cast.bela)
    await stage.say(session, Post(1, stage.cast.direct, "k1", "Hello"))
    await stage.run()
    assert replies(asha) == [Ok(1, number=1, seq=3)]
    [posted] = bela.frames
    assert isinstance(posted, MessagePosted)
    assert (posted.message.text, posted.message.author) == ("Hello", stage.cast.asha.id)
    assert {"message.posted", "read"} <= set(asha.types)


async def test_nothing_is_acknowledged_or_told_before_it_is_committed(stage: Stage) -> None:
    session, asha = await stage.connect(stage.cast.asha)
    await stage.say(session, Post(1, stage.cast.direct, "k1", "Hello"))
    assert asha.frames == []
    stage.commit()
    await stage.flush()
    assert asha.frames == []
    await stage.publish()
    assert replies(asha) == [Ok(1, number=1, seq=3)]


async def test_who_is_removed_while_a_post_waits_for_the_writer_has_not_posted(stage: Stage) -> None:
    cast = stage.cast
    session, bela = await stage.connect(cast.bela)
    await stage.say(session, Post(1, cast.group, "k1", "Too late"))
    # Whatever was to be read of the membership has been read by now.
    while stage.store.questions:
        stage.look()
    waiting, stage.store.commands = stage.store.commands, []
    await stage.commit_only(lambda tx: rooms.remove_member(tx, cast.asha.id, cast.group, cast.bela.id))
    stage.store.commands = waiting
    await stage.run()
    assert codes(bela) == ["no-such-room"]


async def test_the_same_key_again_is_answered_with_the_first_message(stage: Stage) -> None:
    session, asha = await stage.connect(stage.cast.asha)
    _, bela = await stage.connect(stage.cast.bela)
    await stage.say(session, *[Post(ref, stage.cast.direct, "k1", "Hello") for ref in (1, 2)])
    await stage.run()
    await stage.say(session, Post(3, stage.cast.direct, "k1", "Hello"))
    await stage.run()
    assert replies(asha) == [Ok(ref, number=1, seq=3) for ref in (1, 2, 3)]
    assert bela.types == ["message.posted"]


async def test_editing_and_deleting_are_acknowledged_and_told(stage: Stage) -> None:
    session, asha = await stage.connect(stage.cast.asha)
    _, bela = await stage.connect(stage.cast.bela)
    room = stage.cast.direct
    await stage.say(session, Post(1, room, "k1", "Helo"), Edit(2, room, 1, "Hello"), Delete(3, room, 1))
    await stage.run()
    assert replies(asha) == [Ok(1, number=1, seq=3), Ok(2, seq=4), Ok(3, seq=5)]
    assert [type(frame) for frame in bela.frames] == [MessagePosted, MessageEdited, MessageDeleted]


async def test_reading_is_told_to_ones_own_devices_alone(stage: Stage) -> None:
    await stage.post(stage.cast.asha, stage.cast.direct, "Hello")
    session, phone = await stage.connect(stage.cast.bela)
    _, laptop = await stage.connect(stage.cast.bela)
    _, asha = await stage.connect(stage.cast.asha)
    await stage.say(session, Read(1, stage.cast.direct, 1))
    await stage.run()
    assert replies(phone) == [Ok(1)]
    [moved] = laptop.frames
    assert isinstance(moved, ReadMoved)
    assert (moved.number, moved.unread) == (1, 0)
    assert asha.frames == []


async def test_a_ping_is_answered(stage: Stage) -> None:
    session, line = await stage.connect(stage.cast.bela)
    await stage.say(session, Ping(1))
    assert line.frames == [Ok(1)]


async def test_messages_of_one_connection_are_kept_in_the_order_in_which_they_came(stage: Stage) -> None:
    session, line = await stage.connect(stage.cast.asha)
    count = MOST_IN_FLIGHT
    await stage.say(session, *[Post(ref, stage.cast.direct, f"k{ref}", f"{ref}") for ref in range(count)])
    await stage.run()
    assert replies(line) == [Ok(ref, number=ref + 1, seq=ref + 3) for ref in range(count)]


@pytest.mark.parametrize("command", ["post", "edit", "delete", "read"])
async def test_unknown_rooms_and_rooms_of_others_are_refused_in_the_same_words(
    stage: Stage, command: str
) -> None:
    await stage.post(stage.cast.asha, stage.cast.direct, "between us")
    session, line = await stage.connect(stage.cast.mallory)
    for room in (stage.cast.direct, NOWHERE):
        commands: dict[str, Command] = {
            "post": Post(1, room, f"key-{room}", "let me in"),
            "edit": Edit(1, room, 1, "let me in"),
            "delete": Delete(1, room, 1),
            "read": Read(1, room, 1),
        }
        await stage.say(session, commands[command])
        await stage.run()
    foreign, unknown = replies(line)
    assert foreign == unknown
    assert codes(line) == ["no-such-room"] * 2
    assert (await stage.do(lambda tx: tx.messages.find(stage.cast.direct, 1))).text == "between us"  # type: ignore[union-attr]


async def test_somebody_elses_message_is_not_changed(stage: Stage) -> None:
    await stage.post(stage.cast.asha, stage.cast.direct, "mine")
    session, line = await stage.connect(stage.cast.bela)
    await stage.say(session, Edit(1, stage.cast.direct, 1, "yours"), Delete(2, stage.cast.direct, 1))
    await stage.run()
    assert codes(line) == ["not-allowed"] * 2


@pytest.mark.parametrize(
    ("data", "ref"),
    [
        (b"", None),
        (b"hello", None),
        (b"[]", None),
        (b"{}", None),
        (b"\xff\xfe", None),
        (b'{"do":"ping"}', None),
        (b'{"do":"ping","ref":-1}', None),
        (b'{"do":"ping","ref":"7"}', None),
        (b'{"do":"shout","ref":7}', 7),
        (b'{"do":"ping","ref":7,"by":1}', 7),
        (b'{"do":"post","ref":7,"room":1,"key":"k"}', 7),
        (b'{"do":"post","ref":7,"room":"1","key":"k","text":"x"}', 7),
        (b'{"do":"post","ref":7,"room":12345678901234567890123,"key":"k","text":"x"}', 7),
        (b'{"do":"post","ref":7,"room":1,"key":"","text":"x"}', 7),
        (b'{"do":"post","ref":7,"room":1,"key":"' + b"k" * 65 + b'","text":"x"}', 7),
        (b'{"do":"post","ref":7,"room":1,"key":"k","text":"\\ud800"}', None),
        (b'{"do":"resume","ref":7,"rooms":{"x":1}}', 7),
        (b'{"do":"resume","ref":7,"rooms":{"1":-1}}', 7),
        (
            b'{"do":"resume","ref":7,"rooms":{'
            + b",".join(b'"%d":1' % room for room in range(1, 1002))
            + b"}}",
            7,
        ),
        (b'{"ref":7,"x":' + b"[" * 60_000 + b"]" * 60_000 + b"}", None),
        (b'{"do":"post","ref":7,"text":' + b'{"a":' * 20_000 + b"1" + b"}" * 20_000 + b"}", None),
    ],
)
async def test_what_is_not_understood_is_answered(stage: Stage, data: bytes, ref: int | None) -> None:
    session, line = await stage.connect(stage.cast.bela)
    session.receive(data)
    [reply] = line.take()
    assert isinstance(reply, CommandRefused)
    assert (reply.status, reply.code, reply.ref) == (400, "invalid", ref)
    await stage.say(session, Ping(8))
    assert line.frames == [Ok(8)]


@pytest.mark.parametrize("text", ["", "   ", "\x00", "a\x07b", "\u200b", "x" * 10_001])
async def test_text_that_cannot_be_kept_is_refused(stage: Stage, text: str) -> None:
    session, line = await stage.connect(stage.cast.bela)
    await stage.say(session, Post(1, stage.cast.direct, "k", text))
    await stage.run()
    assert codes(line) == ["invalid"]


async def test_so_many_commands_may_wait_and_no_more(stage: Stage) -> None:
    session, line = await stage.connect(stage.cast.bela)
    count = MOST_IN_FLIGHT + 3
    await stage.say(session, *[Post(ref, stage.cast.direct, f"k{ref}", "x") for ref in range(count)])
    assert codes(line) == ["slow-down"] * 3
    await stage.run()
    assert sorted(reply.ref or 0 for reply in replies(line)) == [*range(count)]
    line.take()
    await stage.say(session, Post(99, stage.cast.direct, "k99", "x"))
    await stage.run()
    assert codes(line) == []


async def test_one_user_has_one_rate_over_all_connections(stage: Stage) -> None:
    phone, first = await stage.connect(stage.cast.bela)
    laptop, second = await stage.connect(stage.cast.bela)
    other, third = await stage.connect(stage.cast.asha)
    for ref in range(500):
        await phone.submit(Ping(ref))
        await laptop.submit(Ping(ref))
    assert codes(first) == codes(second) == []
    await phone.submit(Ping(1000))
    await other.submit(Ping(1))
    refused = first.frames[-1]
    assert isinstance(refused, CommandRefused)
    assert (refused.status, refused.code, refused.retry_after) == (429, "slow-down", 1.0)
    assert third.frames == [Ok(1)]
    stage.clock.now += 1
    await phone.submit(Ping(1001))
    assert first.frames[-1] == Ok(1001)


async def test_a_fault_is_answered_and_the_session_goes_on(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    session, line = await stage.connect(stage.cast.bela)
    with monkeypatch.context() as broken:
        broken.setattr(stage.store, "write", _fail)
        await stage.say(session, Post(1, stage.cast.direct, "k", "x"))
    assert codes(line) == ["unexpected"]
    line.take()
    await stage.say(session, Post(2, stage.cast.direct, "k", "x"))
    await stage.run()
    assert replies(line) == [Ok(2, number=1, seq=3)]


async def test_a_former_member_is_refused_on_the_connection_that_stays_open(stage: Stage) -> None:
    session, line = await stage.connect(stage.cast.bela)
    await stage.say(session, Post(1, stage.cast.group, "k1", "a last word"))
    await stage.do(lambda tx: tx.rooms.remove_member(stage.cast.group, stage.cast.bela.id))
    await stage.say(session, Post(2, stage.cast.group, "k2", "too late"), Resume(3, {stage.cast.group: 0}))
    await stage.run()
    assert codes(line) == ["no-such-room"]
    assert line.types.count("message.posted") == 1


async def test_who_uses_only_the_socket_stays_signed_in(stage: Stage) -> None:
    session, _ = await stage.connect(stage.cast.bela)
    before = await _last_seen(stage, session.device)
    await stage.say(session, Read(1, stage.cast.direct, 1))
    await stage.run()
    assert await _last_seen(stage, session.device) == before
    stage.clock.now += TOUCH_EVERY / 1000
    await stage.say(session, Read(2, stage.cast.direct, 1))
    await stage.run()
    assert await _last_seen(stage, session.device) > before


async def _last_seen(stage: Stage, device: int) -> int:
    devices: list[Device] = await stage.do(lambda tx: sessions.list_devices(tx, stage.cast.bela.id, device))
    [found] = [one for one in devices if one.id == device]
    return found.last_seen


def _fail(_by: int, _work: object) -> asyncio.Future[None]:
    done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    done.set_exception(ZeroDivisionError())
    return done


def test_replies_without_anything_to_say_are_short() -> None:
    assert msgspec.json.encode(Ok(7)) == b'{"type":"ok","ref":7}'
