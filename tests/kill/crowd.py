"""People who post as fast as they are answered, over HTTP and sockets, and remember what they sent and were told."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from random import Random
from typing import Protocol

import httpx
import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from deskchat.domain.messages import MessagePosted, Posted
from deskchat.realtime import frames
from deskchat.realtime.frames import CommandRefused, Frame, Ok

VOICES = 4
"""Posts that one person has on their way at any moment: one by HTTP, the others on a socket."""

WORD_OF_ALL = "invoice"
"""Stands in every text."""

_decode_frame = msgspec.json.Decoder(Frame).decode


@dataclass(frozen=True, eq=False)
class Person:
    id: int
    headers: dict[str, str]
    rooms: tuple[int, ...]


@dataclass(eq=False)
class Post:
    """`posted` is what the server answered, None as long as it has not."""

    author: Person
    room: int
    key: str
    text: str
    posted: Posted | None = None


class Cut(Exception):
    """The connection ended before the answer came."""


class Refused(Exception):
    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class Line(Protocol):
    async def send(self, post: Post) -> Posted:
        """The server's answer; Refused or Cut."""


class HttpLine:
    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def send(self, post: Post) -> Posted:
        try:
            answer = await self._client.post(
                f"/rooms/{post.room}/messages",
                json={"key": post.key, "text": post.text},
                headers=post.author.headers,
            )
        except httpx.TransportError as error:
            raise Cut from error
        if answer.status_code != httpx.codes.CREATED:
            raise Refused(answer.status_code)
        return Posted(**answer.json())


class SocketLine:
    def __init__(self, connection: ClientConnection, hear: Callable[[MessagePosted], None]) -> None:
        self._connection = connection
        self._hear = hear
        self._refs = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[Posted | Refused | Cut]] = {}

    async def send(self, post: Post) -> Posted:
        ref = next(self._refs)
        waiting = self._waiting[ref] = asyncio.get_running_loop().create_future()
        command = frames.Post(ref, post.room, post.key, post.text)
        try:
            await self._connection.send(msgspec.json.encode(command), text=True)
        except ConnectionClosed as error:
            raise Cut from error
        reply = await waiting
        if isinstance(reply, Posted):
            return reply
        raise reply

    async def listen(self) -> None:
        """Until the connection ends."""
        with suppress(ConnectionClosed):
            async for data in self._connection:
                self._take(_decode_frame(data))
        for waiting in self._waiting.values():
            waiting.set_result(Cut())

    def _take(self, frame: Frame) -> None:
        match frame:
            case Ok(ref, int(number), int(seq)):
                self._waiting.pop(ref).set_result(Posted(number, seq))
            case CommandRefused(status, ref=int(ref)):
                self._waiting.pop(ref).set_result(Refused(status))
            case MessagePosted():
                self._hear(frame)


class Crowd:
    def __init__(self, people: list[Person], dice: Random) -> None:
        self.people = people
        self.posts: list[Post] = []
        self.heard: list[MessagePosted] = []
        self.refusals: list[int] = []
        self._dice = dice

    @property
    def voices(self) -> int:
        """How many posts are on their way at any moment."""
        return len(self.people) * VOICES

    @property
    def answered(self) -> list[Post]:
        return [post for post in self.posts if post.posted]

    @property
    def unanswered(self) -> list[Post]:
        return [post for post in self.posts if not post.posted]

    async def post(self, url: str, step: Callable[[], None]) -> None:
        """Everybody posts until the server is gone or refuses; every sending and every answer is a step."""
        async with self._connect(url) as lines, asyncio.TaskGroup() as voices:
            for person, (http, socket) in lines.items():
                for voice in range(VOICES):
                    voices.create_task(self._talk(person, http if voice == 0 else socket, step))

    async def resend(self, url: str) -> None:
        """Every unanswered post once more by its key, by whatever line; and some answered ones, to the same answer."""
        repeated = self._dice.sample(self.answered, 10)
        async with self._connect(url) as lines, asyncio.TaskGroup() as resending:
            for post in self.unanswered + repeated:
                resending.create_task(_send(post, self._dice.choice(lines[post.author])))

    async def _talk(self, person: Person, line: Line, step: Callable[[], None]) -> None:
        try:
            while True:
                post = self._write(person)
                step()
                await _send(post, line)
                step()
        except Cut:
            return
        except Refused as refused:
            self.refusals.append(refused.status)

    def _write(self, person: Person) -> Post:
        number = len(self.posts) + 1
        # Now and then a text that takes several pages of the database.
        words = 500 if self._dice.random() < 0.02 else self._dice.randrange(20)
        text = f"{WORD_OF_ALL} post{number} " + "filler " * words
        post = Post(person, self._dice.choice(person.rooms), f"key-{number}", text.strip())
        self.posts.append(post)
        return post

    @asynccontextmanager
    async def _connect(self, url: str) -> AsyncIterator[dict[Person, tuple[Line, Line]]]:
        """For each person a line by HTTP and a line by socket."""
        async with AsyncExitStack() as stack:
            http = HttpLine(await stack.enter_async_context(open_client(url)))
            listening = await stack.enter_async_context(asyncio.TaskGroup())
            lines: dict[Person, tuple[Line, Line]] = {}
            for person in self.people:
                socket = SocketLine(await stack.enter_async_context(_dial(url, person)), self.heard.append)
                listening.create_task(socket.listen())
                lines[person] = (http, socket)
            yield lines


def open_client(url: str, headers: dict[str, str] | None = None) -> httpx.AsyncClient:
    # Without `verify`, it would read the machine's certificates, for nothing: the address has no https.
    return httpx.AsyncClient(base_url=f"{url}/api/v1", headers=headers, timeout=60, verify=False)


def _dial(url: str, person: Person) -> connect:
    address = url.replace("http", "ws", 1) + "/api/v1/socket"
    return connect(address, additional_headers=person.headers, compression=None, proxy=None)


async def _send(post: Post, line: Line) -> None:
    posted = await line.send(post)
    assert post.posted in (None, posted), f"{post.key} was {post.posted}, and sent again {posted}"
    post.posted = posted
