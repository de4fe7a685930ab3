"""The one rule of who may reach what: REST, sockets, polling, search and replay all ask here."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from deskchat.domain.errors import NoSuchRoom

if TYPE_CHECKING:
    from deskchat.domain.ports import Transaction

RoomKind = Literal["direct", "group"]
MemberRole = Literal["owner", "member"]
Notify = Literal["everything", "mentions", "nothing"]
"""What of a room a member is told of by pop-ups, and counts."""


class Membership(Struct, frozen=True):
    """An active user in a room."""

    user: int
    room: int
    kind: RoomKind
    role: MemberRole


def get_membership(tx: Transaction, by: int, room: int) -> Membership:
    """NoSuchRoom if there is no such room, one is not in it, or one is deactivated: nobody can tell which."""
    membership = tx.rooms.find_membership(by, room)
    if membership is None:
        raise NoSuchRoom
    return membership


def find_memberships(tx: Transaction, wanted: Collection[tuple[int, int]]) -> set[tuple[int, int]]:
    """Those of these users and rooms that `get_membership` would not refuse."""
    return tx.rooms.find_memberships(wanted)


def may_administer(membership: Membership) -> bool:
    return membership.kind == "group" and membership.role == "owner"
