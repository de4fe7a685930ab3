"""A server and its clients, cut into steps: what takes time in life happens here only when the test says so.

The session, the hub, the writer's batch and the database are the real ones. Waiting ends in one of these steps:
a question looks at the database, its answer arrives, a batch commits, its news is published, the hub flushes, frames
cross the network, an outlet fills up or drains, a device connects or disconnects, the server restarts.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from functools import partial
from itertools import count
from typing import Any, TypeVar

import msgspec

from deskchat.domain import messages, rooms, sessions
from deskchat.domain.events import KEPT_FOR, RoomEvent
from deskchat.domain.limits import TokenBuckets
from deskchat.domain.lines import MemberJoined, MemberLeft
from deskchat.domain.messages import MessagePosted
from deskchat.domain.news import News, ToRoom
from deskchat.domain.ports import Transaction
from deskchat.domain.sessions import SignedIn
from deskchat.realtime.frames import CommandRefused, Frame, Ok, Post, Resume, encode
from deskchat.realtime.hub import Hub
from deskchat.realtime.outlet import Batch, Close, Writer
from deskchat.realtime.services import Services
from deskchat.realtime.session import Session
from deskchat.storage.engine import Database
from deskchat.storage.store import prepare
from tests.cast import gather_cast
from tests.model.device import Device
from tests.model.store import START, StepStore

T = TypeVar("T")
decode_frame = msgspec.json.Decoder(Frame).decode
PAGE = 3


class StepOutlet:
    """A connection whose frames lie on the wire until they are delivered, and that can be full."""

    def __init__(self, told: Callable[[Frame], None]) -> None:
        self.wire: deque[Frame] = deque()
        self.closed = False
        self.full = False
        self._told = told
        self._room = asyncio.Event()
        self._room.set()
        self._writer: Writer | None = None

    def attach(self, writer: Writer) -> None:
        self._writer = writer

    def write(self, batch: Batch) -> None:
        if self.closed:
            return
        for frame in map(decode_frame, batch.frames):
            self._told(frame)
            self.wire.append(frame)

    async def writable(self) -> None:
        await self._room.wait()

    def close(self, code: Close) -> None:
        self.closed = True
        self._room.set()

    def fill_up(self) -> None:
        self.full = True
        self._room.clear()
        if self._writer:
            self._writer.pause_writing()

    def drain(self) -> None:
        self.full = False
        self._room.set()
        if self._writer:
            self._writer.resume_writing()


class Connected:
    """A device of somebody, its connection if it has one, and what it has asked for."""

    def __init__(self, signed_in: SignedIn) -> None:
        self.signed_in = signed_in
        self.user = signed_in.user.id
        self.device = Device(self.user)
        self.outlet: StepOutlet | None = None
        self.session: Session | None = None
        self.unanswered: dict[int, Post] = {}
        """Posts without a reply, by ref: to be sent again with the same key."""


class World:
    """Three people with two devices each, on one server."""

    def __init__(self, database: Database) -> None:
        self._loop = asyncio.new_event_loop()
        self._database = database
        self._tasks: set[asyncio.Future[Any]] = set()
        self._refs = count(1)
        self._left: dict[tuple[int, int], int] = {}
        self.acknowledged: dict[tuple[int, str], int] = {}
        self.flushes: deque[Callable[[], None]] = deque()
        prepare(database)
        self._start_server()
        cast = self.at_once(gather_cast)
        self.people = [cast.asha.id, cast.bela.id, cast.chidi.id]
        self.owner, self.group = cast.asha.id, cast.group
        self.devices = [Connected(self._sign_in(user)) for user in self.people for _ in range(2)]

    # The steps

    def restart(self) -> None:
        """What was committed stays; what was not, and every connection, is gone."""
        for device in self.devices:
            self.disconnect(device)
        for task in self._tasks:
            task.cancel()
        self.turn()
        self.store.close()
        self._start_server()

    def connect(self, device: Connected) -> None:
        device.outlet = StepOutlet(partial(self._watch, device))
        device.session = Session(self._services, device.signed_in, device.outlet)
        device.session.subscribe()
        self._start(device.session.open())

    def disconnect(self, device: Connected) -> None:
        if device.session:
            device.session.end()
        device.session = device.outlet = None
        device.device.greeted = device.device.resuming = False
        device.device.resumes.clear()
        self.turn()

    def deliver(self, device: Connected, most: int) -> None:
        outlet = device.outlet
        for _ in range(min(most, len(outlet.wire) if outlet else 0)):
            assert outlet
            frame = outlet.wire.popleft()
            if isinstance(frame, Ok | CommandRefused) and frame.ref is not None:
                device.unanswered.pop(frame.ref, None)
            device.device.take(frame)
        if outlet and outlet.closed and not outlet.wire:
            self.disconnect(device)

    def drain(self, outlet: StepOutlet) -> None:
        self._loop.call_soon(outlet.drain)
        self.turn()

    def speak(self, device: Connected) -> None:
        """The device sends what it must catch up on, and fetches what it wants."""
        state = device.device
        if device.session and state.resumes:
            self._send(device, Resume(next(self._refs), state.resumes.pop(0)))
        if state.wants_rooms:
            state.wants_rooms = False
            self._start(self._fetch_rooms(device))
        for room in state.wants_pages:
            self._start(self._fetch_page(device, room, None))
        state.wants_pages.clear()
        self.turn()

    def open_room(self, device: Connected, room: int, before: int | None = None) -> None:
        self._start(self._fetch_page(device, room, before))

    def post(self, device: Connected, room: int) -> None:
        ref = next(self._refs)
        self._post(device, Post(ref, room, f"key-{ref}", f"text {ref}"))

    def post_again(self, device: Connected) -> None:
        """What was not answered is sent again, by a new connection or the same."""
        for ref, lost in list(device.unanswered.items()):
            del device.unanswered[ref]
            self._post(device, Post(next(self._refs), lost.room, lost.key, lost.text))

    def command(self, by: int, work: Callable[[Transaction], object]) -> None:
        """Over HTTP: refused or not, the answer is nobody's here."""
        self._start(self.store.write(by, work))

    def commit(self, most: int) -> None:
        for outcome in self.store.commit(most):
            for news in outcome.news:
                self._note(news)
        self.turn()

    def publish(self) -> None:
        self.store.publish()
        self.turn()

    def flush(self) -> None:
        self.flushes.popleft()()
        self.turn()

    def rush(self) -> None:
        """All that is commanded is kept and told, while questions and answers stay where they are."""
        while self.store.commands:
            self.commit(256)
        while self.store.committed:
            self.publish()
        while self.flushes:
            self.flush()

    def turn(self) -> None:
        """Runs what can run without waiting."""
        self._loop.run_until_complete(_pause())

    # The whole way

    def settle(self) -> None:
        """Everything waits no longer, everybody is connected, everything is delivered."""
        for _ in range(1_000):
            if not self._settle_once():
                return
        raise AssertionError("the world does not come to rest")

    def at_once(self, work: Callable[[StepStore], Awaitable[T]]) -> T:
        task = self._begin(work(self.store))
        while not task.done():
            self.serve_store()
        return task.result()

    def close(self) -> None:
        self.restart()
        self.store.close()
        self._loop.close()

    def _settle_once(self) -> bool:
        moved = self.serve_store()
        while self.flushes:
            moved = True
            self.flush()
        for device in self.devices:
            moved |= self._settle_device(device)
        return moved

    def serve_store(self) -> bool:
        store = self.store
        moved = bool(store.questions or store.answers or store.commands or store.committed)
        while store.questions:
            store.look(0)
        while store.answers:
            store.reply(0)
        while store.commands:
            self.commit(256)
        while store.committed:
            self.publish()
        self.turn()
        return moved

    def _settle_device(self, device: Connected) -> bool:
        if device.outlet is None:
            self.connect(device)
            return True
        moved = device.outlet.full or bool(device.outlet.wire) or device.outlet.closed
        if device.outlet.full:
            self.drain(device.outlet)
        self.deliver(device, len(device.outlet.wire))
        state = device.device
        moved |= bool(state.resumes or state.wants_rooms or state.wants_pages)
        self.speak(device)
        return moved

    # Means

    def _start_server(self) -> None:
        self.flushes.clear()
        self.hub = Hub(self.flushes.append, lambda _seconds, _work: None, lambda: START)
        self.store = StepStore(self._database, self.hub.publish, self._loop)
        clock = count().__next__
        self._services = Services(self.store, self.hub, TokenBuckets(1e6, 1e6), clock)

    def _sign_in(self, user: int) -> SignedIn:
        token = sessions.new_token()
        return self.at_once(lambda store: store.write(0, lambda tx: sessions.start(tx, user, token, "")))

    def _start(self, work: Awaitable[object]) -> None:
        _ = self._begin(work)

    def _begin(self, work: Awaitable[T]) -> asyncio.Future[T]:
        task = asyncio.ensure_future(work, loop=self._loop)
        self._tasks.add(task)
        task.add_done_callback(self._forget)
        self.turn()
        return task

    def _forget(self, task: asyncio.Future[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled():
            task.exception()

    def _post(self, device: Connected, post: Post) -> None:
        device.unanswered[post.ref] = post
        if device.session:
            self._send(device, post)

    def _send(self, device: Connected, command: Post | Resume) -> None:
        assert device.session
        self._start(_say(device.session, command))

    async def _fetch_rooms(self, device: Connected) -> None:
        device.device.take_rooms(await self.store.read(partial(rooms.list_rooms, by=device.user)))

    async def _fetch_page(self, device: Connected, room: int, before: int | None) -> None:
        ask = partial(messages.get_page, by=device.user, room=room, before=before, limit=PAGE)
        device.device.take_page(room, await self.store.read(ask))

    # What must hold at any moment

    def _watch(self, device: Connected, frame: Frame) -> None:
        if isinstance(frame, RoomEvent):
            left = self._left.get((device.user, frame.room))
            assert left is None or frame.seq <= left, "an event went to somebody who had left before"
        if isinstance(frame, Ok) and frame.number is not None and frame.ref in device.unanswered:
            self._check_kept(device.unanswered[frame.ref], device.user, frame.number)

    def _check_kept(self, post: Post, author: int, number: int) -> None:
        kept = self.store.see(lambda tx: tx.messages.find(post.room, number))
        assert kept, "acknowledged, and not in the database"
        assert (kept.author, kept.key) == (author, post.key), "acknowledged as another message"
        assert self.acknowledged.setdefault((author, post.key), number) == number, "kept twice"

    def _note(self, news: News) -> None:
        match news:
            case ToRoom(MessagePosted(room=room, message=message)):
                assert (message.author, room) not in self._left, "kept of somebody who had left before"
            case ToRoom(MemberLeft(room=room, seq=seq, user=user)):
                self._left[user.id, room] = seq
            case ToRoom(MemberJoined(room=room, user=user)):
                self._left.pop((user.id, room), None)


async def _pause() -> None:
    for _ in range(12):
        await asyncio.sleep(0)


def forget_events(tx: Transaction) -> int:
    """As if a month had passed, and only the last two events of each room were kept."""
    return tx.events.remove_old(before=tx.now + KEPT_FOR, keep=2, limit=500)


async def _say(session: Session, command: Post | Resume) -> None:
    session.receive(encode(command))
