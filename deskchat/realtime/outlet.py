"""The way out of a session: where frames go, and when there is room for more. A socket has one, a poller another."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from functools import cached_property
from typing import Protocol


class Close(IntEnum):
    """Why the server ends a connection, as a WebSocket close code."""

    LEAVING = 1001
    CUT_OFF = 1006
    """It took nothing of what waited for it. Not said to it: this is what browsers call an end without a word."""
    UNEXPECTED = 1011
    RESTARTING = 1012
    TRY_LATER = 1013
    SIGNED_OUT = 4401
    """The session ended or expired, or its user was deactivated: to go on, sign in again."""


class Batch:
    """Frames that go out together: encoded and framed once, for however many readers."""

    def __init__(self, frames: Sequence[bytes]) -> None:
        self.frames = frames
        self.size = sum(map(len, frames))

    @cached_property
    def framed(self) -> bytes:
        """The frames as one piece of a WebSocket's stream."""
        return b"".join(map(_frame, self.frames))


class Writer(Protocol):
    """Who writes to an outlet, and is told how it goes."""

    def pause_writing(self) -> None: ...
    def resume_writing(self) -> None: ...
    def end(self, code: Close, /) -> None:
        """The other side is gone, or is given up."""


class Outlet(Protocol):
    def attach(self, writer: Writer) -> None:
        """From here on the writer is told; until then nobody is."""

    def write(self, batch: Batch) -> None:
        """Takes all of it at once, however full it is; nothing any more once it is closed."""

    async def writable(self) -> None:
        """Returns as soon as there is room, or the outlet is closed."""

    def close(self, code: Close, /) -> None:
        """Nothing is written after. Does not wait: who does not read is cut off."""


_TEXT = 0x81


def _frame(payload: bytes) -> bytes:
    """A whole text message as the server sends it: unmasked, so the same bytes do for everybody."""
    size = len(payload)
    if size < 126:
        return bytes((_TEXT, size)) + payload
    if size < 1 << 16:
        return bytes((_TEXT, 126)) + size.to_bytes(2, "big") + payload
    return bytes((_TEXT, 127)) + size.to_bytes(8, "big") + payload
