"""The servers of one organisation: what they tell each other, and what makes up for all that they could not.

The bus carries news as a hint, the database is the truth. A server that finds a hole in the numbers of a room or a
user reads it back; that its news are late or lost without a hole, it finds by looking at the numbers now and then,
and often while the bus or another server is silent.
"""

from __future__ import annotations

import asyncio
import secrets
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Any

import structlog

from deskchat.domain.errors import Refusal
from deskchat.domain.events import find_heads, list_missed
from deskchat.domain.limits import TokenBuckets
from deskchat.domain.news import News, Seen, SessionsEnded, ToEverybody, ToRoom, ToUser
from deskchat.domain.ports import Store, Transaction
from deskchat.domain.users import find_changes
from deskchat.realtime.bus import Bus
from deskchat.realtime.connections import Connections
from deskchat.realtime.errands import Errands, Far
from deskchat.realtime.frames import NOT_UNDERSTOOD, TypingHeard
from deskchat.realtime.hub import Hub
from deskchat.realtime.letters import (
    MOST_IN_LETTER,
    Alive,
    Arrived,
    Attending,
    Committed,
    Departed,
    Errand,
    ErrandDone,
    Letter,
    LimitName,
    Passing,
    Present,
    Spent,
    as_letter,
    as_news,
    decode,
    encode,
)
from deskchat.realtime.watch import end_expired

log = structlog.get_logger(__name__)

BEAT = 1.0
"""Seconds between two signs of life."""
SILENCE = 3.0
"""Seconds without one after which the bus, or another server, counts as silent."""
LONGEST_SILENCE = 60.0
"""Seconds after which a silent server is thought to have ended."""
PATIENCE = 0.1
"""Seconds in which a hole may still be filled by what is on its way."""
ROUND = 5.0
"""Seconds between two looks at the numbers of everything that somebody here hears."""
MOST_READ_BACK = 500
"""Events of a room that are read back; where more were missed, everybody is shown the room anew."""
MOST_AT_ONCE = 500
SHARE_EVERY = 0.1
"""Seconds between two accounts of what was taken of the limits."""

Look = Callable[[Transaction, Sequence[int]], dict[int, int]]

EVERYBODY = "all"
_LENGTH = 16
"""Of a server's name, which every letter begins with."""


