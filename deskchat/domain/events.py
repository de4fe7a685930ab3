"""What happened in a room, in the past tense, by its `seq`: 1, 2, 3 … without gaps.

An event keeps no text of a message: it is read back with the message as it is NOW, so that nothing deleted comes back.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from deskchat.domain.ids import Count
from deskchat.domain.lines import Line
from deskchat.domain.membership import get_membership
from deskchat.domain.messages import MessageDeleted, MessageEdited, MessagePosted
from deskchat.domain.organisation import OrganisationRenamed
from deskchat.domain.preferences import PreferencesChanged
from deskchat.domain.reading import ReadMoved
from deskchat.domain.rooms import RoomChanged, RoomGone
from deskchat.domain.sessions import DAY
from deskchat.domain.users import ProfileChanged

if TYPE_CHECKING:
    from deskchat.domain.ports import Transaction

RoomEvent = MessagePosted | MessageEdited | MessageDeleted | Line
OwnEvent = RoomChanged | RoomGone | ReadMoved | PreferencesChanged
CommonEvent = ProfileChanged | OrganisationRenamed

KEPT_FOR = 30 * DAY
KEPT_AT_LEAST = 10_000
LARGEST_REPLAY = 100


class Replay(Struct, frozen=True):
    """Events of a room after a seq, as the room was at `seq`. `reset`: too old, drop what you hold and load anew."""

    seq: Count
    reset: bool
    events: list[RoomEvent]

    @property
    def reached_head(self) -> bool:
        return self.reset or not self.events or self.events[-1].seq == self.seq


def replay(tx: Transaction, by: int, room: int, after: int, limit: int = LARGEST_REPLAY) -> Replay:
    """The next events after a seq that the caller has. A seq of the future is not of this room's past: `reset`."""
    get_membership(tx, by, room)
    return list_missed(tx, room, after, limit)


def list_missed(tx: Transaction, room: int, after: int, limit: int) -> Replay:
    """The same for a server that tells members of it: for whom is not asked."""
    seq = tx.rooms.get_head(room).seq
    if after > seq or after < tx.events.get_oldest(room) - 1:
        return Replay(seq, reset=True, events=[])
    return Replay(seq, reset=False, events=tx.events.list_after(room, after, limit))


def find_heads(tx: Transaction, rooms: Sequence[int]) -> dict[int, int]:
    """The seq of the last event of each of these rooms, likewise for a server."""
    return tx.events.find_heads(rooms)


def forget_old(tx: Transaction) -> int:
    """Removes at most 500 events that are both older than 30 days and not of a room's last 10,000; how many."""
    return tx.events.remove_old(before=tx.now - KEPT_FOR, keep=KEPT_AT_LEAST, limit=500)
