"""Rooms, who is in them, and what each member sees of them."""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    Connection,
    Row,
    bindparam,
    case,
    delete,
    func,
    insert,
    literal,
    select,
    true,
    tuple_,
    update,
)

from deskchat.domain.errors import Invalid
from deskchat.domain.membership import MemberRole, Membership, Notify, RoomKind
from deskchat.domain.rooms import Head, Member, MemberList, Room
from deskchat.domain.users import Profile
from deskchat.storage.chunks import in_chunks
from deskchat.storage.messages import MESSAGE, as_message
from deskchat.storage.prepared import Prepared
from deskchat.storage.reading import UNREAD, Reading, list_mentions
from deskchat.storage.schema import member, message, room, user
from deskchat.storage.updates import Updates
from deskchat.storage.users import FIND_PROFILES, PROFILE, fold, having_words
from deskchat.storage.wanted import ID, IDS, OTHER_ID, WANTED, wanting

_ADD = insert(room)
_FIND_DIRECT = select(room.c.id).where(room.c.pair_key == bindparam("pair_key"))
_FIND_CREATED = select(room.c.id).where(
    room.c.creator_id == bindparam("creator"), room.c.key == bindparam("key")
)
_GET_NAME = select(room.c.name).where(room.c.id == bindparam("room"))
_RENAME = update(room).where(room.c.id == bindparam("room")).values(name=bindparam("new"))
_GET_HEAD = Prepared(select(room.c.last_number, room.c.last_seq).where(room.c.id == bindparam("room")))
_ADVANCE = (
    update(room)
    .where(room.c.id == bindparam("room"))
    .values(last_seq=room.c.last_seq + 1, last_number=room.c.last_number + bindparam("numbers"))
    .returning(room.c.last_number, room.c.last_seq)
)

_LOCK_HEADS = Prepared(
    select(room.c.id, room.c.last_number, room.c.last_seq)
    .where(room.c.id.in_(IDS))
    # Whoever locks several takes them in this order.
    .order_by(room.c.id)
    .with_for_update()
)
_MOVE_ON = Updates(room, by=[room.c.id], to=[room.c.last_number, room.c.last_seq])

_IN_ROOM = member.c.room_id == bindparam("room")
_IS_MEMBER = (member.c.user_id == bindparam("user"), _IN_ROOM)
_OF_USERS = member.join(user, user.c.id == member.c.user_id)

