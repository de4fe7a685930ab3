"""What passes: who is here, who is typing, who has seen what; told to who shares a room, joined, and never too often."""

from __future__ import annotations

from functools import partial

import pytest

from deskchat.domain import reading, rooms
from deskchat.domain.presence import Presence
from deskchat.domain.reading import SeenMark
from deskchat.domain.users import User
from deskchat.realtime import murmur, watch
from deskchat.realtime.frames import Attend, CommandRefused, Presences, SeenMoved, Typing, TypingHeard, Watch
from deskchat.realtime.murmur import EVERY, GRACE, TYPING_EVERY
from tests.model.store import START
from tests.realtime.stage import Line, Stage


def told_of(line: Line, user: User) -> list[str]:
    """The states of somebody, as they were told since the last time."""
    frames = [frame for frame in line.frames if isinstance(frame, Presences)]
    return [one.state for frame in frames for one in frame.people if one.user == user.id]


def heard(line: Line, kind: type) -> list[object]:
    return [frame for frame in line.take() if isinstance(frame, kind)]


async def test_who_comes_is_shown_to_who_shares_a_room_and_to_nobody_else(stage: Stage) -> None:
    _, chidi = await stage.connect(stage.cast.chidi)
    _, mallory = await stage.connect(stage.cast.mallory)
    await stage.let_pass(EVERY)
    chidi.take()
    await stage.connect(stage.cast.bela)
    await stage.let_pass(EVERY)
    assert told_of(chidi, stage.cast.bela) == ["online"]
    assert mallory.frames == []


async def test_who_connects_is_shown_who_is_here(stage: Stage) -> None:
    await stage.connect(stage.cast.bela)
    await stage.connect(stage.cast.mallory)
    await stage.let_pass(EVERY)
    _, line = await stage.start_connecting(stage.cast.asha)
    await stage.run()
    assert line.types == ["hello", "rooms", "presence"]
    assert told_of(line, stage.cast.bela) == ["online"]
    assert told_of(line, stage.cast.mallory) == []


async def test_away_is_who_is_at_none_of_their_devices(stage: Stage) -> None:
    _, asha = await stage.connect(stage.cast.asha)
    desk, _ = await stage.connect(stage.cast.bela)
    phone, _ = await stage.connect(stage.cast.bela)
    await stage.let_pass(EVERY)
    asha.take()
    await stage.say(desk, Attend(1, "away"))
    await stage.let_pass(EVERY)
    assert told_of(asha, stage.cast.bela) == []
    await stage.say(phone, Attend(1, "away"))
    await stage.let_pass(EVERY)
    assert told_of(asha, stage.cast.bela) == ["away"]
    asha.take()
    await stage.say(desk, Attend(2, "online"))
    await stage.let_pass(EVERY)
    assert told_of(asha, stage.cast.bela) == ["online"]


async def test_who_comes_back_at_once_was_never_away(stage: Stage) -> None:
    _, asha = await stage.connect(stage.cast.asha)
    bela, _ = await stage.connect(stage.cast.bela)
    await stage.let_pass(EVERY)
    asha.take()
    bela.end()
    await stage.let_pass(GRACE / 2)
    again, _ = await stage.connect(stage.cast.bela)
    await stage.let_pass(GRACE - 1)
    again.end()
    await stage.let_pass(GRACE - 1)
    assert told_of(asha, stage.cast.bela) == []


async def test_who_stays_away_is_offline_and_when_is_kept(stage: Stage) -> None:
    _, asha = await stage.connect(stage.cast.asha)
    bela, _ = await stage.connect(stage.cast.bela)
    await stage.let_pass(EVERY)
    asha.take()
    bela.end()
    await stage.let_pass(GRACE)
    assert heard(asha, Presences) == [Presences([Presence(stage.cast.bela.id, "offline", START)])]
    await stage.finish(watch.keep_last_seen(stage.store, stage.hub))
    room = await stage.finish(
        stage.store.read(lambda tx: rooms.get_room(tx, stage.cast.asha.id, stage.cast.direct))
    )
    assert room.last_seen == START


