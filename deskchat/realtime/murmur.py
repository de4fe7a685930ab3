"""What passes: who is here, who is typing, who has seen what. Told while it is new, joined, kept nowhere.

Each server tells the others how it is with its own people, and takes what they tell of theirs as one device more.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from deskchat.domain.news import Seen
from deskchat.domain.presence import Presence, State
from deskchat.domain.reading import SeenMark
from deskchat.realtime.elsewhere import NOBODY_ELSE, Elsewhere
from deskchat.realtime.frames import Presences, SeenMoved, TypingHeard, encode
from deskchat.realtime.letters import Attending
from deskchat.realtime.outlet import Batch
from deskchat.realtime.person import Person, join_states
from deskchat.realtime.topics import Listener, Topic, deliver

EVERY = 1.0
"""Seconds in which what is new is joined."""
GRACE = 15.0
"""Seconds after the last connection of somebody in which they may come back unnoticed."""
TYPING_EVERY = 2.0
"""Seconds in which one's typing in a room is told once."""
MOST_TOLD = 50
"""Members of a room in which everything is told to everybody; in a larger one only to who watches it."""
MOST_TOLD_AT_ONCE = 500

Later = Callable[[float, Callable[[], None]], object]


class Murmur:
    """Called on the event loop only. `topics`: who hears each room; `later` runs a function in so many seconds.

    `now` is the time in milliseconds since 1970 UTC.
    """

    def __init__(
        self,
        topics: Mapping[int, Topic[Any]],
        later: Later,
        now: Callable[[], int],
        elsewhere: Elsewhere = NOBODY_ELSE,
    ) -> None:
        self._elsewhere = elsewhere
        self._here_from_elsewhere: dict[int, set[int]] = {}  # by room
        self._topics = topics
        self._later = later
        self._now = now
        self._people: dict[int, Person] = {}
        self._members: dict[int, tuple[int, int]] = {}  # of a room: as of which seq, and how many
        self._watchers: dict[int, set[Listener]] = defaultdict(set)
        self._typed: set[tuple[int, int]] = set()
        self._changed: set[int] = set()
        self._seen: dict[int, dict[int, int]] = defaultdict(dict)
        self._is_due = False
        self._left: list[Presence] = []

    # Devices come and go

    def enter(self, listener: Listener, rooms: Iterable[int]) -> None:
        """Somebody's device is there, and they are in these rooms. Said again whenever the rooms were read anew."""
        person = self._people.setdefault(listener.user, Person())
        person.devices.setdefault(listener, "online")
        self._place(listener.user, person, set(rooms))
        self._change(listener.user)

    def leave(self, listener: Listener) -> None:
        for room in [*self._watchers]:
            self._unwatch(room, listener)
        person = self._people.get(listener.user)
        if person is None or person.devices.pop(listener, None) is None:
            return
        if person.devices:
            self._change(listener.user)
        else:
            self._await(listener.user, person)

    def attend(self, listener: Listener, state: State) -> None:
        """A device says whether somebody is at it."""
        person = self._people.get(listener.user)
        if person and listener in person.devices:
            person.devices[listener] = state
            self._change(listener.user)

    def take_left(self) -> list[Presence]:
        """Those who have gone since the last time."""
        left, self._left = self._left, []
        return left

    def get_state(self, user: int) -> State:
        """As it is now, whether it was told already or not."""
        person = self._people.get(user)
        return person.state if person else "offline"

    # Other servers

    def hear(self, server: str, people: Iterable[Attending]) -> None:
        """What another server tells of its people."""
        for one in people:
            if one.state == "offline":
                self._forget(server, one.user)
                continue
            person = self._people.setdefault(one.user, Person())
            person.elsewhere[server] = one.state
            # Where somebody has devices here, their own news says which rooms they are in.
            self._place(one.user, person, person.rooms if person.devices else set(one.rooms))
            self._change(one.user)

    def forget(self, server: str) -> None:
        """It has ended, or is not heard of any more."""
        for user, person in [*self._people.items()]:
            if server in person.elsewhere:
                self._forget(server, user)

    def introduce(self) -> None:
        """Tells the other servers of everybody here."""
        for user, person in self._people.items():
            if person.devices:
                person.passed_on = ("offline", frozenset())
                self._change(user)

    def hear_typing(self, typing: TypingHeard) -> None:
        """Somebody types, at whatever server."""
        if self._is_small(typing.room):
            others = [one for one in self._list_listeners(typing.room) if one.user != typing.user]
            self._write(others, [encode(typing)])

    # Rooms

    def measure(self, room: int, members: int, seq: int) -> None:
        """A room had so many members at a seq."""
        if seq >= self._members.get(room, (0, 0))[0]:
            self._members[room] = (seq, members)

    def count(self, room: int, seq: int, more: int) -> None:
        """Somebody joined a room, or left it."""
        at, members = self._members.get(room, (seq, 0))
        if seq > at:
            self._members[room] = (seq, members + more)

    def join(self, user: int, room: int) -> None:
        """Who shares a first room with somebody learns whether they are here."""
        person = self._people.get(user)
        if person is None or room in person.rooms:
            return
        self._place(user, person, person.rooms | {room})
        self._change(user)
        if self._is_small(room):
            self._write(self._list_listeners(room), self.describe([room]))

    def part(self, user: int, room: int) -> None:
        """Who no longer share any room do not go on seeing each other."""
        for device in self._list_devices(user):
            self._unwatch(room, device)
        person = self._people.get(user)
        if person is None or room not in person.rooms:
            return
        self._place(user, person, person.rooms - {room})
        self._change(user)
        self._separate(user, room)

    def _separate(self, user: int, room: int) -> None:
        others = {listener.user for listener in self._list_listeners(room)} - {user}
        for other in others:
            if not self._share_a_room(user, other):
                self._write(self._list_devices(user), [encode(Presences([Presence(other, "offline")]))])
                self._write(self._list_devices(other), [encode(Presences([Presence(user, "offline")]))])

    def watch(self, listener: Listener, rooms: Iterable[int]) -> list[bytes]:
        """From now on a device is told of these rooms, however large; the frames that say who is here."""
        wanted = {room for room in rooms if not self._is_small(room)}
        for room in [*self._watchers]:
            if room not in wanted:
                self._unwatch(room, listener)
        for room in wanted:
            self._watchers[room].add(listener)
        return _in_frames(self._list_here(wanted))

    def describe(self, rooms: Iterable[int]) -> list[bytes]:
        """The frames that say who is here in those of these rooms in which everybody is told."""
        return _in_frames(self._list_here({room for room in rooms if self._is_small(room)}))

    # What they do

    def type(self, user: int, room: int) -> None:
        """Told to the others at once; again only after a while, and never in a large room."""
        if (user, room) in self._typed or not self._is_small(room):
            return
        self._typed.add((user, room))
        self._later(TYPING_EVERY, lambda: self._typed.discard((user, room)))
        heard = TypingHeard(room, user)
        self._elsewhere.tell_typing(heard)
        self.hear_typing(heard)

    def end_typing(self, user: int, room: int) -> None:
        """They have written: when they begin anew, that is news."""
        self._typed.discard((user, room))

    def see(self, seen: Seen) -> None:
        marks = self._seen[seen.room]
        marks[seen.user] = max(seen.number, marks.get(seen.user, 0))
        self._tell_soon()

    # Telling

    def _change(self, user: int) -> None:
        self._changed.add(user)
        self._tell_soon()

    def _tell_soon(self) -> None:
        if not self._is_due:
            self._is_due = True
            self._later(EVERY, self._tell)

    def _tell(self) -> None:
        self._is_due = False
        changed, self._changed = self._changed, set()
        self._pass_on(changed)
        seen, self._seen = self._seen, defaultdict(dict)
        self._tell_presence({user: person for user in changed if (person := self._update(user))})
        for room, marks in seen.items():
            moved = SeenMoved(room, [SeenMark(user, number) for user, number in marks.items()])
            self._write(self._list_audience(room), [encode(moved)])

    def _update(self, user: int) -> Person | None:
        """Somebody whose state is no longer the one that was told."""
        person = self._people.get(user)
        if person is None or person.state == person.told:
            return None
        person.told = person.state
        return person

    def _await(self, user: int, person: Person) -> None:
        person.absences += 1
        absence = person.absences
        self._later(GRACE, lambda: self._miss(user, absence))

    def _miss(self, user: int, absence: int) -> None:
        """Who has not come back since is gone; noted by the server that they were at."""
        person = self._people.get(user)
        if person is None or person.devices or person.absences != absence:
            return
        was_here = not self._elsewhere.exists or person.passed_on[0] != "offline"
        self._pass_on([user])
        if person.elsewhere:
            return
        person.told = "offline"
        gone = Presence(user, "offline", self._now())
        if was_here:
            self._left.append(gone)
        self._spread({user: person.rooms}, {user: gone})
        del self._people[user]

    def _forget(self, server: str, user: int) -> None:
        person = self._people.get(user)
        if person is None or person.elsewhere.pop(server, None) is None:
            return
        self._place(user, person, person.rooms)
        if person.is_here:
            self._change(user)
        else:
            self._await(user, person)

    def _place(self, user: int, person: Person, rooms: set[int]) -> None:
        """They are in these rooms now. Who has devices elsewhere is found by room also where nobody of theirs listens."""
        came, left = rooms - person.rooms, person.rooms - rooms
        for room in left if person.elsewhere else person.rooms:
            self._unlist(room, user)
        person.rooms = rooms
        if not person.elsewhere:
            return
        for room in rooms:
            self._here_from_elsewhere.setdefault(room, set()).add(user)
        if not person.devices and person.told != "offline":
            for room in left:
                self._separate(user, room)
            for room in filter(self._is_small, came):
                self._write(self._list_listeners(room), self.describe([room]))

    def _unlist(self, room: int, user: int) -> None:
        users = self._here_from_elsewhere.get(room)
        if users:
            users.discard(user)
            if not users:
                del self._here_from_elsewhere[room]

    def _pass_on(self, users: Iterable[int]) -> None:
        """Tells the other servers what is new of people who are here, or were."""
        if not self._elsewhere.exists:
            return
        told = []
        for user in users:
            person = self._people.get(user)
            if person is None:
                continue
            state = join_states(person.devices.values()) or "offline"
            passed_on = (state, frozenset(person.rooms) if person.devices else frozenset[int]())
            if passed_on != person.passed_on:
                person.passed_on = passed_on
                told.append(Attending(user, state, sorted(passed_on[1])))
        self._elsewhere.tell_attending(told)

    def _tell_presence(self, changed: dict[int, Person]) -> None:
        rooms = {user: person.rooms for user, person in changed.items()}
        self._spread(rooms, {user: Presence(user, person.told) for user, person in changed.items()})

    def _spread(self, rooms: Mapping[int, set[int]], states: Mapping[int, Presence]) -> None:
        """To each who shares a room with them one frame; to the watchers of a large room the same one."""
        heard: dict[Listener, set[int]] = defaultdict(set)
        large: dict[int, list[Presence]] = defaultdict(list)
        for user, state in states.items():
            for room in rooms[user]:
                if self._is_small(room):
                    for listener in self._list_listeners(room):
                        if listener.user != user:
                            heard[listener].add(user)
                elif self._watchers.get(room):
                    large[room].append(state)
        encoded: dict[frozenset[int], bytes] = {}
        for listener, users in heard.items():
            key = frozenset(users)
            if key not in encoded:
                encoded[key] = encode(Presences([states[user] for user in key]))
            self._write([listener], [encoded[key]])
        for room, people in large.items():
            self._write(self._watchers[room], _in_frames(people))

    def _list_here(self, rooms: set[int]) -> list[Presence]:
        users = {listener.user for room in rooms for listener in self._list_listeners(room)}
        users.update(*(self._here_from_elsewhere.get(room, ()) for room in rooms))
        return [
            Presence(user, person.told)
            for user in users
            if (person := self._people.get(user)) and person.told != "offline"
        ]

    def _write(self, listeners: Iterable[Listener], frames: list[bytes]) -> None:
        if frames:
            batch = Batch(frames)
            for listener in [*listeners]:
                deliver(listener, batch)

    # Who hears it

    def _is_small(self, room: int) -> bool:
        return self._members.get(room, (0, 0))[1] <= MOST_TOLD

    def _list_audience(self, room: int) -> Iterable[Listener]:
        return self._list_listeners(room) if self._is_small(room) else self._watchers.get(room, ())

    def _list_listeners(self, room: int) -> Iterable[Listener]:
        topic = self._topics.get(room)
        return topic.listeners if topic else ()

    def _list_devices(self, user: int) -> Iterator[Listener]:
        person = self._people.get(user)
        yield from person.devices if person else ()

    def _share_a_room(self, one: int, other: int) -> bool:
        """As far as it matters here: in a large room nobody is told without watching."""
        person, another = self._people.get(one), self._people.get(other)
        return bool(person and another and any(map(self._is_small, person.rooms & another.rooms)))

    def _unwatch(self, room: int, listener: Listener) -> None:
        watchers = self._watchers.get(room, set())
        watchers.discard(listener)
        if not watchers:
            self._watchers.pop(room, None)


def _in_frames(people: list[Presence]) -> list[bytes]:
    pieces = (people[at : at + MOST_TOLD_AT_ONCE] for at in range(0, len(people), MOST_TOLD_AT_ONCE))
    return [encode(Presences(piece)) for piece in pieces]
