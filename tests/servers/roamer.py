"""A device that goes from server to server, and does what docs/protocol.md asks of a client: nobody helps it.

It keeps what it writes until that is acknowledged, sends it again with the same key to whichever server it meets
next, keeps what it holds, and resumes from there.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Sequence
from itertools import count
from random import Random
from typing import TypeVar

import httpx
import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from deskchat.domain.events import RoomEvent
from deskchat.domain.messages import Page, Posted
from deskchat.domain.rooms import RoomChanged, Rooms
from deskchat.realtime import frames
from deskchat.realtime.frames import CommandRefused, Frame, Ok, Resume
from tests.kill.crowd import Person, Post, open_client
from tests.kill.server import Server
from tests.model.device import Device

T = TypeVar("T")

Summary = tuple[int, dict[int, tuple[int, int, int, int, int]]]
"""The count of changes; of each room its seq, last number, members, read mark and how many are unread."""

LONGEST_PAUSE = 0.5
"""Seconds before a device that lost its server, or was refused, tries again."""
LONGEST_STAY = 400
"""Frames after which it goes to another server."""

_decode_frame = msgspec.json.Decoder(Frame).decode


class Gone(Exception):
    """It goes on to the next server, by itself or because this one does not do."""


class Roamer:
    """`moved` is called whenever something has changed of what it holds or was told."""

    def __init__(
        self, person: Person, servers: Sequence[Server], dice: Random, moved: Callable[[], None]
    ) -> None:
        self.person = person
        self.device = Device(person.id)
        self.servers = deque(servers)
        self.outbox: dict[int, deque[Post]] = defaultdict(deque)
        self.refused: list[tuple[Post, str]] = []
        self.told: set[tuple[int, int]] = set()
        """Rooms and seqs of all that it was ever told."""
        self.was_put_off = False
        """Told to send something again later, because the server could not keep it."""
        self.is_open = False
        self._dice = dice
        self._moved = moved
        self._loaded: set[int] = set()
        self._refs = count(1)
        self._in_flight: dict[int, Post] = {}
        self._resting: set[int] = set()  # rooms in which one was refused a moment ago
        self._may_speak = asyncio.Event()
        self._may_fetch = asyncio.Event()

    @property
    def has_sent_all(self) -> bool:
        return not any(self.outbox.values())

    @property
    def held(self) -> dict[int, list[tuple[int, int, str, str, int]] | None]:
        """By room its messages: number, author, key, text, and seq of the last change; None while it loads them."""
        return {
            room: None
            if log.messages is None or room not in self._loaded
            else [
                (one.number, one.author, one.key, one.text, one.changed)
                for one in sorted(log.messages.values(), key=lambda message: message.number)
            ]
            for room, log in self.device.logs.items()
        }

    @property
    def summary(self) -> Summary:
        rooms = {
            room: (log.seq, log.last_number, log.members, log.read_number, log.unread)
            for room, log in self.device.logs.items()
        }
        return self.device.changes, rooms

    def write(self, post: Post) -> None:
        self.outbox[post.room].append(post)
        self._may_speak.set()

    async def live(self) -> None:
        """Until it is cancelled."""
        while True:
            try:
                await self._visit(self.servers[0])
            except* (Gone, ConnectionClosed, InvalidHandshake, httpx.TransportError, OSError, TimeoutError):
                self._moved()
            self.servers.rotate(-1)
            await asyncio.sleep(self._dice.random() * LONGEST_PAUSE)

    async def _visit(self, server: Server) -> None:
        self._in_flight.clear()
        self._resting.clear()
        async with (
            open_client(server.url, self.person.headers) as http,
            dial(server, self.person) as connection,
        ):
            try:
                async with asyncio.TaskGroup() as group:
                    group.create_task(self._hear(connection))
                    group.create_task(self._speak(connection))
                    group.create_task(self._fetch(http))
            finally:
                self.is_open = False

    # What it is told

    async def _hear(self, connection: ClientConnection) -> None:
        for _ in range(self._dice.randrange(LONGEST_STAY // 4, LONGEST_STAY)):
            self._take(_decode_frame(await connection.recv()))
            self._may_speak.set()
            self._may_fetch.set()
            self._moved()
        raise Gone

    def _take(self, frame: Frame) -> None:
        match frame:
            case Ok(ref, number, seq):
                self._acknowledge(ref, number, seq)
            case CommandRefused(ref=int(ref)):
                self._take_refusal(ref, frame)
            case _:
                self.told.update(_list_told(frame))
                self.device.take(frame)
                self.is_open |= isinstance(frame, Rooms)

    def _acknowledge(self, ref: int, number: int | None, seq: int | None) -> None:
        post = self._in_flight.pop(ref, None)
        if post:
            assert number
            assert seq
            post.posted = Posted(number, seq)
            self.outbox[post.room].popleft()

    def _take_refusal(self, ref: int, refusal: CommandRefused) -> None:
        post = self._in_flight.pop(ref)
        if refusal.status in (httpx.codes.TOO_MANY_REQUESTS, httpx.codes.SERVICE_UNAVAILABLE):
            self.was_put_off |= refusal.status == httpx.codes.SERVICE_UNAVAILABLE
            self._resting.add(post.room)
            pause = (refusal.retry_after or 0) + self._dice.random() * LONGEST_PAUSE
            asyncio.get_running_loop().call_later(pause, self._go_on, post.room)
        else:
            self.refused.append((post, refusal.code))
            self.outbox[post.room].popleft()

    def _go_on(self, room: int) -> None:
        self._resting.discard(room)
        self._may_speak.set()

    # What it asks for

    async def _speak(self, connection: ClientConnection) -> None:
        while True:
            await self._may_speak.wait()
            self._may_speak.clear()
            while self.is_open and self.device.resumes:
                await _send(connection, Resume(next(self._refs), self.device.resumes.pop(0)))
            for post in self._list_due():
                ref = next(self._refs)
                self._in_flight[ref] = post
                await _send(connection, frames.Post(ref, post.room, post.key, post.text))

    def _list_due(self) -> list[Post]:
        """One a room at a time, the oldest first."""
        if not self.is_open:
            return []
        busy = self._resting | {post.room for post in self._in_flight.values()}
        return [posts[0] for room, posts in self.outbox.items() if posts and room not in busy]

    async def _fetch(self, http: httpx.AsyncClient) -> None:
        while True:
            await self._may_fetch.wait()
            self._may_fetch.clear()
            if self.device.wants_rooms and (rooms := await _get(http, "/rooms", Rooms)):
                self.device.take_rooms(rooms)
                self._may_speak.set()
            for room in self._list_to_load():
                await self._load(http, room)
            self._moved()

    def _list_to_load(self) -> list[int]:
        return [
            room
            for room, log in self.device.logs.items()
            if room not in self._loaded or log.messages is None or room in self.device.wants_pages
        ]

    async def _load(self, http: httpx.AsyncClient, room: int) -> None:
        """All messages of a room, from the newest on; again if something overtakes them."""
        self._loaded.discard(room)
        self.device.wants_pages.discard(room)
        before: dict[str, int] = {}
        while page := await _get(http, f"/rooms/{room}/messages", Page, limit=100, **before):
            self.device.take_page(room, page)
            if not page.earlier:
                self._loaded.add(room)
                return
            before = {"before": page.messages[0].number}


def dial(server: Server, person: Person) -> connect:
    return connect(
        server.url.replace("http", "ws", 1) + "/api/v1/socket",
        additional_headers=person.headers,
        compression=None,
        proxy=None,
        ping_interval=None,
        max_size=None,
        close_timeout=1,
    )


async def _send(connection: ClientConnection, command: frames.Post | Resume) -> None:
    await connection.send(msgspec.json.encode(command), text=True)


async def _get(http: httpx.AsyncClient, path: str, shape: type[T], **query: int) -> T | None:
    """None of a room that one is not in."""
    answer = await http.get(path, params=query)
    if answer.status_code == httpx.codes.NOT_FOUND:
        return None
    if answer.status_code != httpx.codes.OK:
        raise Gone
    return msgspec.json.decode(answer.content, type=shape)


def _list_told(frame: Frame) -> Iterator[tuple[int, int]]:
    match frame:
        case Rooms(rooms=rooms):
            yield from ((room.id, room.seq) for room in rooms)
        case RoomChanged(room=room):
            yield room.id, room.seq
        case _ if isinstance(frame, RoomEvent):
            yield frame.room, frame.seq