async def test_who_no_longer_shares_a_room_is_not_shown_any_more(stage: Stage) -> None:
    _, asha = await stage.connect(stage.cast.asha)
    _, chidi = await stage.connect(stage.cast.chidi)
    _, bela = await stage.connect(stage.cast.bela)
    await stage.let_pass(EVERY)
    for line in (asha, chidi, bela):
        line.take()
    await stage.do(
        partial(rooms.remove_member, by=stage.cast.asha.id, room=stage.cast.group, user=stage.cast.bela.id)
    )
    assert told_of(chidi, stage.cast.bela) == ["offline"]
    assert told_of(bela, stage.cast.chidi) == ["offline"]
    assert told_of(asha, stage.cast.bela) == []
    await stage.do(
        partial(rooms.add_members, by=stage.cast.asha.id, room=stage.cast.group, users=[stage.cast.bela.id])
    )
    assert told_of(chidi, stage.cast.bela)[-1] == "online"
    assert told_of(bela, stage.cast.chidi)[-1] == "online"


async def test_typing_is_told_to_the_others_once_in_a_while(stage: Stage) -> None:
    session, asha = await stage.connect(stage.cast.asha)
    _, bela = await stage.connect(stage.cast.bela)
    _, chidi = await stage.connect(stage.cast.chidi)
    for ref in range(3):
        await stage.say(session, Typing(ref, stage.cast.direct))
    assert heard(bela, TypingHeard) == [TypingHeard(stage.cast.direct, stage.cast.asha.id)]
    assert heard(asha, TypingHeard) == heard(chidi, TypingHeard) == []
    await stage.let_pass(TYPING_EVERY)
    await stage.say(session, Typing(9, stage.cast.direct))
    assert len(heard(bela, TypingHeard)) == 1


async def test_typing_where_one_is_not_is_refused_like_anywhere(stage: Stage) -> None:
    session, line = await stage.connect(stage.cast.mallory)
    _, bela = await stage.connect(stage.cast.bela)
    await stage.say(session, Typing(1, stage.cast.group), Typing(1, 4711))
    first, second = heard(line, CommandRefused)
    assert first == second
    assert heard(bela, TypingHeard) == []


async def test_seen_marks_are_joined_into_one_frame(stage: Stage) -> None:
    _, asha = await stage.connect(stage.cast.asha)
    _, mallory = await stage.connect(stage.cast.mallory)
    await stage.let_pass(EVERY)
    for text in ("one", "two"):
        await stage.post(stage.cast.asha, stage.cast.group, text)
    for reader, number in ((stage.cast.bela, 1), (stage.cast.dana, 2), (stage.cast.bela, 2)):
        await stage.do(partial(reading.read, by=reader.id, room=stage.cast.group, number=number))
    asha.take()
    await stage.let_pass(EVERY)
    marks = [SeenMark(stage.cast.bela.id, 2), SeenMark(stage.cast.dana.id, 2)]
    assert heard(asha, SeenMoved) == [SeenMoved(stage.cast.group, marks)]
    assert mallory.frames == []


async def test_in_a_large_room_only_who_watches_is_told_and_nobody_of_typing(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(murmur, "MOST_TOLD", 4)
    watching, dana = await stage.connect(stage.cast.dana)
    _, emre = await stage.connect(stage.cast.emre)
    chidi, _ = await stage.connect(stage.cast.chidi)
    await stage.let_pass(EVERY)
    dana.take()
    await stage.say(watching, Watch(1, [stage.cast.group, 4711]))
    assert set(told_of(dana, stage.cast.chidi)) == {"online"}
    dana.take()
    await stage.post(stage.cast.asha, stage.cast.group, "one")
    await stage.do(partial(reading.read, by=stage.cast.bela.id, room=stage.cast.group, number=1))
    await stage.say(chidi, Typing(1, stage.cast.group), Attend(2, "away"))
    emre.take()
    await stage.let_pass(EVERY)
    assert told_of(dana, stage.cast.chidi) == ["away"]
    assert len(heard(dana, SeenMoved)) == 1
    assert not {"typing", "presence", "seen"} & {*emre.types, *dana.types}
    await stage.say(watching, Watch(2, []))
    dana.take()
    await stage.say(chidi, Attend(3, "online"))
    await stage.let_pass(EVERY)
    assert dana.frames == []
