"""Marks: up to which message each member has read, how many are waiting, and who has seen what.

Two of each member. `read_number` is private, and what the counter uses: it may move back. `seen_number` is what the
others are told, and only rises.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from deskchat.domain.errors import NoSuchMessage
from deskchat.domain.ids import Count, Id
from deskchat.domain.membership import get_membership
from deskchat.domain.news import Seen, ToUser
from deskchat.domain.users import Profile

if TYPE_CHECKING:
    from deskchat.domain.messages import Message
    from deskchat.domain.ports import Transaction

MOST_MARKS = 50
MOST_WHO_SAW = 100


class ReadMoved(Struct, frozen=True, tag="read"):
    """One's read mark moved, on this device or another; `unread` and `mentions` as the room was at `seq`."""

    changes: Id
    room: Id
    number: Count
    read_change: Count
    unread: Count
    mentions: list[Id]
    seq: Count


class Mark(Struct, frozen=True):
    """A member's read mark, and what is unread as the room was at `seq`."""

    number: Count
    read_change: Count
    """Counts how often it moved: of two marks the one with the higher is right."""
    unread: Count
    mentions: list[Id]
    """The numbers of unread messages that name one."""
    seq: Count


class SeenMark(Struct, frozen=True):
    """How far a member has seen the messages of a room."""

    user: Id
    number: Count


class SeenMarks(Struct, frozen=True):
    """How far others have seen the messages, the furthest first, and their profiles."""

    marks: list[SeenMark]
    people: list[Profile]


class SeenBy(Struct, frozen=True):
    """How many others have seen a message, and the first of them by name."""

    count: Count
    people: list[Profile]


def read(tx: Transaction, by: int, room: int, number: int) -> Mark:
    """Everything up to a number is read. The mark only rises; a number beyond the last message means the last."""
    get_membership(tx, by, room)
    if not tx.reading.raise_marks(by, room, min(number, tx.rooms.get_head(room).number)):
        return tx.reading.get_mark(by, room)
    mark = _tell(tx, by, room)
    tx.tell(Seen(room, by, mark.number))
    return mark


def move_marks(tx: Transaction, posted: Sequence[tuple[int, Message]]) -> None:
    """Who posts has read and seen everything before it. The others learn that from the message itself.

    `posted`: rooms with what is new in them, in order. What is unread after one's own message is among these.
    """
    newest = dict(posted)
    marks = {(message.author, room): message.number for room, message in posted}
    mentions = _find_mentions_beyond(marks, posted)
    moved = tx.reading.raise_all(marks)
    changes = tx.users.count_changes(Counter(user for user, _ in marks))
    for (user, room), number in marks.items():
        head = newest[room]
        mark = Mark(
            number, moved[user, room], head.number - number, mentions.get((user, room), []), head.changed
        )
        tx.tell(ToUser(user, _as_moved(changes[user].pop(0), room, mark)))


def mark_unread(tx: Transaction, by: int, room: int, number: int) -> Mark:
    """From a message on everything is unread again, for oneself alone. NoSuchMessage for a number not posted yet."""
    get_membership(tx, by, room)
    if number > tx.rooms.get_head(room).number:
        raise NoSuchMessage
    if tx.reading.lower_mark(by, room, number - 1):
        return _tell(tx, by, room)
    return tx.reading.get_mark(by, room)


def list_seen_marks(tx: Transaction, by: int, room: int) -> SeenMarks:
    """Of at most 50 other members: those who have seen the most."""
    get_membership(tx, by, room)
    marks = tx.reading.list_seen_marks(room, but=by, limit=MOST_MARKS)
    return SeenMarks(marks, tx.users.list_profiles([mark.user for mark in marks]))


def find_who_saw(tx: Transaction, by: int, room: int, number: int) -> SeenBy:
    """The members but the author who have seen a message: how many, and at most 100 of them."""
    get_membership(tx, by, room)
    message = tx.messages.find(room, number)
    if message is None:
        raise NoSuchMessage
    count, people = tx.reading.find_who_saw(room, number, but=message.author, limit=MOST_WHO_SAW)
    return SeenBy(count, people)


def _find_mentions_beyond(
    marks: Mapping[tuple[int, int], int], posted: Sequence[tuple[int, Message]]
) -> dict[tuple[int, int], list[int]]:
    """The numbers of messages that name somebody whose mark in their room stands before them."""
    found: dict[tuple[int, int], list[int]] = {}
    for room, message in posted:
        for user in message.mentions:
            if message.number > marks.get((user, room), message.number):
                found.setdefault((user, room), []).append(message.number)
    return found


def _tell(tx: Transaction, by: int, room: int) -> Mark:
    """Tells all the member's devices."""
    mark = tx.reading.get_mark(by, room)
    tx.tell(ToUser(by, _as_moved(tx.users.count_change(by), room, mark)))
    return mark


def _as_moved(changes: int, room: int, mark: Mark) -> ReadMoved:
    return ReadMoved(changes, room, mark.number, mark.read_change, mark.unread, mark.mentions, mark.seq)
