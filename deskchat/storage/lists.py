"""The lists of the desk."""

import re
from typing import Any, NamedTuple, Protocol

from sqlalchemy import Connection, Select, bindparam, func, select, true, tuple_

from deskchat.domain.errors import Invalid
from deskchat.domain.lists import (
    MessageFilter,
    MessagePlace,
    MessageStretch,
    ProfileFilter,
    ProfilePlace,
    ProfileRow,
)
from deskchat.domain.search import phrases
from deskchat.domain.users import Profile
from deskchat.storage.organisation import get_secret
from deskchat.storage.rooms import LIST_ROOMS_OF
from deskchat.storage.schema import member, user
from deskchat.storage.search import get_hits
from deskchat.storage.search_index import walk
from deskchat.storage.timeline import Moment, Timeline
from deskchat.storage.users import PROFILE, having_words
from deskchat.storage.veil import unveil, veil
from deskchat.storage.walk import Match, Wanted, Way

_theirs = member.alias("theirs")
_LIST_SHARED = (
    select(member.c.room_id)
    .select_from(member.join(_theirs, _theirs.c.room_id == member.c.room_id))
    .where(member.c.user_id == bindparam("user"), _theirs.c.user_id == bindparam("other"))
)
# Counted from one's own rooms: what it costs says nothing of the others.
_shared = (
    select(_theirs.c.user_id, func.count().label("rooms"))
    .select_from(member.join(_theirs, _theirs.c.room_id == member.c.room_id))
    .where(member.c.user_id == bindparam("user"))
    .group_by(_theirs.c.user_id)
    .subquery("shared")
)
_ROOMS = func.coalesce(_shared.c.rooms, 0)
_LIST_PROFILES = (
    select(*PROFILE, user.c.last_seen, _ROOMS)
    .select_from(user.outerjoin(_shared, _shared.c.user_id == user.c.id))
    .where(user.c.active == true())
)
_COUNT_PROFILES = select(func.count()).select_from(user).where(user.c.active == true())
_BY_NAME = (user.c.folded_name, user.c.id)
_PROFILE_KEYS = {"name": user.c.folded_name, "last": func.coalesce(user.c.last_seen, 0), "rooms": _ROOMS}
_GET_FOLDED_NAME = select(user.c.folded_name).where(user.c.id == bindparam("user"))

_PLACE = re.compile(r"(\d+)-(\d+)-(\d+)|(\d+)")


class Found(NamedTuple):
    """A message by its id, and the place of it that a client is told."""

    id: int
    place: str


class Walk(Protocol):
    def list(self, start: str | None, newest_first: bool, limit: int) -> tuple[list[Found], str | None]:
        """The first ones beyond `start`; where it was broken off, None at the end or when there were enough."""


