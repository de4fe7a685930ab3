"""A browser tab's end of a socket: a client library that knows nothing of the server."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from itertools import count
from typing import Any, TypeVar

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from deskchat.domain.users import User
from deskchat.realtime.frames import Command, CommandRefused, Delete, Edit, Frame, Ok, Ping, Post, Read
from tests.serving import ENOUGH, Serving

F = TypeVar("F", bound=Frame)

decode = msgspec.json.Decoder(Frame).decode
encode = msgspec.json.encode


def address(serving: Serving) -> str:
    return f"ws://127.0.0.1:{serving.port}/api/v1/socket"


@asynccontextmanager
async def open_tab(
    serving: Serving, user: User, headers: dict[str, str] | None = None, receive_buffer: int | None = None
) -> AsyncIterator[Tab]:
    """A tab that has been shown its rooms. `receive_buffer`: bytes that the system takes in while nobody reads."""
    headers = headers or await asyncio.to_thread(serving.sign_in, user)
    async with connect(
        address(serving),
        additional_headers=headers,
        sock=await _connect(serving.port, receive_buffer),
        compression=None,
        ping_interval=None,
        max_size=None,
        max_queue=1 if receive_buffer else None,
        close_timeout=1,
    ) as connection:
        tab = Tab(connection)
        await tab.see("rooms")
        yield tab


async def _connect(port: int, receive_buffer: int | None) -> socket.socket:
    end = socket.socket()
    end.setblocking(False)
    if receive_buffer:
        end.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    await asyncio.get_running_loop().sock_connect(end, ("127.0.0.1", port))
    return end


def type_of(frame: Frame) -> str:
    return str(type(frame).__struct_config__.tag)


class Tab:
    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection
        self.seen: list[Frame] = []
        self._refs = count(1)

    async def see(self, kind: str) -> Frame:
        """The next frame of this type."""
        return await self.see_where(lambda frame: type_of(frame) == kind)

    async def see_text(self, text: str) -> Frame:
        """The next frame with a message of this text."""
        return await self.see_where(lambda frame: text_of(frame) == text)

    async def see_where(self, wanted: Callable[[Frame], bool]) -> Frame:
        async with asyncio.timeout(ENOUGH):
            while True:
                frame: Frame = decode(await self.connection.recv())
                self.seen.append(frame)
                if wanted(frame):
                    return frame

    async def post(self, room: int, text: str, key: str | None = None) -> Ok | CommandRefused:
        return await self.ask(lambda ref: Post(ref, room, key or f"key-{ref}", text))

    async def edit(self, room: int, number: int, text: str) -> Ok | CommandRefused:
        return await self.ask(lambda ref: Edit(ref, room, number, text))

    async def delete(self, room: int, number: int) -> Ok | CommandRefused:
        return await self.ask(lambda ref: Delete(ref, room, number))

    async def read(self, room: int, number: int) -> Ok | CommandRefused:
        return await self.ask(lambda ref: Read(ref, room, number))

    async def ping(self) -> Ok | CommandRefused:
        """Answered after everything that was sent to this tab before."""
        return await self.ask(Ping)

    async def ask(self, command: Callable[[int], Command]) -> Ok | CommandRefused:
        """Its reply; what comes before that is `seen`."""
        ref = next(self._refs)
        await self.connection.send(encode(command(ref)).decode())
        reply: Any = await self.see_where(lambda frame: is_reply(frame, ref))
        return reply  # type: ignore[no-any-return]

    async def wait_closed(self) -> int:
        """The code by which the server closes."""
        async with asyncio.timeout(ENOUGH):
            try:
                while True:
                    self.seen.append(decode(await self.connection.recv()))
            except ConnectionClosed as closed:
                return closed.rcvd.code if closed.rcvd else 1006

    @property
    def texts(self) -> list[str]:
        return [text for frame in self.seen if (text := text_of(frame)) is not None]


def text_of(frame: Frame) -> str | None:
    message = getattr(frame, "message", None)
    return message.text if message else None


def is_reply(frame: Frame, ref: int | None) -> bool:
    return isinstance(frame, Ok | CommandRefused) and frame.ref == ref
