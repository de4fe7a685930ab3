"""uvicorn's WebSocket protocol, and on top of it the way straight to the transport and from it.

Frames go out ready-made, and come in without a queue and a task between.

It stands on a private module of uvicorn: the version is bound to its patch releases, and a contract test looks after it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from typing_extensions import override
from uvicorn._types import ASGISendEvent
from uvicorn.protocols.utils import ClientDisconnected
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import CloseCode, Frame
from websockets.http11 import Request

from deskchat.realtime.frames import HEARTBEAT
from deskchat.realtime.outlet import Batch, Close, Writer

_EXTENSION = "deskchat.push"
_PING = b"\x89\x00"
_NOT_UNDERSTOOD = b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"

LONGEST_SILENCE = HEARTBEAT + 5
"""Seconds after which a connection is asked whether it is there. Who sends a `ping` of their own when it is due, as
clients should, is never asked; a proxy cuts off what is silent for half a minute."""
LONGEST_UNANSWERED = LONGEST_SILENCE + HEARTBEAT
"""Seconds of silence after which it is not."""

LONGEST_STALL = 30.0
"""Seconds that a connection may take nothing of what waits for it; then it is cut off."""
LONGEST_CLOSING = 10.0
"""Seconds that closing may take."""
MOST_DUE = 64 * 1024
"""Bytes of a batch from which on it does not wait for others."""
MOST_PIECES = 1_024
"""Of one frame: even empty ones are kept until it is whole."""


class Peer:
    """The other end of a socket, as an outlet of frames (`realtime.outlet.Outlet`)."""

    __slots__ = ("_due", "_protocol", "_writer")

    def __init__(self, protocol: PushProtocol) -> None:
        self._protocol = protocol
        self._writer: Writer | None = None
        self._due: list[bytes] = []

    def attach(self, writer: Writer) -> None:
        self._writer = writer
        if not self._protocol.writable.is_set():
            writer.pause_writing()

    def write(self, batch: Batch) -> None:
        """What is written in one turn of the loop goes out together: each time is a call of the system."""
        if self._writer is None:
            return
        if not self._due:
            self._protocol.loop.call_soon(self._flush)
        self._due.append(batch.framed)
        if batch.size > MOST_DUE:
            self._flush()

    async def writable(self) -> None:
        await self._protocol.writable.wait()

    def listen(self, receive: Callable[[bytes | str], None]) -> None:
        """From here on each frame is handed over as it comes; first those that came before."""
        self._protocol.listen(receive)

    def close(self, code: Close) -> None:
        # First: the writer has ended, and is told nothing of what its last words do.
        writer, self._writer = self._writer, None
        if writer:
            self._flush()
            self._protocol.close(code)

    def pause_writing(self) -> None:
        if self._writer:
            self._writer.pause_writing()

    def resume_writing(self) -> None:
        if self._writer:
            self._writer.resume_writing()

    def let_go(self, code: Close) -> None:
        """The connection ends by itself. On a lost one a write would raise, so nothing is written from here on."""
        writer, self._writer = self._writer, None
        self._due.clear()
        if writer:
            writer.end(code)

    def _flush(self) -> None:
        if self._due:
            due, self._due = self._due, []
            self._protocol.transport.writelines(due)


def get_peer(scope: Mapping[str, Any]) -> Peer:
    """The peer of a WebSocket's ASGI scope, on a server that speaks `PushProtocol`."""
    peer: Peer = scope["extensions"][_EXTENSION]
    return peer


async def watch_silence(connections: Iterable[object]) -> None:
    """Until it is cancelled, all connections of a server: a timer for each would wake the loop for each."""
    while True:
        await asyncio.sleep(1)
        ask_the_silent(connections)


def ask_the_silent(connections: Iterable[object]) -> None:
    """Another second has passed."""
    for connection in tuple(connections):
        if isinstance(connection, PushProtocol):
            connection.be_silent()


