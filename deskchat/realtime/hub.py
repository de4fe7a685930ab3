"""The fan-out of one process: committed news in, one write per topic, listener and turn of the event loop out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import Any, TypeVar

from deskchat.domain.events import CommonEvent, OwnEvent, RoomEvent
from deskchat.domain.lines import MemberJoined, MemberLeft
from deskchat.domain.messages import MessagePosted
from deskchat.domain.metrics import HubMetrics
from deskchat.domain.news import News, Seen, SessionsEnded, ToEverybody, ToRoom, ToUser
from deskchat.domain.rooms import RoomChanged, RoomGone
from deskchat.realtime.course import Course
from deskchat.realtime.elsewhere import NOBODY_ELSE, Elsewhere
from deskchat.realtime.frames import encode
from deskchat.realtime.murmur import Later, Murmur
from deskchat.realtime.outlet import Close
from deskchat.realtime.topics import Listener, Topic

T = TypeVar("T")
Event = RoomEvent | OwnEvent | CommonEvent


class Hub:
    """Called on the event loop only; nothing here waits. `soon` runs a function in the loop's next turn.

    `later` runs it in so many seconds; `now` is the time in milliseconds since 1970 UTC. `elsewhere`: other servers.
    """

    def __init__(
        self,
        soon: Callable[[Callable[[], None]], object],
        later: Later,
        now: Callable[[], int],
        elsewhere: Elsewhere = NOBODY_ELSE,
    ) -> None:
        self.metrics = HubMetrics()
        self._soon = soon
        self._elsewhere = elsewhere
        self._rooms: dict[int, Topic[RoomEvent]] = {}
        self._users: dict[int, Topic[OwnEvent]] = {}
        self._due_rooms: list[Topic[RoomEvent]] = []
        self._due_users: list[Topic[OwnEvent]] = []
        self.murmur = Murmur(self._rooms, later, now, elsewhere)
        self._congested: set[Listener] = set()

    def publish(self, news: Sequence[News]) -> None:
        """Takes news: of one server in commit order; of several as they come, each as often as it comes.

        Who may hear a room changes at once; what is said goes out in the next turn.
        """
        for one in news:
            match one:
                case ToRoom(event):
                    self._take_room(event)
                case ToUser(user, event):
                    self._take_own(user, event)
                case ToEverybody(event):
                    for topic in self._users.values():
                        self._append(topic, event, self._due_users)
                case SessionsEnded(user, sessions):
                    self._end(user, sessions)
                case Seen():
                    self.murmur.see(one)

    def subscribe(self, listener: Listener) -> None:
        """From here on the listener is told what is its user's own."""
        topic = self._users.get(listener.user)
        if topic is None:
            topic = self._users[listener.user] = Topic(self._start_course())
            self._elsewhere.follow_user(listener.user)
        topic.listeners.add(listener)
        self.metrics.opened += 1

    def join(self, listener: Listener, rooms: Iterable[int]) -> None:
        """From here on the listener is told what happens in these rooms, and nothing of before."""
        for room in rooms:
            self._flush_room(room)
            topic = self._rooms.get(room)
            if topic is None:
                topic = self._rooms[room] = Topic(self._start_course())
                self._elsewhere.follow_room(room)
            topic.listeners.add(listener)

    def leave(self, listener: Listener, rooms: Iterable[int]) -> None:
        """What happened in these rooms until now is still told; nothing after."""
        for room in rooms:
            self._flush_room(room)
            self._drop_from_room(room, listener)

    def remove(self, listener: Listener, rooms: Iterable[int], code: Close) -> None:
        """Forgets a listener that has ended by this code, and that it had joined these rooms. It is told nothing more."""
        for room in rooms:
            self._drop_from_room(room, listener)
        if _drop(self._users, listener.user, listener):
            self._elsewhere.leave_user(listener.user)
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

    # Between several servers

    def begin(self, user: int, changes: int, rooms: Iterable[tuple[int, int]]) -> bool:
        """A listener was shown how it is with its user and with rooms that it hears, as of these numbers.

        False if others were told more than that meanwhile: it has to look again.
        """
        if not self._elsewhere.exists:
            return True
        # A list: every course is to be begun.
        begun = [self.begin_room(room, seq) for room, seq in rooms]
        return all([*begun, self._begin_user(user, changes)])

    def begin_room(self, room: int, seq: int) -> bool:
        """The same of one room."""
        told = _get_told(self._rooms.get(room))
        if told is not None and told > seq:
            return False
        if told != seq:
            _begin(self._rooms.get(room), seq, self._tell_room)
            self._elsewhere.miss_room(room)
        return True

    def list_heard(self) -> tuple[list[int], list[int]]:
        """The rooms and the users of which somebody here is told."""
        return [*self._rooms], [*self._users]

    def get_told(self, room: int) -> int | None:
        """Up to which seq everything was told; None where nobody has been shown anything yet."""
        return _get_told(self._rooms.get(room))

    def lacks_of_room(self, room: int, seq: int) -> bool:
        told = _get_told(self._rooms.get(room))
        return told is not None and told < seq

    def lacks_of_user(self, user: int, changes: int) -> bool:
        told = _get_told(self._users.get(user))
        return told is not None and told < changes

    def renew_room(self, room: int) -> None:
        """Too much of it was missed to be read back."""
        _renew(self._rooms.get(room))

    def renew_user(self, user: int) -> None:
        """Some of their own news was missed."""
        _renew(self._users.get(user))

    def _start_course(self) -> Course[Any] | None:
        return Course() if self._elsewhere.exists else None

    def _begin_user(self, user: int, changes: int) -> bool:
        told = _get_told(self._users.get(user))
        if told is not None and told > changes:
            return False
        if told != changes:
            _begin(self._users.get(user), changes, partial(self._tell_own, user))
            self._elsewhere.miss_user(user)
        return True

    def _take_room(self, event: RoomEvent) -> None:
        if _take(self._rooms.get(event.room), event.seq, event, self._tell_room):
            self._elsewhere.miss_room(event.room)

    def _take_own(self, user: int, event: OwnEvent) -> None:
        if _take(self._users.get(user), event.changes, event, partial(self._tell_own, user)):
            self._elsewhere.miss_user(user)

    # Telling

    def _tell_room(self, event: RoomEvent) -> None:
        self._note(event)
        if isinstance(event, MemberLeft) and self._elsewhere.exists:
            self._part(event.room, event.user.id)
        self._append(self._rooms.get(event.room), event, self._due_rooms)

    def _tell_own(self, user: int, event: OwnEvent) -> None:
        if isinstance(event, RoomChanged | RoomGone):
            self._move(user, event)
        else:
            self._append(self._users.get(user), event, self._due_users)

    def _part(self, room: int, user: int) -> None:
        """Who is removed hears nothing more of the room, also if their own news of it are late or lost."""
        topic = self._users.get(user)
        # Also devices that do not hear it at the moment: they are about to catch up on it.
        for listener in [*topic.listeners] if topic else []:
            listener.lose(room)

    def _append(self, topic: Topic[T] | None, event: Event, due: list[Topic[T]]) -> None:
        if topic is None:
            return
        if not (self._due_rooms or self._due_users):
            self._soon(self._flush)
        if not topic.pending:
            due.append(topic)
        topic.pending.append(encode(event))

    def _flush(self) -> None:
        # Rooms first: a user's own counters then come after the events that they sum up.
        due: list[Topic[Any]] = [*self._due_rooms, *self._due_users]
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

    def _move_listeners(self, own: Topic[OwnEvent], event: RoomChanged | RoomGone) -> None:
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

    def _drop_from_room(self, room: int, listener: Listener) -> None:
        if _drop(self._rooms, room, listener):
            self._elsewhere.leave_room(room)


def _drop(topics: dict[int, Topic[T]], key: int, listener: Listener) -> bool:
    """Whether that was the last one."""
    topic = topics.get(key)
    if topic is None:
        return False
    topic.listeners.discard(listener)
    if not topic.listeners:
        del topics[key]
    return not topic.listeners


def _take(topic: Topic[T] | None, number: int, event: T, tell: Callable[[T], None]) -> bool:
    """Tells an event in its turn. Whether it waits for others that are missing."""
    if topic is None or topic.course is None:
        tell(event)
        return False
    for next_ in topic.course.take(number, event):
        tell(next_)
    return topic.course.lacks_some


def _begin(topic: Topic[T] | None, number: int, tell: Callable[[T], None]) -> None:
    for event in topic.course.begin(number) if topic and topic.course else ():
        tell(event)


def _get_told(topic: Topic[T] | None) -> int | None:
    return topic.course.told if topic and topic.course else None


def _renew(topic: Topic[T] | None) -> None:
    if topic and topic.course:
        topic.course.break_off()
        for listener in [*topic.listeners]:
            listener.renew()