_FIND_MEMBERSHIP = Prepared(
    select(member.c.user_id, member.c.room_id, room.c.kind, member.c.role)
    .select_from(_OF_USERS.join(room, room.c.id == member.c.room_id))
    .where(*_IS_MEMBER, user.c.active == true())
)
_FIND_MEMBERSHIPS = Prepared(
    select(member.c.user_id, member.c.room_id)
    .select_from(_OF_USERS)
    .join(WANTED, (member.c.user_id == ID) & (member.c.room_id == OTHER_ID))
    .where(user.c.active == true())
)
_BY_NAME = (user.c.folded_name, user.c.id)
_LIST_MEMBERS = (
    select(member.c.role, *PROFILE, user.c.folded_name)
    .select_from(_OF_USERS)
    .where(_IN_ROOM)
    .order_by(*_BY_NAME)
    .limit(bindparam("limit"))
)
_LIST_MEMBERS_AFTER = _LIST_MEMBERS.where(
    tuple_(*_BY_NAME)
    > tuple_(bindparam("name", type_=user.c.folded_name.type), bindparam("id", type_=user.c.id.type))
)
_PLACE = re.compile(r"(\d{1,16})-([^\0]*)")
_FIND_MEMBER = select(member.c.role, *PROFILE).select_from(_OF_USERS).where(*_IS_MEMBER)
_LIST_PRESENT = Prepared(select(member.c.user_id).where(member.c.user_id.in_(IDS), _IN_ROOM))
_FIND_MEMBERS = (
    select(*PROFILE)
    .select_from(_OF_USERS)
    .where(_IN_ROOM, member.c.user_id != bindparam("but"), user.c.active == true())
    .order_by(*_BY_NAME)
)
_FIND_ADDABLE = FIND_PROFILES.where(
    ~select(member.c.user_id).where(member.c.user_id == user.c.id, _IN_ROOM).exists()
)
_FIND_NAMED = (
    select(user.c.id, user.c.name)
    .select_from(_OF_USERS)
    .where(user.c.folded_name.in_(bindparam("names", expanding=True)), user.c.active == true(), _IN_ROOM)
)
_SET_NOTIFY = (
    update(member)
    .where(*_IS_MEMBER, member.c.notify != bindparam("new_notify"))
    .values(notify=bindparam("new_notify"))
)
LIST_ROOMS_OF = (
    select(member.c.room_id)
    .select_from(_OF_USERS)
    .where(member.c.user_id == bindparam("user"), user.c.active == true())
)
_COUNT_ACTIVE = select(func.count()).select_from(_OF_USERS).where(_IN_ROOM, user.c.active == true())
_COUNT_OWNERS = _COUNT_ACTIVE.where(member.c.role == "owner")
_owning = member.alias("owning")
_owner = user.alias("owner")
_IS_OWNED = (
    select(_owning.c.user_id)
    .join(_owner, _owner.c.id == _owning.c.user_id)
    .where(_owning.c.room_id == room.c.id, _owning.c.role == "owner", _owner.c.active == true())
    .correlate(room)
    .exists()
)
_LIST_UNOWNED = (
    select(room.c.id)
    .join(member, member.c.room_id == room.c.id)
    .where(member.c.user_id == bindparam("user"), room.c.kind == "group", ~_IS_OWNED)
    .order_by(room.c.last_seq.desc(), room.c.id)
    .limit(bindparam("limit"))
)
_FIND_LONGEST = (
    select(*PROFILE)
    .select_from(_OF_USERS)
    .where(_IN_ROOM, user.c.active == true())
    .order_by(member.c.joined, *_BY_NAME)
    .limit(1)
)
_ADD_MEMBER = insert(member).from_select(
    ["user_id", "room_id", "role", "read_number", "read_change", "seen_number", "notify", "joined"],
    select(
        bindparam("user", type_=member.c.user_id.type),
        room.c.id,
        bindparam("role", type_=member.c.role.type),
        room.c.last_number,
        # Higher than any of an earlier membership: no mark moves more often than its user's changes are counted.
        select(user.c.changes + 1).where(user.c.id == bindparam("user")).scalar_subquery(),
        room.c.last_number,
        literal("everything"),
        bindparam("now", type_=member.c.joined.type),
    ).where(room.c.id == bindparam("room")),
)
_REMOVE_MEMBER = delete(member).where(*_IS_MEMBER)
_SET_ROLE = update(member).where(*_IS_MEMBER).values(role=bindparam("new"))
_COUNT_MEMBERS = (
    update(room).where(room.c.id == bindparam("room")).values(members=room.c.members + bindparam("more"))
)

_other = user.alias("other")
_in_it_too = member.alias("in_it_too")
_sees_it_too = member.alias("sees_it_too")
# Only a direct room has one other member; of a group the members are not looked at.
_OTHER_ID = case(
    (
        room.c.kind == "direct",
        select(_in_it_too.c.user_id)
        .where(_in_it_too.c.room_id == room.c.id, _in_it_too.c.user_id != member.c.user_id)
        .scalar_subquery(),
    )
)
# The two furthest are looked at, however many there are.
_SEEN_BY_OTHERS = (
    select(_sees_it_too.c.seen_number)
    .where(_sees_it_too.c.room_id == room.c.id, _sees_it_too.c.user_id != member.c.user_id)
    .order_by(_sees_it_too.c.seen_number.desc())
    .limit(1)
    .scalar_subquery()
)
_SEEN = select(
    member.c.user_id,
    room.c.id,
    UNREAD.label("unread"),
    room.c.kind,
    room.c.name,
    member.c.role,
    room.c.members,
    room.c.created,
    room.c.last_seq,
    room.c.last_number,
    member.c.read_number,
    member.c.read_change,
    func.coalesce(_SEEN_BY_OTHERS, 0),
    member.c.notify,
    _other.c.last_seen,
    _other.c.id,
    _other.c.name,
    _other.c.active,
    *MESSAGE,
).select_from(
    _OF_USERS.join(room, room.c.id == member.c.room_id)
    .outerjoin(_other, _other.c.id == _OTHER_ID)
    .outerjoin(message, (message.c.room_id == room.c.id) & (message.c.number == room.c.last_number))
)
_LIST_SEEN_BY = Prepared(
    _SEEN.where(member.c.user_id == bindparam("user"), user.c.active == true()).order_by(
        func.coalesce(message.c.created, room.c.created).desc(), room.c.id
    )
)
_GET_AS_SEEN_BY = Prepared(_SEEN.where(member.c.user_id.in_(IDS), _IN_ROOM))


