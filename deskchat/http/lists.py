"""The lists of the desk: a page of each, and each as a file for spreadsheets."""

from collections.abc import AsyncIterator
from typing import Annotated, Any

from litestar import Request
from litestar.di import NamedDependency, Provide
from litestar.params import QueryParameter
from litestar.response import Stream
from msgspec.structs import replace

from deskchat.domain import lists
from deskchat.domain.errors import Invalid, NoSuchRoom
from deskchat.domain.ids import LARGEST_ID
from deskchat.domain.lists import (
    LARGEST_EXPORT_PAGE,
    LARGEST_LIST,
    MessageFilter,
    MessageList,
    MessageOrder,
    MessagePlace,
    MessageStretch,
    Order,
    ProfileFilter,
    ProfileList,
    ProfilePlace,
    ProfileRow,
    ProfileSort,
    RoomFilter,
    RoomList,
    RoomPlace,
    RoomSort,
)
from deskchat.domain.membership import RoomKind
from deskchat.domain.ports import Transaction
from deskchat.domain.rooms import Room
from deskchat.domain.text import LONGEST_NAME
from deskchat.domain.users import Profile
from deskchat.http.caller import ByCaller
from deskchat.http.parameters import OptionalId
from deskchat.http.parts import get_parts
from deskchat.http.routing import route
from deskchat.http.spreadsheet import CSV, Cell, Rows, show_time, stream_table

LONGEST_QUERY = 200
LAST_PAGE = 1_000_000

Name = Annotated[str, QueryParameter(max_length=LONGEST_NAME)]
Page = Annotated[int, QueryParameter(ge=1, le=LAST_PAGE)]
Size = Annotated[int, QueryParameter(ge=1, le=LARGEST_LIST)]
Time = Annotated[int | None, QueryParameter(ge=0, le=LARGEST_ID)]
Kind = Annotated[RoomKind | None, QueryParameter()]
Flag = Annotated[bool, QueryParameter()]
Ordered = Annotated[Order, QueryParameter()]
Place = Annotated[str | None, QueryParameter(pattern=r"^[0-9]{1,16}(-[0-9]{1,16}-[0-9]{1,16})?$")]

Asking = Request[Any, Any, Any]


def room_filter(
    name: Name = "", kind: Kind = None, member: OptionalId = None, unread: Flag = False
) -> RoomFilter:
    return RoomFilter(name, kind, member, unread)


def message_filter(
    text: Annotated[str, QueryParameter(max_length=LONGEST_QUERY)] = "",
    author: OptionalId = None,
    room: OptionalId = None,
    since: Time = None,
    until: Time = None,
) -> MessageFilter:
    return MessageFilter(text, author, room, since, until)


def profile_filter(name: Name = "") -> ProfileFilter:
    return ProfileFilter(name)


def room_place(
    sort: Annotated[RoomSort, QueryParameter()] = "last",
    order: Ordered = "descending",
    page: Page = 1,
    size: Size = 50,
) -> RoomPlace:
    return RoomPlace(sort, order, page, size)


def message_place(
    order: Annotated[MessageOrder, QueryParameter()] = "newest",
    after: Place = None,
    before: Place = None,
    size: Size = 50,
) -> MessagePlace:
    if after is not None and before is not None:
        raise Invalid("Ask for messages after a place or before one, not both.")
    return MessagePlace(order, after, before, size)


def profile_place(
    sort: Annotated[ProfileSort, QueryParameter()] = "name",
    order: Ordered = "ascending",
    page: Page = 1,
    size: Size = 50,
) -> ProfilePlace:
    return ProfilePlace(sort, order, page, size)


ROOMS = {
    "wanted": Provide(room_filter, sync_to_thread=False),
    "at": Provide(room_place, sync_to_thread=False),
}
MESSAGES = {
    "wanted": Provide(message_filter, sync_to_thread=False),
    "at": Provide(message_place, sync_to_thread=False),
}
PROFILES = {
    "wanted": Provide(profile_filter, sync_to_thread=False),
    "at": Provide(profile_place, sync_to_thread=False),
}


@route("GET", "/lists/rooms", dependencies=ROOMS)
async def list_my_rooms(
    caller: ByCaller, wanted: NamedDependency[RoomFilter], at: NamedDependency[RoomPlace]
) -> RoomList:
    """A page of one's own rooms, filtered and sorted; by `last`, by their last message."""
    return await caller.read(lists.list_rooms, wanted, at)


