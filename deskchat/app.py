"""Puts the parts together, runs them, and ends them in order: the only module that knows them all."""

from __future__ import annotations

import asyncio
import gc
import signal
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator, Sequence
from contextlib import ExitStack, asynccontextmanager, contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import structlog
import uvicorn
import uvloop
from litestar.types import ControllerRouterHandler
from typing_extensions import override

from deskchat import control
from deskchat.config import Settings
from deskchat.domain import events, links, sessions
from deskchat.domain.errors import Refusal
from deskchat.domain.news import News
from deskchat.domain.ports import Backups
from deskchat.domain.sessions import new_token
from deskchat.http import client, routes
from deskchat.http.intake import BoundedProtocol
from deskchat.http.known import KnownSessions
from deskchat.http.limits import Limits
from deskchat.http.links import address_of
from deskchat.http.metrics import watch_loop
from deskchat.http.parts import Parts
from deskchat.http.passwords import Passwords
from deskchat.http.push import PushProtocol, watch_silence
from deskchat.realtime.connections import Connections
from deskchat.realtime.elsewhere import NOBODY_ELSE
from deskchat.realtime.frames import LARGEST_FRAME
from deskchat.realtime.hub import Hub
from deskchat.realtime.services import Services
from deskchat.realtime.watch import end_all, keep_watch
from deskchat.storage.backups import choose as choose_backups
from deskchat.storage.engine import Database, choose
from deskchat.storage.folder import DataFolder
from deskchat.storage.move import Sum, Tell
from deskchat.storage.move import move as move_all
from deskchat.storage.store import DatabaseStore, read_clock

if TYPE_CHECKING:
    from deskchat.realtime.servers import Servers

HOUR = 3600.0
DATE_EVERY = 1.0
"""Seconds between two changes of the date that answers carry."""
LONGEST_STOP = 5
"""Seconds that a stop waits for answers still on their way."""
NEW_BETWEEN_LOOKS = 50_000
"""Objects that are made before those among them are looked for that only refer to each other: a few milliseconds."""

Prepare = Callable[[Parts], Awaitable[None]]

log = structlog.get_logger(__name__)


class PortTaken(Exception):
    def __init__(self, settings: Settings, reason: str) -> None:
        super().__init__(
            f"Deskchat cannot listen on {settings.host}, port {settings.port}: {reason}. "
            f"Take another port with --port, as in --port {settings.port + 1}."
        )


class ServerFailed(Exception):
    """The server ended by itself: its log says why."""

    def __init__(self) -> None:
        super().__init__(
            "The database failed, so the server has ended. What it acknowledged is kept; see its log."
        )


class Place(NamedTuple):
    """Where a server is: the data folder, the port, and where commands of its operator come in."""

    folder: DataFolder
    listener: socket.socket
    operators: socket.socket


@contextmanager
def occupy(settings: Settings) -> Iterator[Place]:
    """It is this process's, and that of processes forked within the block. PortTaken; FolderInUse."""
    folder = DataFolder(settings.data.absolute())
    with folder.lock(), listen(settings) as listener, control.bind(folder.control) as operators:
        yield Place(folder, listener, operators)


def serve(
    settings: Settings,
    prepare: Prepare,
    *,
    clock: Callable[[], int] = read_clock,
    besides: Sequence[ControllerRouterHandler] = (),
) -> None:
    """`serve_at` a place of its own. PortTaken; FolderInUse."""
    with occupy(settings) as place:
        serve_at(place, settings, prepare, clock=clock, besides=besides)


def serve_at(
    place: Place,
    settings: Settings,
    prepare: Prepare,
    *,
    clock: Callable[[], int] = read_clock,
    besides: Sequence[ControllerRouterHandler] = (),
) -> None:
    """Serves until SIGTERM or SIGINT. `prepare` runs when the store does, before anybody is answered.

    `besides`: routes that only this server has. Unfit; DatabaseTooNew; ServerFailed.
    """
    database = choose(settings.database, place.folder.database)
    store = DatabaseStore.open(database, clock)
    backups = choose_backups(database, place.folder.backups, clock)
    parts = assemble(settings.at_port(place.listener.getsockname()[1]), store, backups, clock())
    files = client.load(client.find_folder())
    server = Server(parts, routes.build(parts, files, besides))
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as loop:
        loop.run(_run(server, store, place, prepare))
    if store.failed.is_set():
        raise ServerFailed


