"""The lists of the desk: one's rooms, the messages that one may see, the people to write to, a page of each at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Literal

from msgspec import Struct

from deskchat.domain.ids import Count, Milliseconds
from deskchat.domain.membership import RoomKind, get_membership
from deskchat.domain.presence import State
from deskchat.domain.rooms import Room
from deskchat.domain.search import Hit, name_words, phrases
from deskchat.domain.users import Profile, get_active

if TYPE_CHECKING:
    from deskchat.domain.ports import Transaction

LARGEST_LIST = 100
LARGEST_EXPORT_PAGE = 500
"""Rows of one read transaction of an export."""
MOST_COUNTED = 1_000
"""Messages are counted no further: what counting costs does not grow with the history."""

Order = Literal["ascending", "descending"]
RoomSort = Literal["name", "kind", "members", "messages", "last", "unread"]
ProfileSort = Literal["name", "last", "rooms"]
MessageOrder = Literal["newest", "oldest"]


class RoomFilter(Struct, frozen=True):
    """Rooms in whose names words begin so, of this kind, that this person is in as well, with something unread."""

    name: str = ""
    kind: RoomKind | None = None
    member: int | None = None
    unread: bool = False


class RoomPlace(Struct, frozen=True):
    """Which page, counted from 1; `size` None: all of them at once."""

    sort: RoomSort = "last"
    order: Order = "descending"
    page: int = 1
    size: int | None = 50


class RoomList(Struct, frozen=True):
    """A page of one's rooms; `total` of all that fit."""

    rooms: list[Room]
    total: Count


class MessageFilter(Struct, frozen=True):
    """Messages that hold all these words, by this author, in this room, from `since` on and before `until`."""

    text: str = ""
    author: int | None = None
    room: int | None = None
    since: int | None = None
    until: int | None = None


class MessagePlace(Struct, frozen=True):
    """A page `after` or `before` a place that another page named; the first one if neither is given."""

    order: MessageOrder = "newest"
    after: str | None = None
    before: str | None = None
    size: int = 50

    @property
    def newest_first(self) -> bool:
        return self.order == "newest"


class MessageStretch(Struct, frozen=True):
    """Hits in the order asked for, and the places where the pages before and after them begin."""

    hits: list[Hit]
    previous: str | None
    next: str | None


class MessageList(Struct, frozen=True):
    """A page of messages. `total`: how many fit, counted up to 1,000; `beyond`: there may be more than that.

    `next` may be there after a page that is not full: by a text and something else that is rare, only so many
    messages are looked at for one answer.
    """

    hits: list[Hit]
    people: list[Profile]
    total: Count
    beyond: bool
    previous: str | None
    next: str | None


class ProfileFilter(Struct, frozen=True):
    name: str = ""


class ProfilePlace(Struct, frozen=True):
    sort: ProfileSort = "name"
    order: Order = "ascending"
    page: int = 1
    size: int = 50


class ProfileRow(Struct, frozen=True):
    """Somebody with whom a chat can be started. `rooms`: how many both are in. `state`: at the moment of asking."""

    profile: Profile
    last_seen: Milliseconds | None
    rooms: Count
    state: State = "offline"


class ProfileList(Struct, frozen=True):
    """A page of active profiles; `total` of all that fit."""

    rows: list[ProfileRow]
    total: Count


def list_rooms(tx: Transaction, by: int, wanted: RoomFilter, at: RoomPlace) -> RoomList:
    """One's own rooms are few enough to be looked at all: their counters are kept, nothing is counted here."""
    get_active(tx, by)
    found = [room for room in tx.rooms.list_seen_by(by) if _fits(room, wanted)]
    if wanted.member is not None:
        shared = tx.lists.list_shared_rooms(by, wanted.member)
        found = [room for room in found if room.id in shared]
    ordered = _order_rooms(found, at)
    if at.size is None:
        return RoomList(ordered, len(found))
    return RoomList(ordered[(at.page - 1) * at.size : at.page * at.size], len(found))


def list_messages(tx: Transaction, by: int, wanted: MessageFilter, at: MessagePlace) -> MessageList:
    """Only of rooms that one is in now, and not deleted. NoSuchRoom for another room."""
    found = find_messages(tx, by, wanted, at)
    total, beyond = tx.lists.count_messages(by, wanted, MOST_COUNTED) if _may_hold(wanted) else (0, False)
    return MessageList(
        hits=found.hits,
        people=tx.users.list_profiles(sorted({hit.message.author for hit in found.hits})),
        total=total,
        beyond=beyond,
        previous=found.previous,
        next=found.next,
    )


def find_messages(tx: Transaction, by: int, wanted: MessageFilter, at: MessagePlace) -> MessageStretch:
    """A page of them alone."""
    get_active(tx, by)
    if wanted.room is not None:
        get_membership(tx, by, wanted.room)
    if not _may_hold(wanted):
        return MessageStretch([], None, None)
    return tx.lists.find_messages(by, wanted, at)


def list_profiles(tx: Transaction, by: int, wanted: ProfileFilter, at: ProfilePlace) -> ProfileList:
    """Everybody active, oneself too."""
    get_active(tx, by)
    return ProfileList(tx.lists.list_profiles(by, wanted, at), tx.lists.count_profiles(wanted))


def list_profiles_after(
    tx: Transaction, by: int, wanted: ProfileFilter, after: int | None, limit: int
) -> list[ProfileRow]:
    """The next ones by name, after this one."""
    get_active(tx, by)
    return tx.lists.list_profiles_after(by, wanted, after, limit)


def get_room_names(tx: Transaction, by: int, rooms: Iterable[int]) -> dict[int, str]:
    """What one's own rooms are called; those that one is not in are left out."""
    seen = {room: tx.rooms.get_as_seen_by(room, [by]) for room in rooms}
    return {room: views[by].name for room, views in seen.items() if by in views}


def _fits(room: Room, wanted: RoomFilter) -> bool:
    return (
        (wanted.kind is None or room.kind == wanted.kind)
        and (not wanted.unread or room.unread > 0)
        and _is_called(room.name, wanted.name)
    )


def _is_called(name: str, typed: str) -> bool:
    words = name_words(name)
    return all(any(word.startswith(start) for word in words) for start in name_words(typed))


_ROOM_KEYS: dict[RoomSort, Callable[[Room], Any]] = {
    "name": lambda room: name_words(room.name),
    "kind": lambda room: room.kind,
    "members": lambda room: room.members,
    "messages": lambda room: room.last_number,
    "unread": lambda room: room.unread,
}


def _order_rooms(found: list[Room], at: RoomPlace) -> list[Room]:
    """Rooms that are equal in it stay as they come: the last active first."""
    descending = at.order == "descending"
    if at.sort == "last":
        return found if descending else found[::-1]
    return sorted(found, key=_ROOM_KEYS[at.sort], reverse=descending)


def _may_hold(wanted: MessageFilter) -> bool:
    """Whether there is anything to find: signs alone are no words."""
    return not wanted.text.strip() or bool(phrases(wanted.text))
