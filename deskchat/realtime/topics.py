"""Who listens, and to what."""

from __future__ import annotations

from typing import Generic, Protocol, TypeVar

import structlog

from deskchat.domain.rooms import RoomChanged, RoomGone
from deskchat.realtime.course import Course
from deskchat.realtime.outlet import Batch, Close

T = TypeVar("T")
log = structlog.get_logger(__name__)


class Listener(Protocol):
    """A session, as the hub knows it."""

    @property
    def user(self) -> int: ...
    @property
    def device(self) -> int:
        """The id of the sign-in that it rests on."""

    def write(self, batch: Batch) -> None: ...
    def move(self, event: RoomChanged | RoomGone) -> None:
        """The user is now in this room, or no longer."""

    def lose(self, room: int) -> None:
        """The user has left this room, of which their own news did not tell yet."""

    def renew(self) -> None:
        """Not everything was told: everything is to be shown anew."""

    def end(self, code: Close) -> None: ...


class Topic(Generic[T]):
    """Who hears of one thing, and what they are still to be told. `course`: None where news come in order by themselves."""

    __slots__ = ("course", "listeners", "pending")

    def __init__(self, course: Course[T] | None = None) -> None:
        self.course = course
        self.listeners: set[Listener] = set()
        self.pending: list[bytes] = []

    def flush(self) -> int:
        """How many events it handed to listeners, counted for each of them."""
        if not self.pending:
            return 0
        batch, self.pending = Batch(self.pending), []
        # A copy: a listener whose connection breaks at the write leaves meanwhile.
        listeners = [*self.listeners]
        for listener in listeners:
            deliver(listener, batch)
        return len(batch.frames) * len(listeners)


def deliver(listener: Listener, batch: Batch) -> None:
    try:
        listener.write(batch)
    except Exception:
        # That one ends, and must not cost the others their frames.
        log.exception("write-failed", user=listener.user)
        listener.end(Close.UNEXPECTED)
