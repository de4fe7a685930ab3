"""The real server in a thread of the test's process: on a free port, over a folder of its own, with the cast in it."""

from __future__ import annotations

import asyncio
import io
import logging
import socket
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar, cast

import pytest
from argon2 import PasswordHasher
from blockbuster import blockbuster_ctx
from litestar import Litestar
from litestar.types import ASGIApp
from msgspec.structs import replace
from typing_extensions import override

from deskchat import app, logs
from deskchat.app import Server
from deskchat.config import Settings
from deskchat.domain import sessions
from deskchat.domain.ports import Transaction
from deskchat.domain.users import User
from deskchat.http import client, routes
from deskchat.http.auth import cookie_name
from deskchat.http.client import Client
from deskchat.http.envelope import Envelope
from deskchat.http.parts import Parts
from deskchat.http.passwords import Passwords
from deskchat.storage.folder import DataFolder
from deskchat.storage.sqlite import SQLite, create_private
from deskchat.storage.store import DatabaseStore, read_clock
from tests.cast import Cast, gather
from tests.remembered import once

T = TypeVar("T")

PASSWORD = "correct horse battery staple"
ENOUGH = 60.0
"""Seconds that anything may take on any machine; what takes longer hangs."""

_QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
_document = cache(routes.document)
_build = routes.build
_load = cache(client.load)
_applications: defaultdict[Path | None, list[Envelope]] = defaultdict(list)
"""Built, and waiting for a server more: by the folder of the client that they serve."""


class Clock:
    """The real one, put forward by the test."""

    def __init__(self) -> None:
        self.ahead = 0

    def __call__(self) -> int:
        return read_clock() + self.ahead


class Serving:
    """A server that runs. `people` all have the password PASSWORD."""

    people: Cast
    url: str
    application: Envelope

    def __init__(self) -> None:
        self.clock = Clock()
        self.expects_errors = False
        self.log = io.StringIO()
        self._ready: Future[None] = Future()

    @property
    def port(self) -> int:
        return self.parts.settings.port

    def sign_in(self, user: User) -> dict[str, str]:
        """The header of a browser that is signed in, without the work of checking a password."""
        token = sessions.new_token()
        self.do(lambda tx: sessions.start(tx, user.id, token, "a browser"))
        return {"Cookie": f"{cookie_name(self.parts.settings)}={token}"}

    def do(self, work: Callable[[Transaction], T]) -> T:
        """A command, committed and published."""
        return self.run(lambda: self.parts.store.write(0, work))

    def call(self, work: Callable[[], T]) -> T:
        """On the server's loop."""

        async def call() -> T:
            return work()

        return self.run(call)

    def run(self, work: Callable[[], Awaitable[T]]) -> T:
        async def run() -> T:
            return await work()

        return asyncio.run_coroutine_threadsafe(run(), self._loop).result(ENOUGH)

    def stop(self) -> None:
        """As SIGTERM does."""
        if not self._ended.done():
            self._loop.call_soon_threadsafe(self._server.stop)

    def wait_until_stopped(self) -> None:
        self._ended.result(ENOUGH)

    # How it starts

    def start(self, threads: ThreadPoolExecutor, settings: Settings, people: Cast | None) -> None:
        """`people`: those who are in its database already."""
        prepare = partial(self._prepare, people=people)
        self._ended = threads.submit(app.serve, settings, prepare, clock=self.clock)
        self._ended.add_done_callback(self._report)
        self._ready.result(ENOUGH)
        self.url = self.parts.settings.public_url

    def take_server(self, server: app.Server) -> None:
        self._server = server

    async def _prepare(self, parts: Parts, people: Cast | None) -> None:
        self.parts = parts
        self._loop = asyncio.get_running_loop()
        if people is None:
            people = await parts.store.write(0, once("cast with a password", _gather))
        self.people = people
        self._ready.set_result(None)

    def _report(self, ended: Future[None]) -> None:
        """A server that does not even start says why."""
        if not self._ready.done():
            self._ready.set_exception(ended.exception() or AssertionError("The server ended at once."))


def _gather(tx: Transaction) -> Cast:
    return gather(tx, _QUICK.hash(PASSWORD))