class Lists:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def list_shared_rooms(self, user: int, other: int) -> set[int]:
        return set(self._connection.execute(_LIST_SHARED, {"user": user, "other": other}).scalars())

    def find_messages(self, user: int, wanted: MessageFilter, at: MessagePlace) -> MessageStretch:
        walk = self._choose_walk(user, wanted)
        if at.before is None:
            return self._go_on(walk, at.after, at)
        found, reached = walk.list(at.before, not at.newest_first, at.size + 1)
        if len(found) <= at.size and reached is None:
            # The first page: as full as it is now.
            return self._go_on(walk, None, at)
        shown = found[: at.size]
        previous = reached if reached is not None else shown[-1].place
        return self._show(shown[::-1], previous, shown[0].place if shown else at.before)

    def count_messages(self, user: int, wanted: MessageFilter, most: int) -> tuple[int, bool]:
        if wanted.text.strip():
            found, reached = self._choose_walk(user, wanted).list(None, True, most + 1)
            return min(len(found), most), reached is not None or len(found) > most
        counted = Timeline(self._connection, user, wanted).count(most + 1)
        return min(counted, most), counted > most

    def list_profiles(self, user: int, wanted: ProfileFilter, at: ProfilePlace) -> list[ProfileRow]:
        key = _PROFILE_KEYS[at.sort]
        descending = at.order == "descending"
        found = (
            _LIST_PROFILES.where(*having_words(wanted.name))
            .order_by(key.desc() if descending else key, *_BY_NAME)
            .limit(at.size)
            .offset((at.page - 1) * at.size)
        )
        return self._list_profile_rows(found, user)

    def list_profiles_after(
        self, user: int, wanted: ProfileFilter, after: int | None, limit: int
    ) -> list[ProfileRow]:
        found = _LIST_PROFILES.where(*having_words(wanted.name)).order_by(*_BY_NAME).limit(limit)
        if after is not None:
            name = self._connection.execute(_GET_FOLDED_NAME, {"user": after}).scalar_one()
            found = found.where(tuple_(*_BY_NAME) > tuple_(name, after))
        return self._list_profile_rows(found, user)

    def count_profiles(self, wanted: ProfileFilter) -> int:
        return self._connection.execute(_COUNT_PROFILES.where(*having_words(wanted.name))).scalar_one()

    def _list_profile_rows(self, found: Select[Any], user: int) -> list[ProfileRow]:
        rows = self._connection.execute(found, {"user": user})
        return [ProfileRow(Profile(*row[:3]), *row[3:]) for row in rows]

    def _choose_walk(self, user: int, wanted: MessageFilter) -> Walk:
        if wanted.text.strip():
            return _ByWords(self._connection, user, wanted)
        return _ByTime(Timeline(self._connection, user, wanted))

    def _go_on(self, walk: Walk, start: str | None, at: MessagePlace) -> MessageStretch:
        found, reached = walk.list(start, at.newest_first, at.size + 1)
        shown = found[: at.size]
        next_ = shown[-1].place if len(found) > at.size else reached
        previous = None if start is None else shown[0].place if shown else start
        return self._show(shown, previous, next_)

    def _show(self, shown: list[Found], previous: str | None, next_: str | None) -> MessageStretch:
        return MessageStretch(get_hits(self._connection, [found.id for found in shown]), previous, next_)


class _ByTime:
    """Places are known to whoever sees a message: when, in which room, and its number there."""

    def __init__(self, timeline: Timeline) -> None:
        self._timeline = timeline

    def list(self, start: str | None, newest_first: bool, limit: int) -> tuple[list[Found], str | None]:
        moment = None if start is None else Moment(*_parse(start, 3))
        walked = self._timeline.walk(moment, newest_first, limit)
        return [Found(one.id, f"{one.created}-{one.room}-{one.number}") for one in walked], None


class _ByWords:
    """In the order in which messages were kept. Places are veiled: how many others there are is nobody's affair."""

    def __init__(self, connection: Connection, user: int, wanted: MessageFilter) -> None:
        self._connection = connection
        self._secret = get_secret(connection)
        rooms = set(connection.execute(LIST_ROOMS_OF, {"user": user}).scalars())
        if wanted.room is not None:
            rooms &= {wanted.room}
        self._wanted = Wanted(phrases(wanted.text), rooms, lambda match: _fits(match, wanted))

    def list(self, start: str | None, newest_first: bool, limit: int) -> tuple[list[Found], str | None]:
        way = Way(newest_first=newest_first)
        if start is not None:
            id_ = unveil(self._secret, *_parse(start, 1))
            way = way._replace(before=id_) if newest_first else way._replace(after=id_)
        walked = walk(self._connection, self._wanted, way, limit)
        reached = None if walked.reached is None else self._veil(walked.reached)
        return [Found(id_, self._veil(id_)) for id_ in walked.found], reached

    def _veil(self, id_: int) -> str:
        return str(veil(self._secret, id_))


def _fits(match: Match, wanted: MessageFilter) -> bool:
    return (
        (wanted.author is None or match.author == wanted.author)
        and (wanted.since is None or match.created >= wanted.since)
        and (wanted.until is None or match.created < wanted.until)
    )


def _parse(place: str, parts: int) -> list[int]:
    """The numbers in a place of this list; it may be one of another list."""
    found = _PLACE.fullmatch(place)
    numbers = [int(part) for part in found.groups() if part is not None] if found else []
    if len(numbers) != parts:
        raise Invalid("This is no place in this list. Begin at its first page.")
    return numbers
