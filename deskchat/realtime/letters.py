"""What servers of one organisation write to each other: committed news, what passes, and that they are there.

News is a hint: a letter may be lost, late, doubled or out of order. Who reads it puts it in order by its number and
reads from the database what is missing.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec
from msgspec import Struct

from deskchat.domain.events import CommonEvent, OwnEvent, RoomEvent
from deskchat.domain.ids import Id
from deskchat.domain.news import News, Seen, SessionsEnded, ToEverybody, ToRoom, ToUser
from deskchat.domain.organisation import OrganisationRenamed
from deskchat.domain.presence import State
from deskchat.domain.users import ProfileChanged
from deskchat.realtime.frames import TypingHeard

MOST_IN_LETTER = 500

LimitName: TypeAlias = Literal["commands", "guesses", "strangers"]


class OwnTold(Struct, frozen=True, tag="own"):
    user: Id
    event: OwnEvent


class Attending(Struct, frozen=True, array_like=True):
    """How it is with somebody at one server. `offline`: they have no device there any more."""

    user: Id
    state: State
    rooms: list[Id]


class Present(Struct, frozen=True, tag="present"):
    people: list[Attending]


class Spent(Struct, frozen=True, tag="spent"):
    """What people took of a limit at one server."""

    limit: LimitName
    takes: list[tuple[int | str | tuple[str, str], int]]


class Errand(Struct, frozen=True, tag="errand"):
    """What a client asks of its connection at another server: frames after `ack`, to take a command, or to end."""

    number: int
    connection: str
    device: Id
    ack: int | None = None
    command: bytes | None = None


class ErrandDone(Struct, frozen=True, tag="errand.done"):
    """`frames`: by number, as they are sent to clients; None if there is no such connection."""

    number: int
    frames: list[tuple[int, bytes]] | None


class Arrived(Struct, frozen=True, tag="arrived"):
    """A server is there, and has heard of nobody yet."""


class Alive(Struct, frozen=True, tag="alive"):
    """Said again and again."""


class Departed(Struct, frozen=True, tag="departed"):
    """A server ends."""


Committed = RoomEvent | CommonEvent | OwnTold | SessionsEnded | Seen
Passing = TypingHeard | Present | Spent | Errand | ErrandDone | Arrived | Alive | Departed
Letter = Committed | Passing

encode = msgspec.msgpack.Encoder().encode
decode = msgspec.msgpack.Decoder(list[Letter]).decode


def as_letter(news: News) -> Committed:
    match news:
        case ToRoom(event) | ToEverybody(event):
            return event
        case ToUser(user, event):
            return OwnTold(user, event)
        case SessionsEnded() | Seen():
            return news


def as_news(letter: Committed) -> News:
    match letter:
        case OwnTold(user, event):
            return ToUser(user, event)
        case SessionsEnded() | Seen():
            return letter
        case ProfileChanged() | OrganisationRenamed():
            return ToEverybody(letter)
        case _:
            return ToRoom(letter)
