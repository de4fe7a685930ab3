"""Everybody writes at once, in all their rooms and from all their devices; and what must hold of it in the end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from itertools import count
from random import Random

from deskchat.domain.errors import NoSuchRoom
from deskchat.domain.events import RoomEvent, list_missed
from deskchat.domain.lines import MemberJoined, MemberLeft
from deskchat.domain.messages import Message, MessagePosted
from deskchat.domain.ports import Transaction
from deskchat.domain.rooms import list_rooms
from tests.kill.crowd import Person, Post
from tests.servers.cluster import Cluster
from tests.servers.roamer import Roamer, Summary

ENOUGH = 60.0
"""Seconds that anything may take on any machine; the servers themselves need five."""
LONGEST_THOUGHT = 0.2
"""Seconds that a device spends on a text."""


class Load:
    """What everybody wrote, and how to wait for what becomes of it."""

    def __init__(self, cluster: Cluster, dice: Random) -> None:
        self.cluster = cluster
        self.dice = dice
        self.posts: list[Post] = []
        self._something = asyncio.Event()
        self._keys = count(1)
        self.roamers = [self._send_out(person) for person in cluster.people]
        self._writing: list[asyncio.Task[None]] = []

    @property
    def acknowledged(self) -> list[Post]:
        return [post for post in self.posts if post.posted]

    def devices_of(self, user: int) -> list[Roamer]:
        return [roamer for roamer in self.roamers if roamer.person.id == user]

    async def until(self, holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(ENOUGH):
            while not holds():
                self._something.clear()
                await self._something.wait()

    async def goes_on(self, posts: int = 60) -> None:
        """So many more are acknowledged."""
        enough = len(self.acknowledged) + posts
        await self.until(lambda: len(self.acknowledged) >= enough)

    async def goes_on_for(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
        await self.goes_on(1)

    def begin(self) -> None:
        self._writing = [asyncio.create_task(self._write(roamer)) for roamer in self.roamers]

    async def comes_to_rest(self) -> None:
        """Nobody writes any more, and everybody holds what the database holds."""
        for task in self._writing:
            task.cancel()
        await asyncio.wait(self._writing)
        await check(self)

    async def _write(self, roamer: Roamer) -> None:
        while True:
            await asyncio.sleep(self.dice.random() * LONGEST_THOUGHT)
            rooms = [room for room in roamer.device.logs if not roamer.outbox[room]]
            if rooms:
                self._post(roamer, self.dice.choice(rooms))

    def _post(self, roamer: Roamer, room: int) -> None:
        number = next(self._keys)
        post = Post(roamer.person, room, f"key-{number}", f"text {number}")
        self.posts.append(post)
        roamer.write(post)

    def _send_out(self, person: Person) -> Roamer:
        servers = [*self.cluster.servers]
        self.dice.shuffle(servers)
        return Roamer(person, servers, self.dice, self._something.set)


@asynccontextmanager
async def load_on(cluster: Cluster, dice: Random) -> AsyncIterator[Load]:
    """In the end everybody has sent what they wrote, and holds what the database holds."""
    load = Load(cluster, dice)
    async with asyncio.TaskGroup() as living:
        lives = [living.create_task(roamer.live()) for roamer in load.roamers]
        load.begin()
        await load.goes_on()
        yield load
        await load.comes_to_rest()
        for task in lives:
            task.cancel()


async def check(load: Load) -> None:
    try:
        await load.until(lambda: all(roamer.has_sent_all for roamer in load.roamers))
    except TimeoutError:
        raise AssertionError(f"not acknowledged: {_list_unsent(load)}") from None
    kept = load.cluster.see(partial(_read, load=load))
    _check_posts(load, kept)
    summaries = {
        roamer.person.id: load.cluster.see(partial(_summarise, by=roamer.person.id))
        for roamer in load.roamers
    }
    try:
        await load.until(lambda: not _list_differences(load, kept, summaries))
    except TimeoutError:
        raise AssertionError("\n".join(_list_differences(load, kept, summaries))) from None
    _check_told(load, kept)


class Kept:
    """What the database holds of a room."""

    def __init__(self, events: list[RoomEvent], messages: list[Message], seq: int) -> None:
        self.seq = seq
        self.messages = [(one.number, one.author, one.key, one.text, one.changed) for one in messages]
        self.members: set[int] = set()
        self.left: dict[int, int] = {}
        assert [event.seq for event in events] == list(range(1, seq + 1)), "the events have holes"
        assert [message.number for message in messages] == list(range(1, len(messages) + 1))
        posted = [event.message for event in events if isinstance(event, MessagePosted)]
        assert posted == messages, "the events are not those of the messages"
        for event in events:
            match event:
                case MemberJoined(user=user):
                    self.members.add(user.id)
                    self.left.pop(user.id, None)
                case MemberLeft(user=user):
                    self.members.discard(user.id)
                    self.left[user.id] = event.seq

    def may_be_told(self, user: int, seq: int) -> bool:
        return user in self.members or seq <= self.left.get(user, 0)


def _read(tx: Transaction, load: Load) -> dict[int, Kept]:
    rooms = {room for person in load.cluster.people for room in person.rooms}
    return {room: _read_room(tx, room) for room in rooms}


def _read_room(tx: Transaction, room: int) -> Kept:
    missed = list_missed(tx, room, after=0, limit=1_000_000)
    messages = tx.messages.list_page(room, before=None, after=None, limit=1_000_000)
    return Kept(missed.events, messages, missed.seq)


def _check_posts(load: Load, kept: dict[int, Kept]) -> None:
    """Whatever was acknowledged is there once, where it was said to be; and nothing that nobody wrote."""
    written = [(room, *message) for room, of_room in kept.items() for message in of_room.messages]
    assert len({(author, key) for _, _, author, key, _, _ in written}) == len(written), "one is there twice"
    acknowledged = {
        (post.room, post.posted.number, post.author.id, post.key, post.text, post.posted.seq)
        for post in load.posts
        if post.posted
    }
    assert {*written} == acknowledged
    for roamer in load.roamers:
        for post, code in roamer.refused:
            assert code == NoSuchRoom.code, f"{post.key} was refused: {code}"
            assert post.author.id not in kept[post.room].members, f"{post.key} was refused"


def _summarise(tx: Transaction, by: int) -> Summary:
    shown = list_rooms(tx, by)
    return shown.changes, {
        room.id: (room.seq, room.last_number, room.members, room.read_number, room.unread)
        for room in shown.rooms
    }


def _list_differences(load: Load, kept: dict[int, Kept], summaries: dict[int, Summary]) -> list[str]:
    return [
        f"device {number}, of {roamer.person.id}, at {roamer.servers[0].url}: {difference}"
        for number, roamer in enumerate(load.roamers)
        for difference in _compare(roamer, kept, summaries[roamer.person.id])
    ]


def _compare(roamer: Roamer, kept: dict[int, Kept], summary: Summary) -> list[str]:
    if roamer.summary != summary:
        return [f"knows {roamer.summary}, not {summary}"]
    return [
        f"has {len(messages or ())} messages of {len(kept[room].messages)} in {room}"
        for room, messages in roamer.held.items()
        if messages != kept[room].messages
    ]


def _check_told(load: Load, kept: dict[int, Kept]) -> None:
    for roamer in load.roamers:
        for room, seq in roamer.told:
            assert kept[room].may_be_told(roamer.person.id, seq), (
                f"{roamer.person.id} was told of seq {seq} of room {room}"
            )


def _list_unsent(load: Load) -> list[str]:
    return [post.key for roamer in load.roamers for posts in roamer.outbox.values() for post in posts]