@route("GET", "/lists/rooms.csv", dependencies=ROOMS, media_type=CSV)
async def export_my_rooms(
    request: Asking, caller: ByCaller, wanted: NamedDependency[RoomFilter], at: NamedDependency[RoomPlace]
) -> Stream:
    """All of them, whatever page is asked for."""
    every = replace(at, page=1, size=None)

    async def pages() -> AsyncIterator[Rows]:
        async with get_parts(request).exporting:
            found = await caller.read(lists.list_rooms, wanted, every)
        yield map(_room_row, found.rooms)

    heading = ("Room", "Type", "Members", "Messages", "Last message (UTC)", "Unread")
    return await stream_table("chat-room-list", heading, pages())


@route("GET", "/lists/messages", dependencies=MESSAGES, refuses=[NoSuchRoom])
async def list_my_messages(
    caller: ByCaller, wanted: NamedDependency[MessageFilter], at: NamedDependency[MessagePlace]
) -> MessageList:
    """A page of the messages that one may see: of rooms that one is in now, and not deleted.

    `after` and `before` are the `next` and `previous` of another page of the same list.
    """
    return await caller.read(lists.list_messages, wanted, at)


@route("GET", "/lists/messages.csv", dependencies=MESSAGES, media_type=CSV, refuses=[NoSuchRoom])
async def export_my_messages(
    request: Asking,
    caller: ByCaller,
    wanted: NamedDependency[MessageFilter],
    at: NamedDependency[MessagePlace],
) -> Stream:
    """All of them, whatever page is asked for. Who leaves a room meanwhile gets no more of it."""

    async def pages() -> AsyncIterator[Rows]:
        place: str | None = None
        while True:
            there = replace(at, after=place, before=None, size=LARGEST_EXPORT_PAGE)
            async with get_parts(request).exporting:
                found, rooms, people = await caller.read(_read_messages, wanted, there)
            yield _message_rows(found, rooms, people)
            place = found.next
            if place is None:
                return

    heading = ("Sent (UTC)", "Author", "Room", "Message", "Edited (UTC)")
    return await stream_table("chat-message-list", heading, pages())


@route("GET", "/lists/profiles", dependencies=PROFILES)
async def list_active_profiles(
    request: Asking,
    caller: ByCaller,
    wanted: NamedDependency[ProfileFilter],
    at: NamedDependency[ProfilePlace],
) -> ProfileList:
    """A page of the people with whom a chat can be started, oneself included."""
    found = await caller.read(lists.list_profiles, wanted, at)
    return replace(found, rows=_with_states(request, found.rows))


@route(
    "GET",
    "/lists/profiles.csv",
    dependencies={"wanted": PROFILES["wanted"]},
    media_type=CSV,
)
async def export_active_profiles(
    request: Asking, caller: ByCaller, wanted: NamedDependency[ProfileFilter]
) -> Stream:
    """All of them, by name."""

    async def pages() -> AsyncIterator[Rows]:
        after: int | None = None
        while True:
            async with get_parts(request).exporting:
                rows = await caller.read(lists.list_profiles_after, wanted, after, LARGEST_EXPORT_PAGE)
            yield map(_profile_row, _with_states(request, rows))
            if len(rows) < LARGEST_EXPORT_PAGE:
                return
            after = rows[-1].profile.id

    heading = ("Name", "Status", "Last here (UTC)", "Rooms shared")
    return await stream_table("chat-profile-report", heading, pages())


def _with_states(request: Asking, rows: list[ProfileRow]) -> list[ProfileRow]:
    murmur = get_parts(request).services.hub.murmur
    return [replace(row, state=murmur.get_state(row.profile.id)) for row in rows]


def _read_messages(
    tx: Transaction, by: int, wanted: MessageFilter, at: MessagePlace
) -> tuple[MessageStretch, dict[int, str], list[Profile]]:
    found = lists.find_messages(tx, by, wanted, at)
    rooms = lists.get_room_names(tx, by, {hit.room for hit in found.hits})
    people = tx.users.list_profiles(sorted({hit.message.author for hit in found.hits}))
    return found, rooms, people


_KINDS = {"direct": "Direct", "group": "Group"}
_STATES = {"online": "Online", "away": "Away", "offline": "Offline"}


def _room_row(room: Room) -> tuple[Cell, ...]:
    last = room.last_message.created if room.last_message else None
    return (room.name, _KINDS[room.kind], room.members, room.last_number, show_time(last), room.unread)


def _message_rows(found: MessageStretch, rooms: dict[int, str], people: list[Profile]) -> Rows:
    names = {profile.id: profile.name for profile in people}
    for hit in found.hits:
        message = hit.message
        yield (
            show_time(message.created),
            names[message.author],
            rooms[hit.room],
            message.text,
            show_time(message.edited),
        )


def _profile_row(row: ProfileRow) -> tuple[Cell, ...]:
    return (row.profile.name, _STATES[row.state], show_time(row.last_seen), row.rooms)
