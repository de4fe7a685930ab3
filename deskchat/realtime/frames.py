"""The frames of a session: what a client may send (`do`) and what it is sent (`type`). JSON text, one a frame.

Events of rooms and of one's own are frames as they are: see `domain.events`.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from deskchat.domain.errors import Refusal
from deskchat.domain.events import CommonEvent, OwnEvent, RoomEvent
from deskchat.domain.ids import Count, Id, Milliseconds
from deskchat.domain.messages import Key
from deskchat.domain.presence import Presence
from deskchat.domain.reading import SeenMark
from deskchat.domain.rooms import Rooms
from deskchat.domain.users import Profile

Ref = Annotated[
    int,
    Meta(
        ge=0,
        le=2**53 - 1,
        description="The client's own number of a command; its reply has it",
    ),
]

MOST_RESUMED = 1_000
MOST_WATCHED = 8
LARGEST_FRAME = 128 * 1024
MOST_IN_FLIGHT = 32
HEARTBEAT = 20
"""Seconds of silence after which a client sends `ping`; a connection silent for three of them is dead."""


class Post(Struct, frozen=True, tag_field="do", tag="post", forbid_unknown_fields=True):
    ref: Ref
    room: Id
    key: Key
    text: str


class Edit(Struct, frozen=True, tag_field="do", tag="edit", forbid_unknown_fields=True):
    ref: Ref
    room: Id
    number: Id
    text: str


class Delete(Struct, frozen=True, tag_field="do", tag="delete", forbid_unknown_fields=True):
    ref: Ref
    room: Id
    number: Id


class Read(Struct, frozen=True, tag_field="do", tag="read", forbid_unknown_fields=True):
    ref: Ref
    room: Id
    number: Id


class Resume(Struct, frozen=True, tag_field="do", tag="resume", forbid_unknown_fields=True):
    """For rooms whose messages the client holds: the seq up to which it has every event."""

    ref: Ref
    rooms: Annotated[dict[Id, Count], Meta(max_length=MOST_RESUMED)]


class Typing(Struct, frozen=True, tag_field="do", tag="typing", forbid_unknown_fields=True):
    """Somebody is writing in a room: to be said again every few seconds while they do."""

    ref: Ref
    room: Id


class Attend(Struct, frozen=True, tag_field="do", tag="attend", forbid_unknown_fields=True):
    """Whether somebody is at this device. A connection that never says so counts as `online`."""

    ref: Ref
    state: Literal["online", "away"]


class Watch(Struct, frozen=True, tag_field="do", tag="watch", forbid_unknown_fields=True):
    """The large rooms that are on the screen now: of others nothing passing is told."""

    ref: Ref
    rooms: Annotated[list[Id], Meta(max_length=MOST_WATCHED)]


class Ping(Struct, frozen=True, tag_field="do", tag="ping", forbid_unknown_fields=True):
    ref: Ref


Command = Post | Edit | Delete | Read | Resume | Typing | Attend | Watch | Ping


class Limits(Struct, frozen=True):
    """What the server takes: characters of a message, bytes of a frame, commands that wait for a reply."""

    text: int
    frame: int
    in_flight: int


class Hello(Struct, frozen=True, tag="hello"):
    """The first frame. A client that knew another `epoch` drops everything it holds but its outbox."""

    user: Profile
    organisation: str
    epoch: str
    time: Milliseconds
    heartbeat: int
    """Seconds of silence after which the client should send `ping`."""
    limits: Limits


class Ok(Struct, frozen=True, tag="ok", omit_defaults=True):
    """A command was carried out and kept. `number` and `seq` answer `post`; `seq` alone `edit` and `delete`."""

    ref: Ref
    number: Id | None = None
    seq: Id | None = None


class CommandRefused(Struct, frozen=True, tag="problem", omit_defaults=True):
    """A command was not carried out. `ref` is absent if the frame was not understood."""

    status: int
    code: str
    detail: str
    ref: Ref | None = None
    retry_after: float | None = None


class Reset(Struct, frozen=True, tag="reset"):
    """Too much happened in this room since: drop its messages and load them anew. `seq` is where it stands."""

    room: Id
    seq: Count


class Behind(Struct, frozen=True, tag="behind"):
    """This connection was too slow and missed frames; `rooms` follows, and the client resumes from it."""


class TypingHeard(Struct, frozen=True, tag="typing"):
    """Somebody is writing in a room; it counts for six seconds."""

    room: Id
    user: Id


class Presences(Struct, frozen=True, tag="presence"):
    """Whether these people are here. Of whom nothing was said since the last `rooms` is offline."""

    people: list[Presence]


class SeenMoved(Struct, frozen=True, tag="seen"):
    """How far these members have seen the messages of a room. Who writes has seen all before it."""

    room: Id
    marks: list[SeenMark]


class CaughtUp(Struct, frozen=True, tag="caught-up"):
    """Every room that was to be resumed has reached its head."""


Passing = TypingHeard | Presences | SeenMoved
"""What is told while it is new, in no order with anything else, and not again."""
Frame = (
    Hello
    | Rooms
    | RoomEvent
    | OwnEvent
    | CommonEvent
    | Ok
    | CommandRefused
    | Reset
    | Behind
    | CaughtUp
    | Passing
)

_encoder = msgspec.json.Encoder()
encode = _encoder.encode
decode_command = msgspec.json.Decoder(Command).decode
NOT_UNDERSTOOD = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""What decoding raises: bytes that are no text, and nesting without end, are not said to be a DecodeError."""


class _Numbered(Struct):
    ref: Ref


_decode_numbered = msgspec.json.Decoder(_Numbered).decode


def find_ref(data: bytes | str) -> int | None:
    """The ref of a command that is not understood otherwise."""
    try:
        return _decode_numbered(data).ref
    except NOT_UNDERSTOOD:
        return None


def refused(refusal: Refusal, ref: int | None = None) -> CommandRefused:
    return CommandRefused(refusal.status, refusal.code, refusal.detail, ref, refusal.retry_after)