class Servers:
    """This one's place among them (`elsewhere.Elsewhere`). `clock` gives seconds and only rises."""

    exists = True

    def __init__(
        self, url: str, limits: Mapping[LimitName, TokenBuckets[Any]], clock: Callable[[], float]
    ) -> None:
        self.name = secrets.token_hex(_LENGTH // 2)
        self.lag = 0.0
        """Seconds that the last sign of life took to come back from the bus."""
        self.read_back = 0
        """How often events of a room were missed, and read from the database."""
        self._sender = self.name.encode()
        self._bus = Bus(url, self._hear, self._open)
        self._limits = limits
        self._clock = clock
        self._heard_oneself = self._beat_at = float("-inf")
        self._heard: dict[str, float] = {}  # the others, by when they were heard of last
        self._due: dict[str, list[Letter]] = defaultdict(list)
        self._rooms: set[int] = set()  # to be looked at
        self._users: set[int] = set()
        self._look = asyncio.Event()
        self._missed_some = asyncio.Event()
        self.errands = Errands(lambda server, letter: self._tell(_of_server(server), letter), self._is_heard)
        for limit in limits.values():
            limit.share()

    def count_heard(self) -> int:
        return sum(map(self._is_heard, self._heard))

    @property
    def is_bus_heard(self) -> bool:
        return self._clock() - self._heard_oneself < SILENCE

    # What the hub tells

    def follow_room(self, room: int) -> None:
        self._bus.follow(_of_room(room))

    def leave_room(self, room: int) -> None:
        self._bus.leave(_of_room(room))

    def follow_user(self, user: int) -> None:
        self._bus.follow(_of_user(user))

    def leave_user(self, user: int) -> None:
        self._bus.leave(_of_user(user))

    def miss_room(self, room: int) -> None:
        # Else it is looked at once its channel is open.
        if self._bus.is_open(_of_room(room)):
            self._rooms.add(room)
            self._look.set()

    def miss_user(self, user: int) -> None:
        if self._bus.is_open(_of_user(user)):
            self._users.add(user)
            self._look.set()

    def tell_typing(self, typing: TypingHeard) -> None:
        self._tell(_of_room(typing.room), typing)

    def tell_attending(self, people: Sequence[Attending]) -> None:
        for start in range(0, len(people), MOST_IN_LETTER):
            self._tell(EVERYBODY, Present([*people[start : start + MOST_IN_LETTER]]))

    def publish(self, news: Sequence[News]) -> None:
        """Tells the others what was committed here."""
        for one in news:
            self._tell(_channel_of(one), as_letter(one))

    # While it runs

    async def run(self, store: Store, hub: Hub, connections: Connections) -> None:
        """Until it is cancelled; what waits is still sent then."""
        self._hub = hub
        self._connections = connections
        self._bus.prefix = f"deskchat:{await store.read(lambda tx: tx.organisation.epoch())}:"
        self._bus.follow(EVERYBODY)
        self._bus.follow(_of_server(self.name))
        async with asyncio.TaskGroup() as group:
            _ = group.create_task(self._bus.run())
            _ = group.create_task(self._beat())
            _ = group.create_task(self._share_limits())
            _ = group.create_task(self._mend(store))
            _ = group.create_task(self._go_round(store))

    def find_far(self, connection: str, device: int) -> Far | None:
        """A connection of another server, which its name says; None for one of this server's."""
        server, found, _ = connection.partition(".")
        return Far(self.errands, server, connection, device) if found and server != self.name else None

    def depart(self) -> None:
        """The others need not wait for what they heard of it last to be old."""
        self.errands.stop()
        self._tell(EVERYBODY, Departed())

    async def _beat(self) -> None:
        while True:
            self._tell(EVERYBODY, Alive())
            self._tell(_of_server(self.name), Alive())
            self._beat_at = self._clock()
            for server, at in [*self._heard.items()]:
                if self._clock() - at > SILENCE:
                    self._hub.murmur.forget(server)
                if self._clock() - at > LONGEST_SILENCE:
                    del self._heard[server]
            await asyncio.sleep(BEAT)

    async def _share_limits(self) -> None:
        while True:
            await asyncio.sleep(SHARE_EVERY)
            for name, limit in self._limits.items():
                takes = limit.take_spent()
                for start in range(0, len(takes), MOST_IN_LETTER):
                    self._tell(EVERYBODY, Spent(name, takes[start : start + MOST_IN_LETTER]))

    async def _mend(self, store: Store) -> None:
        """Looks at what may lack news."""
        while True:
            _ = await self._look.wait()
            self._look.clear()
            rooms, users = self._rooms, self._users
            self._rooms, self._users = set(), set()
            await self._attempt(partial(self._compare, store, rooms, users))

    async def _go_round(self, store: Store) -> None:
        """Looks at everything that somebody here hears."""
        while True:
            is_calm = self.is_bus_heard and not self._is_somebody_silent()
            with suppress(TimeoutError):
                async with asyncio.timeout(ROUND if is_calm else BEAT):
                    _ = await self._missed_some.wait()
            was_away = not is_calm or self._missed_some.is_set()
            self._missed_some.clear()
            await self._attempt(partial(self._compare, store, *self._hub.list_heard()))
            if was_away:
                await self._attempt(partial(end_expired, store, self._hub))

    async def _attempt(self, work: Callable[[], Awaitable[None]]) -> None:
        try:
            await work()
        except Refusal as refusal:
            # The database does not answer: the next round asks again.
            log.warning("round-put-off", code=refusal.code)
        except Exception:
            log.exception("round-failed")

    async def _compare(self, store: Store, rooms: Iterable[int], users: Iterable[int]) -> None:
        """What was told with what is kept; what is on its way meanwhile may come."""
        heads = await _read_in_chunks(store, find_heads, rooms)
        changes = await _read_in_chunks(store, find_changes, users)
        if not self._list_behind(heads, changes):
            return
        await asyncio.sleep(PATIENCE)
        for room in self._list_behind(heads, {}):
            await self._read_back(store, room)
        for user in self._list_behind({}, changes):
            self._hub.renew_user(user)

    def _list_behind(self, heads: Mapping[int, int], changes: Mapping[int, int]) -> list[int]:
        """Rooms, or users, of whom less was told than this."""
        hub = self._hub
        rooms = [room for room, seq in heads.items() if hub.lacks_of_room(room, seq)]
        return [*rooms, *(user for user, number in changes.items() if hub.lacks_of_user(user, number))]

    async def _read_back(self, store: Store, room: int) -> None:
        after = self._hub.get_told(room)
        if after is None:
            return
        missed = await store.read(partial(list_missed, room=room, after=after, limit=MOST_READ_BACK))
        self.read_back += 1
        if missed.reset or not missed.reached_head:
            self._hub.renew_room(room)
        else:
            self._hub.publish([ToRoom(event) for event in missed.events])

    def _is_heard(self, server: str) -> bool:
        return self._clock() - self._heard.get(server, float("-inf")) < SILENCE

    def _is_somebody_silent(self) -> bool:
        return any(self._clock() - at > SILENCE for at in self._heard.values())

    # Letters

    def _tell(self, channel: str, letter: Letter) -> None:
        if not self._due:
            asyncio.get_running_loop().call_soon(self._send)
        self._due[channel].append(letter)

    def _send(self) -> None:
        """All that this turn of the loop has to tell, one letter a channel."""
        due, self._due = self._due, defaultdict(list)
        for channel, letters in due.items():
            self._bus.send(channel, self._sender + encode(letters))

    def _open(self, channel: str) -> None:
        """It is heard from now on; what was told before may have been missed."""
        kind, _, name = channel.partition(":")
        if kind == "room":
            self.miss_room(int(name))
        elif kind == "user":
            self.miss_user(int(name))
        elif name == self.name:
            self._tell(EVERYBODY, Arrived())
            self._hub.murmur.introduce()
            self._missed_some.set()

    def _hear(self, channel: str, written: bytes) -> None:
        if written.startswith(self._sender):
            self._hear_oneself(channel)
            return
        try:
            sender, letters = written[:_LENGTH].decode(), decode(written[_LENGTH:])
        except NOT_UNDERSTOOD:
            # A server of another version. What it told of what is kept is read back.
            log.warning("letter-not-understood")
            return
        self._heard[sender] = self._clock()
        try:
            self._read(sender, letters)
        except Exception:
            # All servers get it, and would all end by it.
            log.exception("letter-failed")

    def _hear_oneself(self, channel: str) -> None:
        if channel == _of_server(self.name):
            self._heard_oneself = self._clock()
            self.lag = self._heard_oneself - self._beat_at

    def _read(self, sender: str, letters: list[Letter]) -> None:
        self._hub.publish([as_news(letter) for letter in letters if isinstance(letter, Committed)])
        for letter in letters:
            if not isinstance(letter, Committed):
                self._note(sender, letter)

    def _note(self, sender: str, letter: Passing) -> None:
        murmur = self._hub.murmur
        match letter:
            case TypingHeard():
                murmur.hear_typing(letter)
            case Present(people):
                murmur.hear(sender, people)
            case Spent(name, takes):
                for who, count in takes:
                    self._limits[name].charge(who, count, self._clock())
            case Errand():
                self.errands.do(self._connections, letter, sender)
            case ErrandDone():
                self.errands.take(letter)
            case Arrived():
                murmur.introduce()
            case Departed():
                murmur.forget(sender)
                _ = self._heard.pop(sender, None)
            case Alive():
                pass


async def _read_in_chunks(store: Store, look: Look, wanted: Iterable[int]) -> dict[int, int]:
    """In small questions, so that others are answered in between."""
    ordered = sorted(wanted)
    found: dict[int, int] = {}
    for start in range(0, len(ordered), MOST_AT_ONCE):
        found |= await store.read(partial(_look, look, ordered[start : start + MOST_AT_ONCE]))
    return found


def _look(look: Look, wanted: Sequence[int], tx: Transaction) -> dict[int, int]:
    return look(tx, wanted)


def _channel_of(news: News) -> str:
    match news:
        case ToRoom(event):
            return _of_room(event.room)
        case Seen(room):
            return _of_room(room)
        case ToUser(user) | SessionsEnded(user):
            return _of_user(user)
        case ToEverybody():
            return EVERYBODY


def _of_room(room: int) -> str:
    return f"room:{room}"


def _of_user(user: int) -> str:
    return f"user:{user}"


def _of_server(server: str) -> str:
    return f"server:{server}"