class Rooms:
    def __init__(self, connection: Connection, now: int) -> None:
        self._connection = connection
        self._now = now

    def add(
        self,
        room: int,
        kind: RoomKind,
        *,
        name: str | None,
        pair_key: str | None,
        creator: int,
        key: str | None,
    ) -> None:
        self._connection.execute(
            _ADD,
            {
                "id": room,
                "kind": kind,
                "name": name,
                "pair_key": pair_key,
                "creator_id": creator,
                "key": key,
                "members": 0,
                "last_number": 0,
                "last_seq": 0,
                "created": self._now,
            },
        )

    def find_direct(self, pair_key: str) -> int | None:
        return self._connection.execute(_FIND_DIRECT, {"pair_key": pair_key}).scalar_one_or_none()

    def find_created(self, creator: int, key: str) -> int | None:
        asked = {"creator": creator, "key": key}
        return self._connection.execute(_FIND_CREATED, asked).scalar_one_or_none()

    def get_name(self, room: int) -> str | None:
        name: str | None = self._connection.execute(_GET_NAME, {"room": room}).scalar_one()
        return name

    def rename(self, room: int, name: str) -> None:
        self._connection.execute(_RENAME, {"room": room, "new": name})

    def get_head(self, room: int) -> Head:
        (head,) = _GET_HEAD.fetch(self._connection, {"room": room})
        return Head(*head)

    def advance(self, room: int, numbers: int = 0) -> Head:
        return Head(*self._connection.execute(_ADVANCE, {"room": room, "numbers": numbers}).one())

    def advance_all(self, numbers: Mapping[int, int]) -> dict[int, Head]:
        rows = _LOCK_HEADS.fetch(self._connection, wanting([(room,) for room in numbers]))
        heads = {room: Head(number + numbers[room], seq + numbers[room]) for room, number, seq in rows}
        moved = [(room, head.number, head.seq) for room, head in heads.items()]
        _MOVE_ON.make(self._connection, moved)
        return heads

    def find_memberships(self, wanted: Collection[tuple[int, int]]) -> set[tuple[int, int]]:
        rows = _FIND_MEMBERSHIPS.fetch(self._connection, wanting(wanted))
        return {(user, room) for user, room in rows}

    def find_membership(self, user: int, room: int) -> Membership | None:
        rows = _FIND_MEMBERSHIP.fetch(self._connection, {"user": user, "room": room})
        return Membership(*rows[0]) if rows else None

    def find_member(self, room: int, user: int) -> Member | None:
        row = self._connection.execute(_FIND_MEMBER, {"user": user, "room": room}).one_or_none()
        return _as_member(row) if row else None

    def list_members(self, room: int, after: str | None, limit: int) -> MemberList:
        wanted, place = (_LIST_MEMBERS, {}) if after is None else (_LIST_MEMBERS_AFTER, _read_place(after))
        rows = self._connection.execute(wanted, {"room": room, "limit": limit + 1, **place}).all()
        next_ = _write_place(rows[limit - 1]) if len(rows) > limit else None
        return MemberList([_as_member(row[:-1]) for row in rows[:limit]], next_)

    def list_present(self, room: int, users: Sequence[int]) -> set[int]:
        wanted = wanting([(user,) for user in users])
        rows = _LIST_PRESENT.fetch(self._connection, {"room": room, **wanted})
        return {user for (user,) in rows}

    def find_members(self, room: int, name: str, but: int, limit: int) -> list[Profile]:
        wanted = _FIND_MEMBERS.where(*having_words(name)).limit(limit)
        return [Profile(*row) for row in self._connection.execute(wanted, {"room": room, "but": but})]

    def find_addable(self, room: int, name: str, limit: int) -> list[Profile]:
        wanted = _FIND_ADDABLE.where(*having_words(name)).limit(limit)
        return [Profile(*row) for row in self._connection.execute(wanted, {"room": room})]

    def find_named(self, room: int, names: Sequence[str]) -> dict[int, str]:
        found: dict[int, str] = {}
        for chunk in in_chunks(sorted({fold(name) for name in names})):
            rows = self._connection.execute(_FIND_NAMED, {"room": room, "names": chunk})
            found.update((row.id, row.name) for row in rows)
        return found

    def set_notify(self, user: int, room: int, notify: Notify) -> bool:
        asked = {"user": user, "room": room, "new_notify": notify}
        return self._connection.execute(_SET_NOTIFY, asked).rowcount > 0

    def list_rooms_of(self, user: int) -> list[int]:
        return list(self._connection.execute(LIST_ROOMS_OF, {"user": user}).scalars())

    def count_members(self, room: int) -> int:
        return self._connection.execute(_COUNT_ACTIVE, {"room": room}).scalar_one()

    def count_owners(self, room: int) -> int:
        return self._connection.execute(_COUNT_OWNERS, {"room": room}).scalar_one()

    def list_unowned(self, user: int, limit: int) -> list[int]:
        return list(self._connection.execute(_LIST_UNOWNED, {"user": user, "limit": limit}).scalars())

    def find_longest(self, room: int) -> Profile | None:
        row = self._connection.execute(_FIND_LONGEST, {"room": room}).one_or_none()
        return Profile(*row) if row else None

    def add_member(self, room: int, user: int, role: MemberRole) -> None:
        self._connection.execute(_ADD_MEMBER, {"room": room, "user": user, "role": role, "now": self._now})
        self._connection.execute(_COUNT_MEMBERS, {"room": room, "more": 1})

    def remove_member(self, room: int, user: int) -> None:
        gone = self._connection.execute(_REMOVE_MEMBER, {"room": room, "user": user}).rowcount
        self._connection.execute(_COUNT_MEMBERS, {"room": room, "more": -gone})

    def set_role(self, room: int, user: int, role: MemberRole) -> None:
        self._connection.execute(_SET_ROLE, {"room": room, "user": user, "new": role})

    def list_seen_by(self, user: int) -> list[Room]:
        rows = _LIST_SEEN_BY.fetch(self._connection, {"user": user})
        mentions = list_mentions(self._connection, user) if any(unread for _, _, unread, *_ in rows) else {}
        return [_as_seen(row, mentions.get(row[1], [])) for row in rows]

    def get_as_seen_by(self, room: int, users: Sequence[int]) -> dict[int, Room]:
        wanted = wanting([(user,) for user in users])
        reading = Reading(self._connection)
        return {
            row[0]: _as_seen(row, reading.list_mentions(row[0], room) if row[2] else [])
            for row in _GET_AS_SEEN_BY.fetch(self._connection, {"room": room, **wanted})
        }