def _furnish(folder: Path) -> Cast:
    """A copy of the one database that was made with the cast in it."""
    written, people = _make_furnished()
    database = DataFolder(folder).database
    create_private(database)
    database.write_bytes(written)
    return people


@cache
def _make_furnished() -> tuple[bytes, Cast]:
    async def gather(database: Path) -> Cast:
        store = DatabaseStore.open(SQLite(database))
        store.start(lambda news: None)
        try:
            return await store.write(0, _gather)
        finally:
            await store.stop()

    with TemporaryDirectory() as temporary, ThreadPoolExecutor(1) as threads:
        database = DataFolder(Path(temporary)).database
        people = threads.submit(asyncio.run, gather(database)).result(ENOUGH)
        return database.read_bytes(), people


@contextmanager
def running_server(
    folder: Path | None = None,
    send_buffer: int | None = None,
    settings: Settings | None = None,
    port: int = 0,
    people: Cast | None = None,
) -> Iterator[Serving]:
    """`settings`: all but folder and port. `people`: who is in its database already. `send_buffer`: bytes that the system takes for one who does not read.

    At the end the server is stopped, and must stop. A call that blocked its loop is a failure, and so is every error
    in its log that the test did not expect.
    """
    serving = Serving()
    # Before anything is watched: making it blocks a loop of its own.
    _make_furnished()
    with (
        TemporaryDirectory(prefix="deskchat-test-") as temporary,
        ThreadPoolExecutor(1, thread_name_prefix="server") as threads,
        logs.written_to(serving.log, "info"),
        blockbuster_ctx("deskchat") as watched,
        pytest.MonkeyPatch.context() as patch,
    ):
        # Nobody is served any more when its loop is closed, which waits for the threads that it has started.
        watched.functions["threading.Lock.acquire"].can_block_in("asyncio/runners.py", "close")
        # Its own thread is watched, and no other: tests may block the loops that they run themselves.
        patch.setattr("blockbuster.blockbuster._skip.value", True)
        _serve_in_thread(patch, serving, send_buffer)
        _build_once(patch, serving)
        settings = replace(settings or Settings(), port=port, data=folder or Path(temporary))
        if not (folder or settings.database):
            people = _furnish(settings.data)
        serving.start(threads, settings, people)
        try:
            yield serving
        finally:
            serving.stop()
            serving.wait_until_stopped()
        _applications[client.find_folder()].append(serving.application)
    errors = [line for line in serving.log.getvalue().splitlines() if '"level": "error"' in line]
    assert serving.expects_errors or not errors, "\n".join(errors)


def _serve_in_thread(patch: pytest.MonkeyPatch, serving: Serving, send_buffer: int | None) -> None:
    class ServerInThread(Server):
        def __init__(self, parts: Parts, application: ASGIApp) -> None:
            super().__init__(parts, application)
            # Before it serves: a test may have nothing to do but to stop it.
            serving.take_server(self)

        @override
        def stop_on_signals(self) -> None:
            """They reach the main thread alone."""

    listen = app.listen

    @contextmanager
    def listen_with_small_buffers(settings: Settings) -> Iterator[socket.socket]:
        with listen(settings) as listener:
            if send_buffer:
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, send_buffer)
            yield listener

    patch.setattr(app, "Server", ServerInThread)
    patch.setattr(app, "listen", listen_with_small_buffers)
    patch.setattr(app, "Passwords", partial(Passwords, _QUICK))
    for name in ("httpx", "websockets.client"):
        # The log is the server's alone.
        patch.setattr(logging.getLogger(name), "disabled", True)


def _build_once(patch: pytest.MonkeyPatch, serving: Serving) -> None:
    """What is the same for every server, and most of what starting one takes. An application serves one at a time."""

    def build_or_take(parts: Parts, files: Client, extra: tuple[()] = ()) -> ASGIApp:
        spare = _applications[client.find_folder()]
        application = spare.pop() if spare else _build(parts, files, extra)
        assert isinstance(application, Envelope)
        application._parts = cast("Litestar", application._app).state["parts"] = parts
        serving.application = application
        return application

    patch.setattr(routes, "build", build_or_take)
    patch.setattr(routes, "document", _document)
    patch.setattr(client, "load", _load)
