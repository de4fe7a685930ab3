"""One open connection of a user, by socket or by polling: what it is shown, what it is told, what it may do.

It does no input or output of its own: it waits for the store and for its outlet, and is called for all else.
"""

from __future__ import annotations

import asyncio
from asyncio import Future
from collections.abc import Awaitable, Callable, Iterable
from functools import partial

import structlog

from deskchat.domain.errors import Invalid, NoSuchRoom, NotSignedIn, Refusal, SlowDown
from deskchat.domain.events import Replay, replay
from deskchat.domain.ports import Transaction
from deskchat.domain.rooms import RoomChanged, RoomGone, Rooms, list_rooms
from deskchat.domain.sessions import TOUCH_EVERY, SignedIn, touch
from deskchat.realtime.commands import Result, Writing, reply_to, work_of
from deskchat.realtime.frames import (
    MOST_IN_FLIGHT,
    NOT_UNDERSTOOD,
    Attend,
    Behind,
    CaughtUp,
    Command,
    CommandRefused,
    Frame,
    Hello,
    Ok,
    Ping,
    Reset,
    Resume,
    Typing,
    Watch,
    decode_command,
    encode,
    find_ref,
    refused,
)
from deskchat.realtime.held import Held
from deskchat.realtime.introduction import introduce
from deskchat.realtime.outlet import Batch, Close, Outlet
from deskchat.realtime.services import Services

log = structlog.get_logger(__name__)

MOST_OF_USER = 50
"""Connections of one user at once: tabs and devices."""