def _write_place(row: Row[*tuple[Any, ...]]) -> str:
    """Of what its reader sees anyway: whoever is renamed meanwhile moves it for nobody."""
    return f"{row.id}-{row.folded_name}"


def _read_place(place: str) -> dict[str, int | str]:
    found = _PLACE.fullmatch(place)
    if not found:
        raise Invalid("This is no place in this list. Begin at its first page.")
    return {"id": int(found[1]), "name": found[2]}


def _as_member(row: Sequence[Any]) -> Member:
    role, *profile = row
    return Member(Profile(*profile), role)


def _as_seen(row: Sequence[Any], mentions: list[int]) -> Room:
    """As the driver has it."""
    _, id_, unread, kind, name, role, members, created, seq, last_number, read_number, read_change = row[:12]
    seen_number, notify, last_seen, other_id, other_name, other_active = row[12:18]
    other = Profile(other_id, other_name, bool(other_active)) if other_id else None
    return Room(
        id=id_,
        kind=kind,
        name=other.name if other else name,
        other=other,
        role=role,
        members=members,
        created=created,
        seq=seq,
        last_number=last_number,
        read_number=read_number,
        read_change=read_change,
        unread=unread,
        mentions=mentions,
        seen_number=seen_number,
        notify=notify,
        last_seen=last_seen,
        last_message=as_message(row[18:]) if last_number else None,
    )