def operate(settings: Settings, request: control.Request) -> control.Answer:
    """Asks the running server, or does it here. FolderInUse by a server that is just starting."""
    folder = DataFolder(settings.data.absolute())
    answer = control.ask(folder.control, request)
    if answer is not None:
        return answer
    with folder.lock():
        store = DatabaseStore.open(choose(settings.database, folder.database))
        return asyncio.run(_operate_alone(store, settings, request))


def move(settings: Settings, to: Settings, tell: Tell) -> tuple[Database, dict[str, Sum]]:
    """Moves everything from the database of these settings to that of others: which one that is, and what is in it now.

    FolderInUse while a server runs; Unfit; DatabaseTooNew.
    """
    with ExitStack() as held:
        folders = {path: DataFolder(path) for path in (settings.data.resolve(), to.data.resolve())}
        for folder in folders.values():
            held.enter_context(folder.lock())
        source = choose(settings.database, folders[settings.data.resolve()].database)
        target = choose(to.database, folders[to.data.resolve()].database)
        return target, move_all(source, target, tell)


def spare_what_stays() -> None:
    """For a process that does nothing but serve, once all is loaded.

    Routes, statements and modules stay until the end: they are never looked through for garbage again. And what is
    new only now and then: looking after every 700 objects took two fifths of the time of a post.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(NEW_BETWEEN_LOOKS)


async def print_set_up_link(parts: Parts, say: Callable[[str], None]) -> None:
    """While nobody owns the organisation. Said to whoever started the server, and to no log."""
    token = new_token()
    if await parts.store.write(0, lambda tx: links.open_set_up(tx, token)):
        say(address_of(parts.settings, "set-up", token))


def assemble(settings: Settings, store: DatabaseStore, backups: Backups, started: int) -> Parts:
    limits = Limits()
    servers = _find_servers(settings.bus, limits)
    # The hub is only called on the loop, which does not run yet.
    hub = Hub(
        lambda work: asyncio.get_running_loop().call_soon(work),
        lambda seconds, work: asyncio.get_running_loop().call_later(seconds, work),
        store.now,
        servers or NOBODY_ELSE,
    )
    services = Services(store, hub, limits.commands, time.monotonic)
    return Parts(
        settings=settings,
        store=store,
        can_write=lambda: store.alive,
        report=store.report,
        store_metrics=store.metrics,
        count_waiting=lambda: store.waiting,
        started=started,
        backups=backups,
        services=services,
        connections=Connections(services, servers.name if servers else ""),
        limits=limits,
        passwords=Passwords(),
        known=KnownSessions(store.now),
        servers=servers,
    )


def _find_servers(bus: str, limits: Limits) -> Servers | None:
    """What carries their letters is not even loaded where there is one server."""
    if not bus:
        return None
    from deskchat.realtime.servers import Servers

    return Servers(
        bus,
        {"commands": limits.commands, "guesses": limits.guesses, "strangers": limits.strangers},
        time.monotonic,
    )


@contextmanager
def listen(settings: Settings) -> Iterator[socket.socket]:
    """PortTaken, also for an address that is not this machine's."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        listener = socket.create_server((settings.host, settings.port), family=family, backlog=2048)
    except OSError as error:
        raise PortTaken(settings, error.strerror or str(error)) from error
    with listener:
        yield listener


