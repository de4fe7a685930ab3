"""Workspaces to measure in: people who are signed in without a password being checked, and their rooms."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import accumulate, islice
from pathlib import Path
from typing import TypeVar

from deskchat.domain import rooms, sessions, users
from deskchat.domain.ports import Store, Transaction
from deskchat.domain.rooms import MOST_ADDED_AT_ONCE
from deskchat.domain.sessions import new_token
from deskchat.http.auth import COOKIE
from deskchat.storage.engine import choose
from deskchat.storage.folder import DataFolder
from deskchat.storage.store import DatabaseStore

T = TypeVar("T")

NO_PASSWORD = "!"
_AT_ONCE = 500
_MEMBERS_AT_ONCE = 2_000


@dataclass(frozen=True)
class Person:
    id: int
    cookie: str


@dataclass(frozen=True)
class Room:
    """`seq`: of its last event. The first of the people owns it."""

    id: int
    seq: int
    people: Sequence[Person]


def furnish(folder: Path, sizes: Sequence[int], *, database: str = "") -> list[Room]:
    """Rooms of so many people each, nobody in two of them. `database` as in `Settings`."""

    async def work(store: Store) -> list[Room]:
        people = iter(await hire(store, sum(sizes)))
        return await open_rooms(store, [list(islice(people, size)) for size in sizes])

    return within(folder, work, database=database)


def within(folder: Path, work: Callable[[Store], Awaitable[T]], *, database: str = "") -> T:
    """What the work makes of the store in a data folder."""

    async def run() -> T:
        store = DatabaseStore.open(choose(database, DataFolder(folder).database))
        store.start(lambda news: None)
        try:
            return await work(store)
        finally:
            await store.stop()

    return asyncio.run(run())


async def hire(store: Store, count: int) -> list[Person]:
    hired: list[Person] = []
    for first in range(0, count, _AT_ONCE):
        numbers = range(first, min(first + _AT_ONCE, count))
        hired += await store.write(0, partial(_hire, numbers=numbers))
    return hired


def _hire(tx: Transaction, numbers: Iterable[int]) -> list[Person]:
    return [_hire_one(tx, number) for number in numbers]


def _hire_one(tx: Transaction, number: int) -> Person:
    user = users.add(tx, f"p{number}@example.com", f"Person {number}", "member", NO_PASSWORD).id
    token = new_token()
    sessions.start(tx, user, token, "a load")
    return Person(user, f"{COOKIE}={token}")


async def open_rooms(store: Store, groups: Sequence[Sequence[Person]]) -> list[Room]:
    opened: list[Room] = []
    while len(opened) < len(groups):
        rest = groups[len(opened) :]
        sizes = accumulate(map(len, rest))
        few = [people for people, size in zip(rest, sizes, strict=True) if size <= _MEMBERS_AT_ONCE] or rest[
            :1
        ]
        opened += await store.write(0, partial(_open_all, groups=few))
    return opened


def _open_all(tx: Transaction, groups: Sequence[Sequence[Person]]) -> list[Room]:
    return [_open(tx, people) for people in groups]


def _open(tx: Transaction, people: Sequence[Person]) -> Room:
    owner, *others = [person.id for person in people]
    room = rooms.create_group(tx, owner, new_token(), "Launch", [])
    for first in range(0, len(others), MOST_ADDED_AT_ONCE):
        rooms.add_members(tx, owner, room, others[first : first + MOST_ADDED_AT_ONCE])
    return Room(room, tx.rooms.get_head(room).seq, people)
