"""Ten signed-in people and their rooms, made once: each server starts on a copy."""

from functools import partial
from pathlib import Path

from deskchat.domain import rooms, sessions, users
from deskchat.domain.ports import Transaction
from deskchat.http.auth import COOKIE
from deskchat.storage.folder import DataFolder
from deskchat.storage.sqlite import SQLite
from deskchat.storage.store import DatabaseStore
from tests.cast import NO_PASSWORD, Cast, gather_cast
from tests.kill.crowd import Person

COLLEAGUES = ["Farah Haddad", "Goran Petrović", "Hana Sato", "Ifeoma Eze", "Jonas Weber"]


async def furnish(folder: Path) -> list[Person]:
    """Asha, the first of the people, is in every room."""
    store = DatabaseStore.open(SQLite(DataFolder(folder).database))
    store.start(lambda news: None)
    cast = await gather_cast(store)
    people = await store.write(0, partial(_furnish, cast=cast))
    await store.stop()
    return people


def _furnish(tx: Transaction, cast: Cast) -> list[Person]:
    colleagues = [
        users.add(tx, f"{name.split()[0].lower()}@example.com", name, "member", NO_PASSWORD)
        for name in COLLEAGUES
    ]
    rooms.create_group(tx, cast.asha.id, "warehouse", "Warehouse", [user.id for user in colleagues])
    return [_sign_in(tx, user.id) for user in cast.office + colleagues]


def _sign_in(tx: Transaction, user: int) -> Person:
    token = sessions.new_token()
    sessions.start(tx, user, token, "a test")
    return Person(user, {"Cookie": f"{COOKIE}={token}"}, tuple(tx.rooms.list_rooms_of(user)))
