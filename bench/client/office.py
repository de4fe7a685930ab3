"""A large office: 5,000 people, sixty groups, and one room with 10,000 messages."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from deskchat.domain import messages, rooms, sessions, users
from deskchat.domain.ports import Store, Transaction
from deskchat.domain.sessions import new_token
from deskchat.domain.users import User
from deskchat.http.auth import COOKIE
from deskchat.storage.folder import DataFolder
from deskchat.storage.sqlite import SQLite
from deskchat.storage.store import DatabaseStore
from tests.browser.workplace import Colleague
from tests.cast import NO_PASSWORD, Cast, gather_cast

PEOPLE = 5_000
GROUPS = 60
MESSAGES = 10_000
"""In the group of the whole cast."""

_AT_ONCE = 500
_GIVEN = ("Ada", "Ben", "Cora", "Dev", "Elif", "Femi", "Goran", "Hana", "Ines", "Jonas")
_FAMILY = ("Meyer", "Novak", "Okoye", "Patel", "Quist", "Rossi", "Sato", "Tanaka", "Ueda", "Virtanen")
_TEXT = (
    "Brenner truck is at gate 2, 14 pallets, two have wet wrapping. "
    "I photograph every side first and note the lot numbers on the order before anybody unloads."
)


@dataclass(frozen=True)
class Office:
    people: Cast
    cookies: dict[int, str]

    def cookie_of(self, user: User) -> str:
        return self.cookies[user.id]


async def furnish(folder: Path) -> Office:
    store = DatabaseStore.open(SQLite(DataFolder(folder).database))
    store.start(lambda news: None)
    people = await gather_cast(store)
    for first in range(0, PEOPLE, _AT_ONCE):
        await store.write(0, partial(_hire, numbers=range(first, first + _AT_ONCE)))
    await store.write(0, lambda tx: _found_groups(tx, people))
    await _write_much(store, people)
    cookies = await store.write(0, lambda tx: _sign_in(tx, people.office))
    await store.stop()
    return Office(people, cookies)


def _hire(tx: Transaction, numbers: Iterable[int]) -> None:
    for number in numbers:
        given, family = _GIVEN[number % 10], _FAMILY[number // 10 % 10]
        users.add(tx, f"p{number}@example.com", f"{given} {family} {number}", "member", NO_PASSWORD)


def _found_groups(tx: Transaction, people: Cast) -> None:
    for number in range(GROUPS):
        room = rooms.create_group(tx, people.asha.id, new_token(), f"Group {number}", [people.bela.id])
        messages.post(tx, people.bela.id, room, new_token(), text_of(number))


async def _write_much(store: Store, people: Cast) -> None:
    for first in range(0, MESSAGES, _AT_ONCE):

        def write(tx: Transaction, first: int = first) -> None:
            for number in range(first, first + _AT_ONCE):
                author = people.office[number // 3 % 5]
                messages.post(tx, author.id, people.group, new_token(), text_of(number))

        await store.write(0, write)


def _sign_in(tx: Transaction, who: list[User]) -> dict[int, str]:
    tokens = {user.id: new_token() for user in who}
    for user, token in tokens.items():
        sessions.start(tx, user, token, "a browser")
    return {user: f"{COOKIE}={token}" for user, token in tokens.items()}


def text_of(number: int) -> str:
    """From two words to four lines."""
    words = _TEXT.split()
    return f"{number}: " + " ".join(words[: 2 + number * 7 % 25] * (1 + number % 2))


@asynccontextmanager
async def talking(url: str, office: Office, each_second: float) -> AsyncIterator[None]:
    """Meanwhile the others write so many messages into the large room, each second."""
    others = office.people.office[1:]
    crowd = asyncio.gather(*(_talk(url, office, user, len(others) / each_second) for user in others))
    try:
        yield
    finally:
        crowd.cancel()
        await asyncio.gather(crowd, return_exceptions=True)


async def _talk(url: str, office: Office, user: User, pause: float) -> None:
    colleague = Colleague(url, office.cookie_of(user))
    number = 0
    while True:
        number += 1
        await asyncio.gather(colleague.say(office.people.group, text_of(number)), asyncio.sleep(pause))
