"""The hub: each room's events go once a turn, in order, to who is in the room at that moment."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from deskchat.domain.lines import MemberLeft
from deskchat.domain.messages import Message, MessagePosted
from deskchat.domain.news import News, SessionsEnded, ToEverybody, ToRoom, ToUser
from deskchat.domain.reading import ReadMoved
from deskchat.domain.rooms import Room, RoomChanged, RoomGone
from deskchat.domain.users import Profile, ProfileChanged
from deskchat.realtime.hub import Event, Hub
from deskchat.realtime.outlet import Batch, Close
from tests.realtime.stage import decode

ASHA, BELA = 1, 2
LAUNCH, LUNCH = 10, 20
BELA_KOVACS = Profile(BELA, "Bela Kovács", active=True)


class Device:
    """A listener that joins and leaves as it is told, and keeps what it hears."""

    def __init__(self, hub: Hub, user: int, device: int = 0) -> None:
        self.user = user
        self.device = device or user * 100
        self.heard: list[Event] = []
        self.writes: list[Batch] = []
        self.rooms: set[int] = set()
        self.ended: Close | None = None
        self.renewals = 0
        self._hub = hub
        hub.subscribe(self)

    def write(self, batch: Batch) -> None:
        self.writes.append(batch)
        self.heard += map(decode, batch.frames)

    def move(self, event: RoomChanged | RoomGone) -> None:
        if isinstance(event, RoomChanged):
            self.join(event.room.id)
        else:
            self.rooms.discard(event.room)
            self._hub.leave(self, [event.room])

    def join(self, *rooms: int) -> None:
        self.rooms.update(rooms)
        self._hub.join(self, rooms)

    def lose(self, room: int) -> None:
        self.rooms.discard(room)
        self._hub.leave(self, [room])
        self.renew()

    def renew(self) -> None:
        self.renewals += 1

    def end(self, code: Close) -> None:
        self.ended = code
        self._hub.remove(self, self.rooms, code)


class Broken(Device):
    def write(self, batch: Batch) -> None:
        raise RuntimeError("the handler is closed")


class Turns:
    """The loop's next turns."""

    def __init__(self) -> None:
        self.due: list[Callable[[], None]] = []

    def run(self) -> None:
        due, self.due[:] = [*self.due], []
        for turn in due:
            turn()


@pytest.fixture
def turns() -> Turns:
    return Turns()


@pytest.fixture
def hub(turns: Turns) -> Hub:
    return Hub(turns.due.append, lambda _seconds, _work: None, lambda: 1)


def posted(room: int, seq: int) -> MessagePosted:
    return MessagePosted(room, seq, at=1, message=Message(seq, ASHA, f"key-{seq}", "Hello", 1, seq))


def shown(room: int, changes: int) -> RoomChanged:
    as_seen = Room(
        id=room,
        kind="group",
        name="Launch",
        other=None,
        role="member",
        members=2,
        created=1,
        seq=1,
        last_number=0,
        read_number=0,
        read_change=0,
        unread=0,
        mentions=[],
        seen_number=0,
        notify="everything",
        last_seen=None,
        last_message=None,
    )
    return RoomChanged(changes, as_seen)


def said(event: MessagePosted) -> News:
    return ToRoom(event)


def test_what_happens_in_one_turn_goes_out_in_one_write_in_order(hub: Hub, turns: Turns) -> None:
    asha = Device(hub, ASHA)
    asha.join(LAUNCH)
    hub.publish([said(posted(LAUNCH, 1)), said(posted(LAUNCH, 2))])
    hub.publish([said(posted(LAUNCH, 3))])
    assert asha.heard == []
    turns.run()
    assert asha.heard == [posted(LAUNCH, 1), posted(LAUNCH, 2), posted(LAUNCH, 3)]
    assert len(asha.writes) == 1


def test_all_members_are_written_the_same_bytes(hub: Hub, turns: Turns) -> None:
    asha, bela = Device(hub, ASHA), Device(hub, BELA)
    asha.join(LAUNCH)
    bela.join(LAUNCH)
    hub.publish([said(posted(LAUNCH, 1))])
    turns.run()
    assert asha.writes[0] is bela.writes[0]
    assert asha.writes[0].framed is bela.writes[0].framed


def test_nobody_hears_of_a_room_that_they_are_not_in(hub: Hub, turns: Turns) -> None:
    asha, bela = Device(hub, ASHA), Device(hub, BELA)
    asha.join(LAUNCH)
    bela.join(LUNCH)
    hub.publish([said(posted(LAUNCH, 1)), said(posted(LUNCH, 1))])
    turns.run()
    assert bela.heard == [posted(LUNCH, 1)]


def test_who_joins_hears_nothing_of_before(hub: Hub, turns: Turns) -> None:
    asha, bela = Device(hub, ASHA), Device(hub, BELA)
    asha.join(LAUNCH)
    hub.publish([said(posted(LAUNCH, 1))])
    bela.join(LAUNCH)
    hub.publish([said(posted(LAUNCH, 2))])
    turns.run()
    assert asha.heard == [posted(LAUNCH, 1), posted(LAUNCH, 2)]
    assert bela.heard == [posted(LAUNCH, 2)]


