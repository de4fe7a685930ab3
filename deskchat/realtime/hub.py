"""The fan-out of one process: committed news in, one write per topic, listener and turn of the event loop out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from deskchat.domain.events import OwnEvent, RoomEvent
from deskchat.domain.lines import MemberJoined, MemberLeft
from deskchat.domain.messages import MessagePosted
from deskchat.domain.metrics import HubMetrics
from deskchat.domain.news import News, Seen, SessionsEnded, ToEverybody, ToRoom, ToUser
from deskchat.domain.rooms import RoomChanged, RoomGone
from deskchat.domain.users import ProfileChanged
from deskchat.realtime.frames import encode
from deskchat.realtime.murmur import Later, Murmur
from deskchat.realtime.outlet import Close
from deskchat.realtime.topics import Listener, Topic

Event = RoomEvent | OwnEvent | ProfileChanged


class Hub:
    """Called on the event loop only; nothing here waits. `soon` runs a function in the loop's next turn.

    `later` runs it in so many seconds; `now` is the time in milliseconds since 1970 UTC.
    """

    def __init__(
        self, soon: Callable[[Callable[[], None]], object], later: Later, now: Callable[[], int]
    ) -> None:
        self.metrics = HubMetrics()
        self._soon = soon
        self._rooms: dict[int, Topic] = {}
        self._users: dict[int, Topic] = {}
        self._due_rooms: list[Topic] = []
        self._due_users: list[Topic] = []
        self._congested: set[Listener] = set()
        self.murmur = Murmur(self._rooms, later, now)

    def publish(self, news: Sequence[News]) -> None:
        """Takes news in commit order. Who may hear a room changes at once; what is said goes out in the next turn."""
        for one in news:
            match one:
                case ToRoom(event):
                    self._note(event)
                    self._append(self._rooms.get(event.room), event, self._due_rooms)
                case ToUser(user, RoomChanged() | RoomGone() as event):
                    self._move(user, event)
                case ToUser(user, event):
                    self._append(self._users.get(user), event, self._due_users)
                case ToEverybody(event):
                    for topic in self._users.values():
                        self._append(topic, event, self._due_users)
                case SessionsEnded(user, sessions):
                    self._end(user, sessions)
                case Seen():
                    self.murmur.see(one)

    def subscribe(self, listener: Listener) -> None:
        """From here on the listener is told what is its user's own."""
        self._users.setdefault(listener.user, Topic()).listeners.add(listener)
        self.metrics.opened += 1

    def join(self, listener: Listener, rooms: Iterable[int]) -> None:
        """From here on the listener is told what happens in these rooms, and nothing of before."""
        for room in rooms:
            self._flush_room(room)
            self._rooms.setdefault(room, Topic()).listeners.add(listener)

    def leave(self, listener: Listener, rooms: Iterable[int]) -> None:
        """What happened in these rooms until now is still told; nothing after."""
        for room in rooms:
            self._flush_room(room)
            _drop(self._rooms, room, listener)

    def remove(self, listener: Listener, rooms: Iterable[int], code: Close) -> None:
        """Forgets a listener that has ended by this code, and that it had joined these rooms. It is told nothing more."""
        for room in rooms:
            _drop(self._rooms, room, listener)
        _drop(self._users, listener.user, listener)
        self._congested.discard(listener)
        self.metrics.closed[code.name.lower()] += 1

    def congest(self, listener: Listener) -> None:
        """Too much waits for this one, until it is relieved."""
        self._congested.add(listener)
        self.metrics.congestions += 1

    def relieve(self, listener: Listener) -> None:
        self._congested.discard(listener)

    def count_congested(self) -> int:
        return len(self._congested)

    def listeners(self) -> Iterator[Listener]:
        for topic in [*self._users.values()]:
            yield from [*topic.listeners]

    def count_listeners(self, user: int) -> int:
        topic = self._users.get(user)
        return len(topic.listeners) if topic else 0

    def _append(self, topic: Topic | None, event: Event, due: list[Topic]) -> None:
        if topic is None:
            return
        if not (self._due_rooms or self._due_users):
            self._soon(self._flush)
        if not topic.pending:
            due.append(topic)
        topic.pending.append(encode(event))

    def _flush(self) -> None:
        # Rooms first: a user's own counters then come after the events that they sum up.
        due = [*self._due_rooms, *self._due_users]
        self._due_rooms.clear()
        self._due_users.clear()
        for topic in due:
            self.metrics.deliveries += topic.flush()

    def _flush_room(self, room: int) -> None:
        topic = self._rooms.get(room)
        if topic:
            self.metrics.deliveries += topic.flush()

    def _note(self, event: RoomEvent) -> None:
        """What of it concerns what passes."""
        match event:
            case MemberJoined(room, seq):
                self.murmur.count(room, seq, 1)
            case MemberLeft(room, seq):
                self.murmur.count(room, seq, -1)
            case MessagePosted(room, message=message):
                self.murmur.end_typing(message.author, room)

    def _move(self, user: int, event: RoomChanged | RoomGone) -> None:
        own = self._users.get(user)
        if own:
            self._move_listeners(own, event)
        if isinstance(event, RoomChanged):
            self.murmur.join(user, event.room.id)
        else:
            self.murmur.part(user, event.room)

    def _move_listeners(self, own: Topic, event: RoomChanged | RoomGone) -> None:
        """Told at once: who joins is shown the room before its next event, who leaves has heard its last one."""
        self._flush_room(event.room.id if isinstance(event, RoomChanged) else event.room)
        own.pending.append(encode(event))
        self.metrics.deliveries += own.flush()
        for listener in [*own.listeners]:
            listener.move(event)

    def _end(self, user: int, sessions: tuple[int, ...]) -> None:
        topic = self._users.get(user)
        for listener in [*topic.listeners] if topic else []:
            if listener.device in sessions:
                listener.end(Close.SIGNED_OUT)


def _drop(topics: dict[int, Topic], key: int, listener: Listener) -> None:
    topic = topics.get(key)
    if topic is None:
        return
    topic.listeners.discard(listener)
    if not topic.listeners:
        del topics[key]