class PushProtocol(WebSocketsSansIOProtocol):
    peer: Peer | None = None
    _silence = 0  # seconds
    _receive: Callable[[bytes | str], None] | None = None
    _early: list[bytes | str] | None = None  # None: nothing came before it was listened to
    _deadline: asyncio.TimerHandle | None = None
    _closing = False

    def listen(self, receive: Callable[[bytes | str], None]) -> None:
        self._receive = receive
        early, self._early = self._early, None
        for frame in early or ():
            receive(frame)
        if early and self.writable.is_set():
            self.transport.resume_reading()

    def close(self, code: Close) -> None:
        """Says goodbye and hangs up; who does not read is not waited for."""
        if not self.writable.is_set():
            self.transport.abort()
            return
        self._begin_closing()
        task = self.loop.create_task(self._send_close(code))
        task.add_done_callback(self.on_task_complete)
        self.tasks.add(task)

    def be_silent(self) -> None:
        """For a second more."""
        if self._closing or not self.handshake_complete:
            return
        self._silence += 1
        if self._silence == LONGEST_SILENCE:
            self.transport.write(_PING)
        elif self._silence == LONGEST_UNANSWERED:
            self.keepalive_timeout()

    @override
    def data_received(self, data: bytes) -> None:
        self._silence = 0
        super().data_received(data)
        if self.conn.handshake_exc and not self.handshake_complete:
            self._refuse_handshake()

    @override
    def handle_connect(self, event: Request) -> None:
        super().handle_connect(event)
        # The application's task is made by now, but runs in the next turn at the earliest.
        if self.response.status_code == 101:
            self.peer = Peer(self)
            extensions: Any = self.scope["extensions"]
            extensions[_EXTENSION] = self.peer

    @override
    def handle_cont(self, event: Frame) -> None:
        if self.close_sent:
            return
        if len(self.frames) >= MOST_PIECES:
            self.conn.fail(CloseCode.POLICY_VIOLATION)
            self.handle_parser_exception()
            return
        super().handle_cont(event)

    @override
    def send_receive_event_to_app(self) -> None:
        try:
            frame = self._take_frame()
        except UnicodeDecodeError:
            super().send_receive_event_to_app()
            return
        if self.close_sent:
            return
        if self._receive:
            self._receive(frame)
        elif self._early is None:
            self._early = [frame]
            self.transport.pause_reading()
        else:
            self._early.append(frame)

    @override
    async def send(self, message: ASGISendEvent) -> None:
        # Of a connection that ends by itself uvicorn learns a turn later: an answer until then is a fault to it.
        if self.transport.is_closing():
            raise ClientDisconnected
        await super().send(message)
        # A refused handshake is complete as well: otherwise each is logged as a fault of the application.
        if self.initial_response and self.close_sent:
            self.handshake_complete = True

    @override
    def pause_writing(self) -> None:
        super().pause_writing()
        # Who does not read is not listened to either: else their pings alone could fill the memory with pongs.
        self.transport.pause_reading()
        if not self._closing:
            self._cut_off_in(LONGEST_STALL)
        if self.peer:
            self.peer.pause_writing()

    @override
    def resume_writing(self) -> None:
        super().resume_writing()
        if not (self.read_paused or self._early):
            self.transport.resume_reading()
        if not self._closing:
            self._stop_clock()
        if self.peer:
            self.peer.resume_writing()

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._begin_closing()
        self._stop_clock()
        super().connection_lost(exc)

    @override
    def eof_received(self) -> None:
        self._begin_closing()
        super().eof_received()

    @override
    def handle_close(self, event: Any) -> None:
        self._begin_closing()
        super().handle_close(event)

    @override
    def handle_parser_exception(self) -> None:
        self._begin_closing()
        super().handle_parser_exception()

    @override
    def keepalive_timeout(self) -> None:
        self._begin_closing()
        super().keepalive_timeout()

    @override
    def shutdown(self) -> None:
        ends_already = self.transport.is_closing()
        self._begin_closing()
        if not self.writable.is_set():
            self.transport.abort()
        elif not ends_already:
            # To say goodbye to who has just hung up raises, and all who come after would never be told.
            super().shutdown()

    def _refuse_handshake(self) -> None:
        """The HTTP parser let it pass, the WebSocket's does not: uvicorn would never answer, and raise when it stops."""
        self.handshake_complete = self.close_sent = True
        self.transport.write(_NOT_UNDERSTOOD)
        self.transport.close()

    def _take_frame(self) -> bytes | str:
        """UnicodeDecodeError, and it is there still."""
        whole = b"".join(self.frames)
        frame = whole.decode() if self.curr_msg_data_type == "text" else whole
        self.frames = []
        return frame

    def _begin_closing(self) -> None:
        """On every way to the end, before anything else: after a Close frame nothing may be written."""
        if not self._closing:
            self._closing = True
            self._cut_off_in(LONGEST_CLOSING)
        if self.peer:
            self.peer.let_go(Close.LEAVING)

    async def _send_close(self, code: Close) -> None:
        # The connection may have ended by itself since.
        if not (self.disconnected or self.close_sent or self.transport.is_closing()):
            await self.send({"type": "websocket.close", "code": code, "reason": ""})

    def _cut_off_in(self, seconds: float) -> None:
        self._stop_clock()
        self._deadline = self.loop.call_later(seconds, self._cut_off)

    def _cut_off(self) -> None:
        if self.peer:
            self.peer.let_go(Close.CUT_OFF)
        self.transport.abort()

    def _stop_clock(self) -> None:
        if self._deadline:
            self._deadline.cancel()
            self._deadline = None
