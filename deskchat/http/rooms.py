"""Rooms and who is in them."""

from typing import Annotated

from litestar.params import JSONBody, QueryParameter
from msgspec import Struct

from deskchat.domain import rooms
from deskchat.domain.errors import KeyUsed, LastOwner, NoSuchRoom, NoSuchUser, NotAllowed
from deskchat.domain.ids import Id
from deskchat.domain.membership import MemberRole, Notify
from deskchat.domain.messages import Key
from deskchat.domain.ports import Transaction
from deskchat.domain.rooms import MOST_LISTED, Member, MemberList, Room, Rooms
from deskchat.domain.text import LONGEST_NAME
from deskchat.domain.users import Profile
from deskchat.http.caller import ByCaller
from deskchat.http.parameters import PathId
from deskchat.http.routing import route

PLACE = r"^[0-9]{1,16}-[^\u0000]*$"
LONGEST_PLACE = 2_000
"""A place holds a name as it is folded: some letters become many."""

Beginning = Annotated[str, QueryParameter(max_length=LONGEST_NAME)]
Few = Annotated[int, QueryParameter(ge=1, le=50)]


class NewDirect(Struct, forbid_unknown_fields=True, tag_field="kind", tag="direct"):
    """The chat with one other person."""

    user: Id


class NewGroup(Struct, forbid_unknown_fields=True, tag_field="kind", tag="group"):
    """A group with at most 100 people besides its owner; more can be added afterwards."""

    key: Key
    name: str
    users: list[Id]


class NewMembers(Struct, forbid_unknown_fields=True):
    """At most 100 at once."""

    users: list[Id]


class RoomName(Struct, forbid_unknown_fields=True):
    name: str


class RoomRole(Struct, forbid_unknown_fields=True):
    role: MemberRole


class NotifyOf(Struct, forbid_unknown_fields=True):
    notify: Notify


@route("GET", "/rooms")
async def list_rooms(caller: ByCaller) -> Rooms:
    """All of one's rooms, the last active first, as they were at the count `changes`."""
    return await caller.read(rooms.list_rooms)


@route("POST", "/rooms", refuses=[NoSuchUser, NoSuchRoom, KeyUsed])
async def create_room(caller: ByCaller, data: JSONBody[NewDirect | NewGroup]) -> Room:
    """A room; the direct room of two people that is there already, or the group made with the same key, as it is."""
    return await caller.write(_create, data)


@route("GET", "/rooms/{room:str}", refuses=[NoSuchRoom])
async def get_room(caller: ByCaller, room: PathId) -> Room:
    """One of one's rooms."""
    return await caller.read(rooms.get_room, room)


@route("PATCH", "/rooms/{room:str}", refuses=[NoSuchRoom, NotAllowed])
async def rename_room(caller: ByCaller, room: PathId, data: JSONBody[RoomName]) -> Room:
    """Gives a group another name, for its owner."""
    return await caller.write(rooms.rename, room, data.name)


@route("PUT", "/rooms/{room:str}/notify", refuses=[NoSuchRoom])
async def set_notify(caller: ByCaller, room: PathId, data: JSONBody[NotifyOf]) -> Room:
    """What of a room one counts and is told by pop-ups, on all of one's devices."""
    return await caller.write(rooms.set_notify, room, data.notify)


@route("GET", "/rooms/{room:str}/members", refuses=[NoSuchRoom])
async def list_members(
    caller: ByCaller,
    room: PathId,
    after: Annotated[str | None, QueryParameter(pattern=PLACE, max_length=LONGEST_PLACE)] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=MOST_LISTED)] = 50,
) -> MemberList:
    """A page of them by name, deactivated ones too; `after` is the `next` of another page."""
    return await caller.read(rooms.list_members, room, after, limit)


@route("GET", "/rooms/{room:str}/members/find", refuses=[NoSuchRoom])
async def find_members(
    caller: ByCaller,
    room: PathId,
    name: Beginning = "",
    limit: Few = 20,
) -> list[Profile]:
    """The others in a room any of whose names begins with `name`, deactivated ones not; by name."""
    return await caller.read(rooms.find_members, room, name, limit)


@route("GET", "/rooms/{room:str}/members/addable", refuses=[NoSuchRoom, NotAllowed])
async def find_addable(
    caller: ByCaller,
    room: PathId,
    name: Beginning = "",
    limit: Few = 20,
) -> list[Profile]:
    """Active people who are not in a group and any of whose names begins with `name`, for its owner; by name."""
    return await caller.read(rooms.find_addable, room, name, limit)


@route("POST", "/rooms/{room:str}/members", refuses=[NoSuchRoom, NoSuchUser, NotAllowed])
async def add_members(caller: ByCaller, room: PathId, data: JSONBody[NewMembers]) -> list[Member]:
    """Adds people to a group, for its owner; those who were not in it are answered."""
    return await caller.write(rooms.add_members, room, data.users)


@route(
    "PATCH", "/rooms/{room:str}/members/{user:str}", refuses=[NoSuchRoom, NoSuchUser, NotAllowed, LastOwner]
)
async def change_role(caller: ByCaller, room: PathId, user: PathId, data: JSONBody[RoomRole]) -> Member:
    """Makes a member of a group an owner, or an owner a member, for its owner."""
    return await caller.write(rooms.change_role, room, user, data.role)


@route(
    "DELETE", "/rooms/{room:str}/members/{user:str}", refuses=[NoSuchRoom, NoSuchUser, NotAllowed, LastOwner]
)
async def remove_member(caller: ByCaller, room: PathId, user: PathId) -> None:
    """Removes somebody from a group, for its owner; oneself, for everybody."""
    await caller.write(rooms.remove_member, room, user)


def _create(tx: Transaction, by: int, new: NewDirect | NewGroup) -> Room:
    if isinstance(new, NewDirect):
        return rooms.get_room(tx, by, rooms.open_direct(tx, by, new.user))
    return rooms.get_room(tx, by, rooms.create_group(tx, by, new.key, new.name, new.users))