def test_who_leaves_hears_what_was_before_and_nothing_after(hub: Hub, turns: Turns) -> None:
    asha, bela = Device(hub, ASHA), Device(hub, BELA)
    for device in (asha, bela):
        device.join(LAUNCH)
    hub.publish([said(posted(LAUNCH, 1))])
    hub.leave(bela, [LAUNCH])
    hub.publish([said(posted(LAUNCH, 2))])
    turns.run()
    assert bela.heard == [posted(LAUNCH, 1)]
    assert asha.heard == [posted(LAUNCH, 1), posted(LAUNCH, 2)]


def test_a_new_name_is_told_to_everybody_once(hub: Hub, turns: Turns) -> None:
    asha, bela = Device(hub, ASHA), Device(hub, BELA)
    asha.join(LAUNCH)
    renamed = ProfileChanged(BELA_KOVACS)
    hub.publish([ToEverybody(renamed)])
    turns.run()
    assert asha.heard == bela.heard == [renamed]


def test_who_is_removed_is_told_so_and_not_what_follows(hub: Hub, turns: Turns) -> None:
    asha, bela = Device(hub, ASHA), Device(hub, BELA)
    for device in (asha, bela):
        device.join(LAUNCH)
    left = MemberLeft(LAUNCH, 2, 1, 0, by=BELA_KOVACS, user=BELA_KOVACS)
    hub.publish([said(posted(LAUNCH, 1)), ToUser(BELA, RoomGone(1, LAUNCH)), ToRoom(left)])
    hub.publish([said(posted(LAUNCH, 3))])
    turns.run()
    assert bela.heard == [posted(LAUNCH, 1), RoomGone(1, LAUNCH)]
    assert asha.heard == [posted(LAUNCH, 1), left, posted(LAUNCH, 3)]


def test_who_is_added_is_shown_the_room_before_its_next_event(hub: Hub, turns: Turns) -> None:
    asha, bela = Device(hub, ASHA), Device(hub, BELA)
    asha.join(LAUNCH)
    hub.publish([said(posted(LAUNCH, 1)), ToUser(BELA, shown(LAUNCH, 1)), said(posted(LAUNCH, 2))])
    turns.run()
    assert bela.heard == [shown(LAUNCH, 1), posted(LAUNCH, 2)]


def test_ones_own_counters_come_after_the_events_that_they_sum_up(hub: Hub, turns: Turns) -> None:
    asha = Device(hub, ASHA)
    asha.join(LAUNCH)
    moved = ReadMoved(1, LAUNCH, number=2, read_change=1, unread=0, mentions=[], seq=2)
    hub.publish([said(posted(LAUNCH, 1)), ToUser(ASHA, moved), said(posted(LAUNCH, 2))])
    turns.run()
    assert asha.heard == [posted(LAUNCH, 1), posted(LAUNCH, 2), moved]


def test_own_news_reaches_every_device_of_the_user_and_nobody_else(hub: Hub, turns: Turns) -> None:
    phone, laptop, bela = Device(hub, ASHA, 101), Device(hub, ASHA, 102), Device(hub, BELA)
    moved = ReadMoved(1, LAUNCH, number=2, read_change=1, unread=0, mentions=[], seq=2)
    hub.publish([ToUser(ASHA, moved)])
    turns.run()
    assert (phone.heard, laptop.heard, bela.heard) == ([moved], [moved], [])


def test_one_broken_connection_ends_and_costs_nobody_else_anything(hub: Hub, turns: Turns) -> None:
    broken, bela = Broken(hub, ASHA), Device(hub, BELA)
    for device in (broken, bela):
        device.join(LAUNCH)
    hub.publish([said(posted(LAUNCH, 1))])
    turns.run()
    assert broken.ended == Close.UNEXPECTED
    assert bela.heard == [posted(LAUNCH, 1)]
    assert hub.count_listeners(ASHA) == 0


def test_who_joins_when_the_last_other_breaks_still_hears_the_room(hub: Hub, turns: Turns) -> None:
    broken, bela = Broken(hub, ASHA), Device(hub, BELA)
    broken.join(LAUNCH)
    hub.publish([said(posted(LAUNCH, 1))])
    bela.join(LAUNCH)
    hub.publish([said(posted(LAUNCH, 2))])
    turns.run()
    assert broken.ended
    assert bela.heard == [posted(LAUNCH, 2)]


def test_one_that_vanished_between_publishing_and_flushing_is_not_written_to(hub: Hub, turns: Turns) -> None:
    asha, bela = Device(hub, ASHA), Device(hub, BELA)
    for device in (asha, bela):
        device.join(LAUNCH)
    hub.publish([said(posted(LAUNCH, 1))])
    asha.end(Close.LEAVING)
    turns.run()
    assert asha.writes == []
    assert bela.heard == [posted(LAUNCH, 1)]


def test_signing_a_device_out_ends_its_connections_and_no_others(hub: Hub) -> None:
    phone, laptop, bela = Device(hub, ASHA, 101), Device(hub, ASHA, 102), Device(hub, BELA)
    hub.publish([SessionsEnded(ASHA, (101,))])
    assert (phone.ended, laptop.ended, bela.ended) == (Close.SIGNED_OUT, None, None)
    assert [*hub.listeners()] == [laptop, bela]


def test_news_of_people_who_are_not_here_costs_no_turn(hub: Hub, turns: Turns) -> None:
    hub.publish([said(posted(LAUNCH, 1)), ToUser(ASHA, shown(LAUNCH, 1)), SessionsEnded(ASHA, (101,))])
    assert turns.due == []
