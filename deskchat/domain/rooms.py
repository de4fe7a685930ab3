"""Rooms and their members: opening, creating, joining, leaving, and what of it each member is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from deskchat.domain.errors import Invalid, KeyUsed, LastOwner, NoSuchUser, NotAllowed
from deskchat.domain.ids import Count, Id, Milliseconds, new_id
from deskchat.domain.lines import OF_MEMBER, Line, MemberLineKind, RoomRenamed
from deskchat.domain.membership import (
    MemberRole,
    Membership,
    Notify,
    RoomKind,
    get_membership,
    may_administer,
)
from deskchat.domain.messages import Message
from deskchat.domain.news import ToRoom, ToUser
from deskchat.domain.preferences import Preferences
from deskchat.domain.text import clean_name
from deskchat.domain.users import Profile, get_active

if TYPE_CHECKING:
    from deskchat.domain.ports import Transaction

MOST_ADDED_AT_ONCE = 100
"""One command touches some 300 rows then: the writer is not held up."""
MOST_HANDED_OVER = 100
"""One command touches some 400 rows then."""
MOST_LISTED = 100
"""Members in one page."""


class Head(Struct, frozen=True):
    """Where a room stands: its last message number and its last event's seq."""

    number: Count
    seq: Count


class Member(Struct, frozen=True):
    """A member as the others see them."""

    profile: Profile
    role: MemberRole


class MemberList(Struct, frozen=True):
    """A page of members by name. `next` is where the page after them begins, None at the end."""

    members: list[Member]
    next: str | None


class Room(Struct, frozen=True):
    """A room as one of its members sees it, as it was at `seq`. `name` of a direct room is the other's name."""

    id: Id
    kind: RoomKind
    name: str
    other: Profile | None
    role: MemberRole
    members: Count
    created: Milliseconds
    seq: Count
    last_number: Count
    read_number: Count
    read_change: Count
    unread: Count
    mentions: list[Id]
    """The numbers of unread messages that name one."""
    seen_number: Count
    """How far any other member has seen the messages."""
    notify: Notify
    last_seen: Milliseconds | None
    """When the other of a direct room was here last."""
    last_message: Message | None


class Rooms(Struct, frozen=True, tag="rooms"):
    """Everything of one's own at once, as it was at the count `changes`; `people` are oneself and the last authors."""

    changes: Count
    rooms: list[Room]
    people: list[Profile]
    preferences: Preferences


class RoomChanged(Struct, frozen=True, tag="room"):
    """One joined this room, or something of it changed that only snapshots say."""

    changes: Id
    room: Room


class RoomGone(Struct, frozen=True, tag="room.gone"):
    """One is no longer in this room: everything of it is to be forgotten."""

    changes: Id
    room: Id


def list_rooms(tx: Transaction, by: int) -> Rooms:
    """All of one's rooms, the last active first. Nobody's for a user who is deactivated."""
    listed = tx.rooms.list_seen_by(by)
    authors = {room.last_message.author for room in listed if room.last_message}
    people = tx.users.list_profiles(sorted({by, *authors}))
    return Rooms(tx.users.get_changes(by), listed, people, tx.users.get_preferences(by))


def get_room(tx: Transaction, by: int, room: int) -> Room:
    get_membership(tx, by, room)
    return tx.rooms.get_as_seen_by(room, [by])[by]


def open_direct(tx: Transaction, by: int, other: int) -> int:
    """The one direct room of the two, made if it is not there. NoSuchUser for somebody unknown or deactivated."""
    get_active(tx, by)
    if other == by:
        raise Invalid("A direct chat needs another person.")
    pair_key = "{}:{}".format(*sorted((by, other)))
    found = tx.rooms.find_direct(pair_key)
    if found:
        return found
    get_active(tx, other)
    room = new_id()
    tx.rooms.add(room, "direct", name=None, pair_key=pair_key, creator=by, key=None)
    _join(tx, by, room, tx.users.list_profiles([by, other]), "member")
    return room


def create_group(tx: Transaction, by: int, key: str, name: str, users: list[int]) -> int:
    """A new group owned by its creator; the same key again gives the first group back."""
    get_active(tx, by)
    name = clean_name(name)
    found = tx.rooms.find_created(by, key)
    if found:
        return _repeat(tx, by, found, name)
    room = new_id()
    tx.rooms.add(room, "group", name=name, pair_key=None, creator=by, key=key)
    others = _get_addable(tx, [user for user in users if user != by])
    _join(tx, by, room, tx.users.list_profiles([by]), "owner")
    _join(tx, by, room, others, "member")
    return room


def add_members(tx: Transaction, by: int, room: int, users: list[int]) -> list[Member]:
    """The group's owner adds people, at most 100 at once: those who were not in it. The others stay as they are."""
    _get_administered(tx, by, room, "Only an owner of the group can add people.")
    present = tx.rooms.list_present(room, users)
    added = _get_addable(tx, [user for user in users if user not in present])
    _join(tx, by, room, added, "member")
    return [Member(profile, "member") for profile in added]


def rename(tx: Transaction, by: int, room: int, name: str) -> Room:
    """The group's owner gives it another name. The same name again changes nothing."""
    _get_administered(tx, by, room, "Only an owner of the group can rename it.")
    name = clean_name(name)
    if name != tx.rooms.get_name(room):
        tx.rooms.rename(room, name)
        head = tx.rooms.advance(room)
        _note(tx, RoomRenamed(room, head.seq, tx.now, head.number, get_active(tx, by).profile, name))
    return tx.rooms.get_as_seen_by(room, [by])[by]


