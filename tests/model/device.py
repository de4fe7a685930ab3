"""A client as docs/protocol.md asks it to be, in its smallest form: frames and pages in, commands and wishes out."""

from __future__ import annotations

from dataclasses import dataclass, field

from deskchat.domain.events import RoomEvent
from deskchat.domain.lines import MemberJoined, MemberLeft, OwnerMade, OwnerUnmade, RoomRenamed
from deskchat.domain.messages import Message, MessageDeleted, MessageEdited, MessagePosted, Page
from deskchat.domain.reading import ReadMoved
from deskchat.domain.rooms import Room, RoomChanged, RoomGone, Rooms
from deskchat.realtime.frames import Behind, CaughtUp, Frame, Hello, Reset


@dataclass
class Log:
    """What a device holds of one room: every event up to `seq` is in it; early ones wait."""

    user: int
    seq: int
    members: int
    last_number: int
    read_number: int
    unread: int
    read_change: int = field(kw_only=True)
    counted: int
    """The seq as of which `unread` is right; it may be ahead of `seq`."""
    stale: bool = False
    """After a reset: the counters are of before, until a snapshot comes."""
    messages: dict[int, Message] | None = None
    early: dict[int, RoomEvent] = field(default_factory=dict)
    recent: list[RoomEvent] = field(default_factory=list)

    @classmethod
    def of(cls, user: int, room: Room) -> Log:
        return cls(
            user,
            room.seq,
            room.members,
            room.last_number,
            room.read_number,
            room.unread,
            read_change=room.read_change,
            counted=room.seq,
        )

    def take_summary(self, room: Room) -> bool:
        """Whether it could be taken; else a newer one is needed."""
        if self.stale and room.seq < self.seq:
            return False
        if room.seq >= self.seq and self.messages is None:
            self.recent = self.recent if room.seq == self.seq else []
            self.seq, self.members, self.last_number = room.seq, room.members, room.last_number
            self.stale = False
        taken = self.take_mark(room.read_number, room.read_change, room.unread, room.seq)
        self.apply_early()
        return taken

    def take_mark(self, number: int, change: int, unread: int, at: int) -> bool:
        """Whether the events counted since are known; else a snapshot is needed."""
        if change < self.read_change:
            return True
        if not self.reaches_back_to(at):
            return False
        self.read_number, self.read_change = number, change
        self.unread = unread + sum(self._weight(event) for event in self.recent if event.seq > at)
        self.counted = max(at, self.seq)
        return True

    def reaches_back_to(self, seq: int) -> bool:
        return len([event for event in self.recent if event.seq > seq]) == max(0, self.seq - seq)

    def take(self, event: RoomEvent) -> None:
        if event.seq > self.seq:
            self.early[event.seq] = event
        self.apply_early()

    def apply_early(self) -> None:
        self.early = {seq: event for seq, event in self.early.items() if seq > self.seq}
        while event := self.early.pop(self.seq + 1, None):
            self._apply(event)

    def _apply(self, event: RoomEvent) -> None:
        self.seq = event.seq
        self.recent.append(event)
        if event.seq > self.counted:
            self.unread += self._weight(event)
            self.counted = event.seq
        match event:
            case MessagePosted(message=message):
                self.last_number = message.number
                self._keep(message)
            case MessageEdited(message=message) | MessageDeleted(message=message):
                self._keep(message)
            case MemberJoined():
                self.members += 1
            case MemberLeft():
                self.members -= 1

    def _weight(self, event: RoomEvent) -> int:
        match event:
            case MessagePosted(message=message) if message.number > self.read_number:
                return 0 if message.author == self.user else 1
            case MessageDeleted(message=message) if message.number > self.read_number:
                return -1
        return 0

    def take_page(self, page: Page) -> bool:
        """Whether the changes that overtook the page are known; else it is to be loaded again."""
        if not self.reaches_back_to(page.seq):
            return False
        if self.messages is None:
            self.messages = {}
        for message in page.messages:
            self._keep(message)
        for event in self.recent:
            if isinstance(event, MessagePosted | MessageEdited | MessageDeleted) and event.seq > page.seq:
                self._keep(event.message)
        return True

    def _keep(self, message: Message) -> None:
        """Of two states of a message the later one is right."""
        if self.messages is None:
            return
        held = self.messages.get(message.number)
        if held is None or held.changed < message.changed:
            self.messages[message.number] = message

    def drop_messages(self, seq: int) -> None:
        self.messages, self.recent, self.stale = None, [], True
        self.seq = self.counted = seq
        self.apply_early()


class Device:
    """One browser tab. What it wants next stands in `outbox`: commands to send, and what to fetch."""

    def __init__(self, user: int) -> None:
        self.user = user
        self.logs: dict[int, Log] = {}
        self.changes = 0
        self.resuming = False
        self.greeted = False
        self.wants_rooms = False
        self.wants_pages: set[int] = set()
        self.resumes: list[dict[int, int]] = []

    def take(self, frame: Frame) -> None:
        match frame:
            case Hello():
                self.greeted = True
                self.resuming = False
            case Rooms():
                self.take_rooms(frame)
            case RoomChanged(changes=changes) | RoomGone(changes=changes) | ReadMoved(changes=changes):
                self._take_own(frame, changes)
            case Reset(room=room, seq=seq):
                self._reset(room, seq)
            case Behind():
                self.resuming = False
            case CaughtUp():
                self.resuming = False
                self._close_holes()
            case (
                MessagePosted()
                | MessageEdited()
                | MessageDeleted()
                | MemberJoined()
                | MemberLeft()
                | OwnerMade()
                | OwnerUnmade()
                | RoomRenamed()
            ):
                if log := self.logs.get(frame.room):
                    log.take(frame)
                    self._close_holes()

    def take_rooms(self, snapshot: Rooms) -> None:
        """From the connection or fetched: a fetched one may be older than what came meanwhile."""
        if snapshot.changes < self.changes:
            self.wants_rooms = True
            return
        self.changes = snapshot.changes
        self.wants_rooms = False
        listed = {room.id: room for room in snapshot.rooms}
        self.logs = {room: log for room, log in self.logs.items() if room in listed}
        for seen in listed.values():
            self._take_room(seen)
        self._resume({room: log.seq for room, log in self.logs.items() if listed[room].seq > log.seq})

    def take_page(self, room: int, page: Page) -> None:
        log = self.logs.get(room)
        if log and not log.take_page(page):
            self.wants_pages.add(room)

    def _take_room(self, room: Room) -> None:
        if log := self.logs.get(room.id):
            self.wants_rooms |= not log.take_summary(room)
        else:
            self.logs[room.id] = Log.of(self.user, room)

    def _take_own(self, event: RoomChanged | RoomGone | ReadMoved, changes: int) -> None:
        if changes <= self.changes:
            return
        if changes > self.changes + 1:
            self.wants_rooms = True
            return
        self.changes = changes
        match event:
            case RoomChanged(room=room):
                self._take_room(room)
            case RoomGone(room=room):
                self.logs.pop(room, None)
            case ReadMoved(room=room, number=number, read_change=change, unread=unread, seq=seq):
                if log := self.logs.get(room):
                    self.wants_rooms |= not log.take_mark(number, change, unread, seq)

    def _reset(self, room: int, seq: int) -> None:
        if log := self.logs.get(room):
            log.drop_messages(seq)
            self.wants_rooms = True

    def _close_holes(self) -> None:
        if not self.resuming:
            self._resume({room: log.seq for room, log in self.logs.items() if log.early})

    def _resume(self, rooms: dict[int, int]) -> None:
        if rooms:
            self.resuming = True
            self.resumes.append(rooms)
