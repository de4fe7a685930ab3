"""Workspaces to measure in: people who are signed in without a password being checked, and their rooms."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
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
        people = await hire(store, sum(sizes))
        found = []
        for size in sizes:
            mine, people = people[:size], people[size:]
            found.append(await open_room(store, mine))
        return found

    return within(folder, work, database=database)


def furnish_one(folder: Path, count: int) -> tuple[Person, list[Room]]:
    """Somebody who is in so many rooms, with four others in each."""

    async def work(store: Store) -> tuple[Person, list[Room]]:
        one, *others = await hire(store, 101)
        found = []
        for number in range(count):
            first = number * 4 % 100
            found.append(await open_room(store, [one, *others[first : first + 4]]))
        return one, found

    return within(folder, work)


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


async def open_room(store: Store, people: Sequence[Person]) -> Room:
    owner, *others = [person.id for person in people]
    room = await store.write(0, lambda tx: rooms.create_group(tx, owner, new_token(), "Launch", []))
    for first in range(0, len(others), MOST_ADDED_AT_ONCE):
        some = others[first : first + MOST_ADDED_AT_ONCE]
        await store.write(0, partial(rooms.add_members, by=owner, room=room, users=some))
    head = await store.read(lambda tx: tx.rooms.get_head(room))
    return Room(room, head.seq, people)
