"""The contract with uvicorn's private WebSocket module: what `http/push.py` stands on holds in the installed version.

Server and client share one loop of the kind that production runs, since its error timing is relied on.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, contextmanager
from functools import wraps
from typing import Any, ParamSpec

import pytest
import uvicorn
import uvloop
from typing_extensions import override
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from deskchat.http import push
from deskchat.http.push import (
    LONGEST_SILENCE,
    LONGEST_UNANSWERED,
    Peer,
    PushProtocol,
    ask_the_silent,
    get_peer,
)
from deskchat.realtime.outlet import Batch, Close
from tests.serving import ENOUGH

P = ParamSpec("P")
LARGE = Batch([b"x" * 8_000_000])
PING = b"\x89\x00"
PONG = b"\x8a\x80\x00\x00\x00\x00"
HANG_UP = b"\x88\x80\x00\x00\x00\x00"
HI = b"\x81\x82\x00\x00\x00\x00hi"
TIMES = 8
"""So often it fits neither the system's buffers nor the client's."""


def on_uvloop(test: Callable[P, Coroutine[Any, Any, None]]) -> Callable[P, None]:
    @wraps(test)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(asyncio.wait_for(test(*args, **kwargs), ENOUGH))

    return run


class Writer:
    """Notes what the peer tells."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self._changed = asyncio.Event()

    def pause_writing(self) -> None:
        self._note("pause")

    def resume_writing(self) -> None:
        self._note("resume")

    def end(self, code: Close, /) -> None:
        self._note("end" if code is Close.LEAVING else code.name)

    async def wait_for(self, *told: str) -> None:
        while self.told != [*told]:
            self._changed.clear()
            await self._changed.wait()

    def _note(self, what: str) -> None:
        self.told.append(what)
        self._changed.set()


class Doorway:
    """An application that accepts every socket, and hands its peer to the test."""

    def __init__(self) -> None:
        self.url = ""
        self.heard: asyncio.Queue[bytes | str] = asyncio.Queue()
        self.knocked = asyncio.Event()
        self.answers = asyncio.Event()
        self.answers.set()
        self.opens = asyncio.Event()
        self.opens.set()
        self._peers: asyncio.Queue[Peer] = asyncio.Queue()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        assert (await receive())["type"] == "websocket.connect"
        self.knocked.set()
        await self.answers.wait()
        if scope["path"] == "/refused":
            await send({"type": "websocket.http.response.start", "status": 401, "headers": []})
            await send({"type": "websocket.http.response.body", "body": b"sign in", "more_body": False})
            return
        peer = get_peer(scope)
        await send({"type": "websocket.accept"})
        self._peers.put_nowait(peer)
        await self.opens.wait()
        peer.listen(self.heard.put_nowait)
        assert (await receive())["type"] == "websocket.disconnect"

    async def admit(self) -> tuple[Peer, Writer]:
        peer, writer = await self._peers.get(), Writer()
        peer.attach(writer)
        return peer, writer


class Server(uvicorn.Server):
    @override
    @contextmanager
    def capture_signals(self) -> Any:
        yield


@asynccontextmanager
async def serve(**settings: Any) -> AsyncIterator[tuple[Doorway, Server]]:
    doorway = Doorway()
    config = uvicorn.Config(
        doorway, ws=PushProtocol, ws_per_message_deflate=False, lifespan="off", log_config=None, **settings
    )
    server = Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        doorway.url = f"ws://127.0.0.1:{listener.getsockname()[1]}/"
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        try:
            yield doorway, server
        finally:
            server.should_exit = True
            await serving


@asynccontextmanager
async def knock(doorway: Doorway, path: str = "", **options: Any) -> AsyncIterator[ClientConnection]:
    async with connect(
        doorway.url + path, proxy=None, ping_interval=None, close_timeout=0.1, max_size=None, **options
    ) as connection:
        yield connection


def overfill(peer: Peer) -> None:
    for _ in range(TIMES):
        peer.write(LARGE)


async def code_of(connection: ClientConnection) -> int:
    try:
        while True:
            await connection.recv()
    except ConnectionClosed as closed:
        return closed.rcvd.code if closed.rcvd else 1006


@on_uvloop
async def test_ready_made_frames_arrive_and_so_does_what_the_client_says() -> None:
    async with serve() as (doorway, _), knock(doorway) as client:
        peer, _ = await doorway.admit()
        peer.write(Batch([b'{"one":1}', b'{"two":2}']))
        assert [await client.recv(), await client.recv()] == ['{"one":1}', '{"two":2}']
        await client.send("hello")
        peer.close(Close.LEAVING)
        assert await code_of(client) == Close.LEAVING
        assert await doorway.heard.get() == "hello"