class Session:
    def __init__(self, services: Services, signed_in: SignedIn, outlet: Outlet) -> None:
        self.user = signed_in.user.id
        self.device = signed_in.session
        self.rooms: set[int] = set()
        """The rooms that the user is in, by the latest news."""
        self._signed_in = signed_in
        self._services = services
        self._outlet = outlet
        self._live: set[int] = set()  # joined in the hub: all but those whose replay is far from the head
        self._learnt = 0  # the count of changes as of which `rooms` was read
        self._moved: dict[int, int] = {}  # rooms that one joined or left since, and at which count
        self._held: Held | None = Held()  # None: frames go straight out
        self._showing = True  # a snapshot is on its way
        self._full = False  # the outlet wants no more for now
        self._ended = False
        self._wanted: dict[int, int] = {}  # rooms to replay, and after which seq
        self._replaying: asyncio.Task[None] | None = None
        self._in_flight = 0
        self._touched = services.clock()
        self._tasks: set[asyncio.Task[None]] = set()

    # Opening and ending

    def subscribe(self) -> None:
        """The first step, before anything is read: what changes from here on is told. SlowDown if there are too many."""
        hub = self._services.hub
        if hub.count_listeners(self.user) >= MOST_OF_USER:
            raise SlowDown("You have too many connections open. Close some tabs.")
        hub.subscribe(self)
        self._outlet.attach(self)

    async def open(self) -> None:
        """Returns once the first snapshot is written, or the session has ended."""
        if not self._ended:
            await asyncio.wait({self._spawn(self._show_first)})

    def end(self, code: Close = Close.LEAVING) -> None:
        """Nothing is sent, told or waited for any more."""
        if self._ended:
            return
        self._ended = True
        self._services.hub.remove(self, self._live, code)
        self._services.hub.murmur.leave(self)
        self.rooms.clear()
        self._wanted.clear()
        for task in self._tasks:
            task.cancel()
        self._outlet.close(code)

    # What the hub tells

    def write(self, batch: Batch) -> None:
        if self._held is None:
            self._outlet.write(batch)
            return
        self._held.add(batch)
        if self._held.overflowed:
            self._stop_replaying()

    def move(self, event: RoomChanged | RoomGone) -> None:
        if self._ended or event.changes <= self._learnt:
            return
        if isinstance(event, RoomChanged):
            self._services.hub.murmur.measure(event.room.id, event.room.members, event.room.seq)
            self._moved[event.room.id] = event.changes
            self.rooms.add(event.room.id)
            self._join(event.room.id)
            if not self._services.hub.begin_room(event.room.id, event.room.seq):
                self.renew()
        else:
            self._moved[event.room] = event.changes
            self.rooms.discard(event.room)
            self._leave(event.room)

    def lose(self, room: int) -> None:
        if room not in self.rooms:
            return
        self.rooms.discard(room)
        self._leave(room)
        self.renew()

    def renew(self) -> None:
        if self._ended:
            return
        if self._held is None:
            self._held = Held()
        self._held.give_up()
        self._stop_replaying()
        # Who shows something already looks again; who is full does so as soon as there is room.
        if not (self._showing or self._full):
            self._showing = True
            _ = self._spawn(partial(self._show, Behind()))

    # What the outlet tells

    def pause_writing(self) -> None:
        self._full = True
        self._services.hub.congest(self)
        if self._held is None:
            self._held = Held()

    def resume_writing(self) -> None:
        self._full = False
        self._services.hub.relieve(self)
        if self._showing or self._ended:
            return
        if self._held and self._held.overflowed:
            self._showing = True
            _ = self._spawn(partial(self._show, Behind()))
        else:
            self._release()

    # What the client asks for

    def receive(self, data: bytes | str) -> None:
        """One frame."""
        try:
            command = decode_command(data)
        except NOT_UNDERSTOOD as error:
            self._send(refused(Invalid(f"This command is not understood: {error}."), find_ref(data)))
        else:
            self._accept(command)

    async def submit(self, command: Command) -> None:
        """Returns when the next may come: who does not read is not listened to."""
        self._accept(command)
        await self._outlet.writable()

    def _accept(self, command: Command) -> None:
        if self._ended:
            return
        try:
            self._check_limits()
        except SlowDown as refusal:
            self._send(refused(refusal, command.ref))
            return
        if isinstance(command, Ping | Resume | Typing | Attend | Watch):
            self._do_at_once(command)
        else:
            self._in_flight += 1
            # No task for each: it would cost as much as all else that the loop does for a post.
            done = self._services.store.write(self.user, self._work(command))
            done.add_done_callback(partial(self._answer, command))

    def _do_at_once(self, command: Ping | Resume | Typing | Attend | Watch) -> None:
        """What changes nothing that is kept. Who hears a room may say that they are typing in it."""
        if isinstance(command, Typing) and command.room not in self.rooms:
            self._send(refused(NoSuchRoom(), command.ref))
            return
        self._send(Ok(command.ref))
        murmur = self._services.hub.murmur
        match command:
            case Resume(rooms=rooms):
                self._resume(rooms)
            case Typing(room=room):
                murmur.type(self.user, room)
            case Attend(state=state):
                murmur.attend(self, state)
            case Watch(rooms=rooms):
                self._tell(murmur.watch(self, self.rooms.intersection(rooms)))

    def _check_limits(self) -> None:
        if self._in_flight >= MOST_IN_FLIGHT:
            raise SlowDown(retry_after=1)
        self._services.limits.take(self.user, self._services.clock())

    def _answer(self, command: Writing, done: Future[Result]) -> None:
        reply = reply_to(command, self.user, done)
        if self._full:
            _ = self._spawn(partial(self._reply_later, reply))
        else:
            self._reply(reply)

    async def _reply_later(self, reply: Ok | CommandRefused) -> None:
        await self._outlet.writable()
        self._reply(reply)

    def _reply(self, reply: Ok | CommandRefused) -> None:
        self._in_flight -= 1
        self._send(reply)

    def _work(self, command: Writing) -> Callable[[Transaction], Result]:
        work = work_of(command, self.user)
        if not self._is_touch_due():
            return work

        def touch_and_work(tx: Transaction) -> Result:
            touch(tx, self.device)
            return work(tx)

        return touch_and_work

    def _is_touch_due(self) -> bool:
        """Who only ever uses the socket stays signed in as well."""
        now = self._services.clock()
        due = (now - self._touched) * 1000 >= TOUCH_EVERY
        if due:
            self._touched = now
        return due

    # The snapshot

    async def _show_first(self) -> None:
        hello, changes, rooms = await self._services.read(partial(introduce, signed_in=self._signed_in))
        self._learn(changes, rooms)
        await self._show(hello)

    async def _show(self, first: Hello | Behind) -> None:
        """Sends the list of rooms, and then what came while it was read."""
        snapshot = await self._read_snapshot()
        while self._held and self._held.overflowed:
            snapshot = await self._read_snapshot()
        self._showing = False
        here = self._services.hub.murmur.describe(self.rooms)
        self._outlet.write(Batch([encode(first), encode(snapshot), *here]))
        if not self._full:
            self._release()

    async def _read_snapshot(self) -> Rooms:
        await self._outlet.writable()
        # What was held until now is part of the snapshot; what comes from now on is not lost if every room is live.
        self._held = Held()
        self._listen()
        snapshot = await self._services.read(partial(list_rooms, by=self.user))
        self._learn(snapshot.changes, [room.id for room in snapshot.rooms])
        heads = ((room.id, room.seq) for room in snapshot.rooms if room.id in self._live)
        if not self._services.hub.begin(self.user, snapshot.changes, heads):
            self._held.give_up()
        for room in snapshot.rooms:
            self._services.hub.murmur.measure(room.id, room.members, room.seq)
        return snapshot

    def _learn(self, changes: int, rooms: Iterable[int]) -> None:
        """Takes over what was read, except of rooms about which later news has come already."""
        self._learnt = changes
        self._moved = {room: at for room, at in self._moved.items() if at > changes}
        told = {room for room in self.rooms if room in self._moved}
        self.rooms = told | {room for room in rooms if room not in self._moved}
        if self._held and self._live - self.rooms:
            # What was held of these rooms may be of after one had left them.
            self._held.give_up()
        self._listen()
        if not self._ended:
            self._services.hub.murmur.enter(self, self.rooms)

    def _listen(self) -> None:
        """In all of the user's rooms, and no other."""
        self._leave(*self._live - self.rooms)
        self._join(*self.rooms - self._live)

    def _join(self, *rooms: int) -> None:
        if self._ended:
            return
        self._live.update(rooms)
        self._services.hub.join(self, rooms)

    def _leave(self, *rooms: int) -> None:
        self._live.difference_update(rooms)
        self._services.hub.leave(self, rooms)

    def _release(self) -> None:
        held, self._held = self._held, None
        if held and held.frames:
            self._outlet.write(Batch(held.frames))

    # Catching up

    def _resume(self, rooms: dict[int, int]) -> None:
        self._wanted.update((room, have) for room, have in rooms.items() if room in self.rooms)
        if self._replaying is None:
            self._replaying = self._spawn(self._replay)

    def _stop_replaying(self) -> None:
        """Frames were missed: the client is about to be told so, and will resume anew."""
        self._wanted.clear()
        if self._replaying:
            self._replaying.cancel()
            self._replaying = None

    async def _replay(self) -> None:
        while self._wanted:
            room = next(iter(self._wanted))
            await self._replay_room(room, self._wanted.pop(room))
        self._replaying = None
        self._send(CaughtUp())
        # What passed in rooms that were not live meanwhile was not heard.
        self._tell(self._services.hub.murmur.describe(self.rooms))

    async def _replay_room(self, room: int, have: int) -> None:
        """Page after page up to the head. Live only from there on: else each event would be sent early, and again."""
        while room in self.rooms:
            was_live = room in self._live
            page = await self._read_replay(room, have)
            # Checked again: one may have been removed while it was read.
            if page is None or room not in self.rooms:
                self._leave(room)
                return
            if was_live and not self._services.hub.begin_room(room, page.seq):
                continue
            if page.reset:
                self._send(Reset(room, page.seq))
            else:
                self._send(*page.events)
            have = page.seq if page.reached_head else page.events[-1].seq
            if not page.reached_head:
                self._leave(room)
            elif room in self._live:
                return
            else:
                # Read once more after joining: nothing in between is missed.
                self._join(room)

    async def _read_replay(self, room: int, have: int) -> Replay | None:
        await self._outlet.writable()
        try:
            return await self._services.read(partial(replay, by=self.user, room=room, after=have))
        except NoSuchRoom:
            return None

    # Means

    def _tell(self, frames: list[bytes]) -> None:
        if frames:
            self.write(Batch(frames))

    def _send(self, *frames: Frame) -> None:
        if frames:
            self._outlet.write(Batch([encode(frame) for frame in frames]))

    def _spawn(self, work: Callable[[], Awaitable[None]]) -> asyncio.Task[None]:
        task = asyncio.create_task(self._run(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _run(self, work: Callable[[], Awaitable[None]]) -> None:
        """No task fails unseen, and none goes on after the session has ended."""
        try:
            await work()
        except NotSignedIn:
            self.end(Close.SIGNED_OUT)
        except Refusal:
            self.end(Close.TRY_LATER)
        except Exception:
            log.exception("connection-failed", user=self.user)
            self.end(Close.UNEXPECTED)
