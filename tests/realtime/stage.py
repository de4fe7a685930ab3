"""A hub and sessions over the real tables, in which everything that takes time waits for the test to say so."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from deskchat.domain import messages, sessions
from deskchat.domain.limits import TokenBuckets
from deskchat.domain.messages import Posted
from deskchat.domain.news import News
from deskchat.domain.ports import Transaction
from deskchat.domain.sessions import SignedIn
from deskchat.domain.users import User
from deskchat.realtime.elsewhere import NOBODY_ELSE, Elsewhere
from deskchat.realtime.frames import Command, Frame, encode
from deskchat.realtime.hub import Hub
from deskchat.realtime.outlet import Batch, Close, Writer
from deskchat.realtime.services import Services
from deskchat.realtime.session import Session
from deskchat.storage.sqlite import SQLite
from deskchat.storage.store import DatabaseStore
from tests.cast import Cast, gather_cast
from tests.model.store import START, StepStore

T = TypeVar("T")
decode = msgspec.json.Decoder(Frame).decode


class Clock:
    """Seconds that pass when the test says so."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Line:
    """An outlet into a list; `full` from `fill_up` to `drain`."""

    def __init__(self) -> None:
        self.frames: list[Frame] = []
        self.closed: Close | None = None
        self._room = asyncio.Event()
        self._room.set()
        self._writer: Writer | None = None

    def attach(self, writer: Writer) -> None:
        self._writer = writer

    def write(self, batch: Batch) -> None:
        if self.closed is None:
            self.frames += map(decode, batch.frames)

    async def writable(self) -> None:
        await self._room.wait()

    def close(self, code: Close) -> None:
        self.closed = code
        self._room.set()

    def fill_up(self) -> None:
        self._room.clear()
        if self._writer:
            self._writer.pause_writing()

    def drain(self) -> None:
        self._room.set()
        if self._writer:
            self._writer.resume_writing()

    def take(self) -> list[Frame]:
        """What came since the last time."""
        taken, self.frames = self.frames, []
        return taken

    @property
    def types(self) -> list[str]:
        return [str(type(frame).__struct_config__.tag) for frame in self.frames]


class Stage:
    """`database`: one with the cast in it."""

    def __init__(self, database: Path, cast: Cast, elsewhere: Elsewhere = NOBODY_ELSE) -> None:
        self.cast = cast
        self.turns: list[Callable[[], None]] = []
        self.clock = Clock()
        self._timers: list[tuple[float, Callable[[], None]]] = []
        self.hub = Hub(self.turns.append, self._later, lambda: START, elsewhere)
        self.store = StepStore(SQLite(database), self.hub.publish, asyncio.get_running_loop())
        self.limits: TokenBuckets[int] = TokenBuckets(rate=1, burst=1_000)
        self.services = Services(self.store, self.hub, self.limits, self.clock)

    # One step each

    def look(self) -> None:
        """The oldest question looks at the database; its answer is on the way."""
        self.store.look(0)

    async def answer(self) -> None:
        self.store.reply(0)
        await settle()

    def commit(self) -> None:
        self.store.commit(256)

    async def publish(self) -> None:
        """The news of the oldest batch, and its answers."""
        self.store.publish()
        await settle()

    async def flush(self) -> None:
        turns, self.turns[:] = self.turns[:], []
        for turn in turns:
            turn()
        await settle()

    async def run(self) -> None:
        """Every step until nothing waits."""
        await settle()
        while (
            self.store.questions
            or self.store.answers
            or self.store.commands
            or self.store.committed
            or self.turns
        ):
            while self.store.questions:
                self.look()
            while self.store.answers:
                await self.answer()
            if self.store.commands:
                self.commit()
            while self.store.committed:
                await self.publish()
            await self.flush()

    async def let_pass(self, seconds: float) -> None:
        """What is due by then is done, in its order."""
        end = self.clock.now + seconds
        while due := sorted((at, order) for order, (at, _) in enumerate(self._timers) if at <= end):
            at, order = due[0]
            self.clock.now = at
            self._timers.pop(order)[1]()
            await self.run()
        self.clock.now = end

    def _later(self, seconds: float, work: Callable[[], None]) -> None:
        self._timers.append((self.clock.now + seconds, work))

    # People

    async def finish(self, work: Awaitable[T]) -> T:
        task = asyncio.ensure_future(work)
        await self.run()
        return await task

    async def do(self, work: Callable[[Transaction], T]) -> T:
        """Committed, published and flushed."""
        return await self.finish(self.store.write(0, work))

    async def commit_only(self, work: Callable[[Transaction], T]) -> None:
        """Committed, and not yet published."""
        _later(self.store.write(0, work))
        await settle()
        self.commit()

    async def do_meanwhile(self, work: Callable[[Transaction], T]) -> None:
        """Committed, published and flushed, while questions and answers stay where they are."""
        await self.commit_only(work)
        await self.publish()
        await self.flush()

    async def do_elsewhere(self, work: Callable[[Transaction], T]) -> list[News]:
        """Committed by another server, which has not told it yet: what it has to tell."""
        await self.commit_only(work)
        return [news for outcome in self.store.committed.pop() for news in outcome.news]

    async def tell(self, news: Sequence[News]) -> None:
        """What another server tells, in whatever order."""
        self.hub.publish(news)
        await self.flush()

    async def post_meanwhile(self, by: User, room: int, text: str) -> None:
        await self.do_meanwhile(partial(messages.post, by=by.id, room=room, key=text[:64], text=text))

    async def post(self, by: User, room: int, text: str) -> Posted:
        return await self.do(partial(messages.post, by=by.id, room=room, key=text[:64], text=text))

    async def sign_in(self, user: User) -> SignedIn:
        token = sessions.new_token()
        return await self.do(lambda tx: sessions.start(tx, user.id, token, "a browser"))

    async def connect(self, user: User) -> tuple[Session, Line]:
        """A device that is shown its rooms, and has read so far."""
        session, line = await self.start_connecting(user)
        await self.run()
        line.take()
        return session, line

    async def start_connecting(self, user: User) -> tuple[Session, Line]:
        """A device whose first question is asked, and no more."""
        return await self.start_session(await self.sign_in(user))

    async def start_session(self, signed_in: SignedIn) -> tuple[Session, Line]:
        line = Line()
        session = Session(self.services, signed_in, line)
        session.subscribe()
        _later(session.open())
        await settle()
        return session, line

    async def say(self, session: Session, *commands: Command) -> None:
        for command in commands:
            session.receive(encode(command))
        await settle()


def gather(database: Path) -> Cast:
    """A new database with the cast in it."""

    async def start() -> Cast:
        store = DatabaseStore.open(SQLite(database), lambda: START)
        store.start(lambda _news: None)
        try:
            return await gather_cast(store)
        finally:
            await store.stop()

    return asyncio.run(start())


_tasks: set[asyncio.Future[Any]] = set()


def _later(work: Awaitable[Any]) -> None:
    task = asyncio.ensure_future(work)
    _tasks.add(task)
    task.add_done_callback(_tasks.discard)


async def settle() -> None:
    """Everything that waits for nothing runs."""
    for _ in range(20):
        await asyncio.sleep(0)