def change_role(tx: Transaction, by: int, room: int, user: int, role: MemberRole) -> Member:
    """The group's owner makes a member an owner, or an owner a member. Somebody always owns it: LastOwner."""
    _get_administered(tx, by, room, "Only an owner of the group can say who owns it.")
    member = tx.rooms.find_member(room, user)
    if member is None or (role == "owner" and not member.profile.active):
        raise NoSuchUser
    if member.role == role:
        return member
    if role == "member" and _is_only_owner(tx, room, member):
        raise LastOwner("Make somebody else an owner of this group first.")
    _set_role(tx, get_active(tx, by).profile, room, member.profile, role)
    return Member(member.profile, role)


def keep_owned(tx: Transaction, user: int) -> None:
    """Groups of this user that nobody active owns any longer are their longest active member's, by nobody's doing.

    Of more than 100 the others stay as they are: the writer is not held up.
    """
    for room in tx.rooms.list_unowned(user, MOST_HANDED_OVER):
        heir = tx.rooms.find_longest(room)
        if heir:
            _set_role(tx, heir, room, heir, "owner")


def remove_member(tx: Transaction, by: int, room: int, user: int) -> None:
    """The group's owner removes somebody, or a member leaves. The last owner cannot leave others behind."""
    membership = get_membership(tx, by, room)
    if membership.kind == "direct":
        raise NotAllowed("Nobody can leave a direct chat.")
    if user != by and not may_administer(membership):
        raise NotAllowed("Only an owner of the group can remove people.")
    leaving = tx.rooms.find_member(room, user)
    if leaving is None:
        raise NoSuchUser
    if _is_only_owner(tx, room, leaving) and tx.rooms.count_members(room) > 1:
        raise LastOwner("Make somebody else an owner of this group first.")
    tx.rooms.remove_member(room, user)
    # The leaver is told first, and so no longer hears what the room is told.
    tx.tell(ToUser(user, RoomGone(tx.users.count_change(user), room)))
    _note_member(tx, "member.left", get_active(tx, by).profile, room, leaving.profile)


def set_notify(tx: Transaction, by: int, room: int, notify: Notify) -> Room:
    """What one is told of a room by pop-ups, on all of one's devices."""
    get_membership(tx, by, room)
    if tx.rooms.set_notify(by, room, notify):
        _show(tx, room, [by])
    return get_room(tx, by, room)


def list_members(tx: Transaction, by: int, room: int, after: str | None, limit: int) -> MemberList:
    """A page of them, by name; `after` is the `next` of another page."""
    get_membership(tx, by, room)
    return tx.rooms.list_members(room, after, limit)


def find_members(tx: Transaction, by: int, room: int, name: str, limit: int) -> list[Profile]:
    """Active members, but for oneself, any word of whose name begins with these letters; by name."""
    get_membership(tx, by, room)
    return tx.rooms.find_members(room, name, but=by, limit=limit)


def find_addable(tx: Transaction, by: int, room: int, name: str, limit: int) -> list[Profile]:
    """Active people so called who are not in the group, for its owner; by name."""
    _get_administered(tx, by, room, "Only an owner of the group can add people.")
    return tx.rooms.find_addable(room, name, limit)


def _join(tx: Transaction, by: int, room: int, people: list[Profile], role: MemberRole) -> None:
    """New members see the whole history, and have nothing unread."""
    adding = get_active(tx, by).profile
    for profile in people:
        tx.rooms.add_member(room, profile.id, role)
        _note_member(tx, "member.joined", adding, room, profile)
    _show(tx, room, [profile.id for profile in people])


def _set_role(tx: Transaction, by: Profile, room: int, member: Profile, role: MemberRole) -> None:
    tx.rooms.set_role(room, member.id, role)
    _note_member(tx, "owner.made" if role == "owner" else "owner.unmade", by, room, member)
    _show(tx, room, [member.id])


def _note_member(tx: Transaction, kind: MemberLineKind, by: Profile, room: int, user: Profile) -> None:
    head = tx.rooms.advance(room)
    _note(tx, OF_MEMBER[kind](room, head.seq, tx.now, head.number, by, user))


def _note(tx: Transaction, line: Line) -> None:
    """Leaves a line in the room."""
    tx.events.add_line(line)
    tx.tell(ToRoom(line))


def _repeat(tx: Transaction, by: int, room: int, name: str) -> int:
    # A key tells nothing of the room to who has been removed from it since.
    get_membership(tx, by, room)
    if tx.rooms.get_name(room) != name:
        raise KeyUsed("This key was used for another group.")
    return room


def _get_addable(tx: Transaction, users: list[int]) -> list[Profile]:
    wanted = sorted(set(users))
    if len(wanted) > MOST_ADDED_AT_ONCE:
        raise Invalid(f"At most {MOST_ADDED_AT_ONCE} people can be added at once. Add the others afterwards.")
    found = [profile for profile in tx.users.list_profiles(wanted) if profile.active]
    if len(found) < len(wanted):
        raise NoSuchUser("One of these people is not here any more.")
    return found


def _get_administered(tx: Transaction, by: int, room: int, otherwise: str) -> Membership:
    """NotAllowed, in these words, for who does not own the group; nobody owns a direct chat."""
    membership = get_membership(tx, by, room)
    if not may_administer(membership):
        raise NotAllowed(otherwise)
    return membership


def _is_only_owner(tx: Transaction, room: int, member: Member) -> bool:
    return member.role == "owner" and member.profile.active and tx.rooms.count_owners(room) == 1


def _show(tx: Transaction, room: int, users: list[int]) -> None:
    """Shows the room, as it is now, to these members' devices."""
    for user, seen in tx.rooms.get_as_seen_by(room, users).items():
        tx.tell(ToUser(user, RoomChanged(tx.users.count_change(user), seen)))
