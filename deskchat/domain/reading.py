"""Read marks: up to which message each member has read, and how many are waiting."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from deskchat.domain.ids import Count, Id
from deskchat.domain.membership import get_membership
from deskchat.domain.news import ToUser

if TYPE_CHECKING:
    from deskchat.domain.ports import Transaction


class ReadMoved(Struct, frozen=True, tag="read"):
    """One's read mark moved, on this device or another; `unread` is the count as the room was at `seq`."""

    changes: Id
    room: Id
    number: Count
    unread: Count
    seq: Count


class Mark(Struct, frozen=True):
    """A member's read mark, and the unread count as the room was at `seq`."""

    number: Count
    unread: Count
    seq: Count


def read(tx: Transaction, by: int, room: int, number: int) -> Mark:
    """Everything up to a number is read. The mark only rises; a number beyond the last message means the last."""
    get_membership(tx, by, room)
    return move_mark(tx, by, room, min(number, tx.rooms.get_head(room).number))


def move_mark(tx: Transaction, by: int, room: int, number: int) -> Mark:
    """Moves a member's mark up, and tells all their devices if it moved."""
    moved = tx.reading.raise_mark(by, room, number)
    mark = tx.reading.get_mark(by, room)
    if moved:
        changes = tx.users.count_change(by)
        tx.tell(ToUser(by, ReadMoved(changes, room, mark.number, mark.unread, mark.seq)))
    return mark
