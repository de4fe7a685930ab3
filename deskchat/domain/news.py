"""What a committed transaction has to tell, and to whom. Published after commit, in commit order.

`ToRoom` is durable: it can be read back by the room's `seq`. `ToUser` is a user's own state, counted by `changes`;
who finds a hole in the count asks for the `rooms` snapshot again. What passes is kept nowhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from deskchat.domain.events import CommonEvent, OwnEvent, RoomEvent


class ToRoom(Struct, frozen=True):
    """For every member of the room `event.room`; the same bytes for all."""

    event: RoomEvent


class ToUser(Struct, frozen=True):
    """For every device of the user, and nobody else."""

    user: int
    event: OwnEvent


class ToEverybody(Struct, frozen=True):
    """For everybody who is connected. Not durable: who is away meets it in the next snapshot or page."""

    event: CommonEvent


class SessionsEnded(Struct, frozen=True, tag="sessions.ended"):
    """These sessions of the user end now: their open connections are closed."""

    user: int
    sessions: tuple[int, ...]


class Seen(Struct, frozen=True, tag="seen"):
    """A member has seen a room's messages up to a number. Passing news: joined, and told while it is new."""

    room: int
    user: int
    number: int


News = ToRoom | ToUser | ToEverybody | SessionsEnded | Seen
