"""Lines: what happened to a room and not in a message, as everybody in it reads it between the messages.

A line is a durable event of its room. It says after which message it stands (`after`: that one's number, 0 above the
first), because messages are paged by their numbers. Lines go as events go: one older than the events that are kept is
not there any more.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from deskchat.domain.ids import Count, Id, Milliseconds
from deskchat.domain.users import Profile

MOST_IN_PAGE = 200
"""Of a page's lines the newest so many; a thousand people who were added one by one do not make a page long."""


class MemberJoined(Struct, frozen=True, tag="member.joined"):
    """`by` added `user`. Who created the room joined by themselves."""

    room: Id
    seq: Id
    at: Milliseconds
    after: Count
    by: Profile
    user: Profile


class MemberLeft(Struct, frozen=True, tag="member.left"):
    """`by` removed `user`. Who left did so by themselves."""

    room: Id
    seq: Id
    at: Milliseconds
    after: Count
    by: Profile
    user: Profile


class OwnerMade(Struct, frozen=True, tag="owner.made"):
    """`by` made `user` an owner of the room. Who became one by themselves: nobody active owned it any longer."""

    room: Id
    seq: Id
    at: Milliseconds
    after: Count
    by: Profile
    user: Profile


class OwnerUnmade(Struct, frozen=True, tag="owner.unmade"):
    """`by` made `user`, who was an owner, a member like the others."""

    room: Id
    seq: Id
    at: Milliseconds
    after: Count
    by: Profile
    user: Profile


class RoomRenamed(Struct, frozen=True, tag="room.renamed"):
    """`by` gave the room this name."""

    room: Id
    seq: Id
    at: Milliseconds
    after: Count
    by: Profile
    name: str


MemberLine = MemberJoined | MemberLeft | OwnerMade | OwnerUnmade
Line = MemberLine | RoomRenamed

MemberLineKind = Literal["member.joined", "member.left", "owner.made", "owner.unmade"]

OF_MEMBER: dict[MemberLineKind, type[MemberLine]] = {
    "member.joined": MemberJoined,
    "member.left": MemberLeft,
    "owner.made": OwnerMade,
    "owner.unmade": OwnerUnmade,
}