class Server(uvicorn.Server):
    """Ends the sessions first: sockets are told to come back, polls are answered, who does not read is cut off."""

    def __init__(self, parts: Parts, app: Any) -> None:
        self.parts = parts
        proxies = parts.settings.trusted_proxies
        super().__init__(
            uvicorn.Config(
                app,
                http=BoundedProtocol,
                ws=PushProtocol,
                ws_max_size=LARGEST_FRAME,
                ws_per_message_deflate=False,
                ws_ping_interval=None,
                proxy_headers=bool(proxies),
                forwarded_allow_ips=list(proxies),
                server_header=False,
                lifespan="off",
                log_config=None,
                access_log=False,
                timeout_graceful_shutdown=LONGEST_STOP,
            )
        )
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """Asked twice, it no longer waits."""
        self.force_exit = self.should_exit
        self.should_exit = True
        self._stopping.set()

    def stop_on_signals(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.stop)

    @override
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        # uvicorn's own way ends the process by the signal, before the store is closed.
        yield

    @override
    async def main_loop(self) -> None:
        # uvicorn's own wakes ten times a second to see whether it should end. The tick sets the date of the answers.
        while not await self.on_tick(0):
            with suppress(TimeoutError):
                async with asyncio.timeout(DATE_EVERY):
                    await self._stopping.wait()

    @override
    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        # Whom the loop has accepted in this turn is a connection in the next: else they would never be told.
        await asyncio.sleep(0)
        end_all(self.parts.services.hub)
        await super().shutdown(sockets)


async def _run(server: Server, store: DatabaseStore, place: Place, prepare: Prepare) -> None:
    asyncio.get_running_loop().set_exception_handler(_log_unhandled)
    server.stop_on_signals()
    parts = server.parts
    try:
        async with _among_servers(parts, store):
            answer = partial(control.carry_out, store, parts.settings)
            async with control.answering(place.operators, answer):
                await prepare(parts)
                async with _beside(*_chores(server, store)):
                    await server.serve(sockets=[place.listener])
    finally:
        await asyncio.to_thread(parts.passwords.stop)


@asynccontextmanager
async def _among_servers(parts: Parts, store: DatabaseStore) -> AsyncIterator[None]:
    """The store runs within the block. What it still commits at the end is told to the other servers as well."""
    hub, servers = parts.services.hub, parts.servers

    def publish(news: Sequence[News]) -> None:
        parts.known.take(news)
        hub.publish(news)
        if servers:
            servers.publish(news)

    async with _beside(*([servers.run(store, hub, parts.connections)] if servers else [])):
        store.start(publish)
        try:
            yield
        finally:
            await store.stop()
            if servers:
                servers.depart()


def _chores(server: Server, store: DatabaseStore) -> Iterator[Coroutine[Any, Any, None]]:
    services = server.parts.services
    yield keep_watch(store, services.hub, server.parts.connections)
    yield watch_loop(server.parts.lag)
    yield watch_silence(server.server_state.connections)
    yield _every(HOUR, partial(_forget, store))
    yield _every(HOUR, store.reindex)
    yield _stop_when_failed(server, store)


@asynccontextmanager
async def _beside(*works: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Works that go on within the block, and end with it."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(work) for work in works]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()


async def _every(seconds: float, work: Callable[[], Awaitable[None]]) -> None:
    while True:
        # What could not be done now is due again the next time.
        try:
            await work()
        except Refusal as refusal:
            log.warning("chore-put-off", code=refusal.code)
        except Exception:
            log.exception("chore-failed")
        await asyncio.sleep(seconds)


async def _forget(store: DatabaseStore) -> None:
    """In small commands, so that nobody waits for it."""
    for forget_some in (events.forget_old, sessions.forget_expired):
        while await store.write(0, forget_some):
            pass


async def _stop_when_failed(server: Server, store: DatabaseStore) -> None:
    await store.failed.wait()
    server.stop()


async def _operate_alone(
    store: DatabaseStore, settings: Settings, request: control.Request
) -> control.Answer:
    store.start(lambda _news: None)
    try:
        return await control.carry_out(store, settings, request)
    finally:
        await store.stop()


def _log_unhandled(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """As the loop itself would, but without the words of the exception."""
    log.error("unhandled", what=context["message"], exc_info=context.get("exception"))