@on_uvloop
async def test_what_is_said_before_anybody_listens_comes_first_and_no_more_is_read_until_then() -> None:
    async with serve() as (doorway, server):
        doorway.opens.clear()
        reader, tcp = await _shake_hands(doorway)
        peer, _ = await doorway.admit()
        tcp.write(b"\x81\x81\0\0\0\0a" * 40_000)
        [protocol] = server.server_state.connections
        while protocol.transport.is_reading():  # noqa: ASYNC110 - a transport tells nobody that it pauses
            await asyncio.sleep(0)
        doorway.opens.set()
        assert [await doorway.heard.get() for _ in range(40_000)] == ["a"] * 40_000
        tcp.write(b"\x81\x81\0\0\0\0b")
        assert await doorway.heard.get() == "b"
        peer.close(Close.LEAVING)
        assert await reader.readexactly(2) == b"\x88\x02"
        tcp.close()


@on_uvloop
async def test_a_refused_handshake_has_the_status_of_the_application() -> None:
    async with serve() as (doorway, _):
        with pytest.raises(InvalidStatus) as caught:
            async with knock(doorway, "refused"):
                pass
        assert (caught.value.response.status_code, caught.value.response.body) == (401, b"sign in")


@on_uvloop
async def test_the_server_closes_with_its_own_code_and_writes_nothing_after() -> None:
    async with serve() as (doorway, _), knock(doorway) as client:
        peer, writer = await doorway.admit()
        peer.write(Batch([b"last words"]))
        peer.close(Close.SIGNED_OUT)
        peer.write(Batch([b"too late"]))
        assert await client.recv() == "last words"
        assert await code_of(client) == Close.SIGNED_OUT
        assert writer.told == []


@on_uvloop
async def test_when_the_client_hangs_up_the_writer_is_told_and_writing_is_harmless() -> None:
    async with serve() as (doorway, _):
        async with knock(doorway):
            peer, writer = await doorway.admit()
        await writer.wait_for("end")
        peer.write(Batch([b"too late"]))
        peer.close(Close.LEAVING)
        await peer.writable()


@on_uvloop
async def test_when_the_line_is_cut_the_writer_is_told_and_writing_is_harmless() -> None:
    async with serve() as (doorway, _), knock(doorway) as client:
        peer, writer = await doorway.admit()
        client.transport.abort()
        await writer.wait_for("end")
        peer.write(Batch([b"too late"]))


@on_uvloop
async def test_a_reader_who_stops_is_told_of_and_who_goes_on_gets_everything() -> None:
    async with serve() as (doorway, _), knock(doorway, max_queue=1) as client:
        peer, writer = await doorway.admit()
        overfill(peer)
        assert writer.told == ["pause"]
        waiting = asyncio.create_task(peer.writable())
        for _ in range(TIMES):
            assert len(await client.recv()) == LARGE.size
        await writer.wait_for("pause", "resume")
        await waiting


@on_uvloop
async def test_who_does_not_read_is_not_listened_to() -> None:
    async with serve() as (doorway, server), knock(doorway, max_queue=1) as client:
        peer, writer = await doorway.admit()
        overfill(peer)
        [protocol] = server.server_state.connections
        assert not protocol.transport.is_reading()
        await client.send("are you there?")
        for _ in range(TIMES):
            await client.recv()
        await writer.wait_for("pause", "resume")
        await client.send("now?")
        assert [await doorway.heard.get(), await doorway.heard.get()] == ["are you there?", "now?"]


@on_uvloop
async def test_one_that_does_not_read_is_cut_off_when_it_is_closed() -> None:
    async with serve() as (doorway, _), knock(doorway, max_queue=1) as client:
        peer, _ = await doorway.admit()
        overfill(peer)
        peer.close(Close.SIGNED_OUT)
        assert await code_of(client) == 1006


@on_uvloop
async def test_the_last_words_of_one_that_is_closed_pause_nobody() -> None:
    async with serve() as (doorway, _), knock(doorway, max_queue=1):
        peer, writer = await doorway.admit()
        for _ in range(400):
            peer.write(Batch([b"x" * 60_000]))
        peer.close(Close.SIGNED_OUT)
        assert writer.told == []


async def _run_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(push, "LONGEST_STALL", 0.01)
    async with serve() as (doorway, _), knock(doorway, max_queue=1) as client:
        peer, writer = await doorway.admit()
        overfill(peer)
        await writer.wait_for("pause", "CUT_OFF")
        assert await code_of(client) == 1006


def test_one_that_does_not_read_for_too_long_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    on_uvloop(_run_out)(monkeypatch)


async def _never_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(push, "LONGEST_CLOSING", 0.01)
    async with serve() as (doorway, _):
        reader, tcp = await _shake_hands(doorway)
        peer, _ = await doorway.admit()
        peer.close(Close.SIGNED_OUT)
        assert await reader.readexactly(4) == b"\x88\x02" + Close.SIGNED_OUT.to_bytes(2, "big")
        assert await reader.read() == b""
        tcp.close()


def test_one_that_never_answers_the_close_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    on_uvloop(_never_answer)(monkeypatch)


async def _shake_hands(doorway: Doorway) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A client that knows no more of WebSockets than how to begin."""
    port = int(doorway.url.rpartition(":")[2].strip("/"))
    reader, tcp = await asyncio.open_connection("127.0.0.1", port)
    tcp.write(
        b"GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
    assert b" 101 " in await reader.readuntil(b"\r\n\r\n")
    return reader, tcp


@on_uvloop
async def test_a_frame_that_is_too_large_ends_it_and_the_writer_is_told() -> None:
    async with serve(ws_max_size=1_000) as (doorway, _), knock(doorway) as client:
        _, writer = await doorway.admit()
        await client.send("x" * 1_001)
        assert await code_of(client) == 1009
        await writer.wait_for("end")


@on_uvloop
async def test_one_that_answers_no_ping_is_closed_and_the_writer_is_told() -> None:
    async with serve() as (doorway, server):
        reader, tcp = await _shake_hands(doorway)
        _, writer = await doorway.admit()
        _let_pass(server, LONGEST_UNANSWERED)
        await writer.wait_for("end")
        assert await reader.read() == PING + b"\x88\x18\x03\xf3keepalive ping timeout"
        tcp.close()


@on_uvloop
async def test_one_that_answers_a_ping_stays_and_one_that_speaks_is_not_asked() -> None:
    async with serve() as (doorway, server):
        reader, tcp = await _shake_hands(doorway)
        await doorway.admit()
        for seconds, asked in ((LONGEST_SILENCE - 1, b""), (LONGEST_SILENCE, PING), (LONGEST_SILENCE, PING)):
            _let_pass(server, seconds)
            assert await reader.readexactly(len(asked)) == asked
            tcp.write(PONG + HI)
            assert await doorway.heard.get() == "hi"
        server.should_exit = True
        assert await reader.readexactly(2) == b"\x88\x02"
        tcp.close()


def _let_pass(server: Server, seconds: int) -> None:
    for _ in range(seconds):
        ask_the_silent(server.server_state.connections)


@on_uvloop
async def test_when_the_server_stops_readers_are_told_and_stalled_ones_are_cut_off() -> None:
    async with (
        serve() as (doorway, server),
        knock(doorway) as reading,
        knock(doorway, max_queue=1) as stalled,
    ):
        _, first = await doorway.admit()
        peer, second = await doorway.admit()
        overfill(peer)
        server.should_exit = True
        assert await code_of(reading) == Close.RESTARTING
        assert await code_of(stalled) == 1006
        assert (first.told, second.told) == (["end"], ["pause", "end"])


@on_uvloop
async def test_when_the_server_stops_as_somebody_hangs_up_the_others_are_told() -> None:
    async with serve() as (doorway, server), knock(doorway):
        leaving, _ = await doorway.admit()
        async with knock(doorway) as reading:
            await doorway.admit()
            leaving._protocol.data_received(HANG_UP)
            for protocol in [leaving._protocol, *server.server_state.connections]:
                protocol.shutdown()
            assert await code_of(reading) == Close.RESTARTING


@pytest.mark.parametrize("path", ["", "refused"])
@on_uvloop
async def test_who_knocks_as_the_server_stops_is_sent_away_and_no_fault_is_logged(
    caplog: pytest.LogCaptureFixture, path: str
) -> None:
    async with serve() as (doorway, server):
        doorway.answers.clear()
        knocking = asyncio.create_task(connect(doorway.url + path, proxy=None).__aenter__())
        await doorway.knocked.wait()
        [protocol] = server.server_state.connections
        doorway.answers.set()
        protocol.shutdown()
        with pytest.raises(InvalidStatus) as caught:
            await knocking
        assert caught.value.response.status_code == 500
    assert [record.message for record in caplog.records if record.levelname == "ERROR"] == []
