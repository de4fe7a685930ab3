"""Real server processes of one organisation, on one PostgreSQL and joined by one bus."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

from deskchat.domain import rooms, sessions
from deskchat.domain.ports import Transaction
from deskchat.http.auth import COOKIE
from deskchat.storage.engine import Deadline
from deskchat.storage.postgresql import PostgreSQL
from deskchat.storage.store import DatabaseStore, read_clock
from deskchat.storage.transaction import DatabaseTransaction
from tests.cast import Cast, gather_cast
from tests.kill.crowd import Person
from tests.kill.server import Server

T = TypeVar("T")


@dataclass(frozen=True)
class Cluster:
    """`people`: each of the cast, and of some of them two devices. `depot`: a group of Chidi, Dana and Mallory."""

    database: str
    servers: Sequence[Server]
    logs: Sequence[Path]
    cast: Cast
    depot: int
    people: Sequence[Person]

    def see(self, work: Callable[[Transaction], T]) -> T:
        """What the database holds now."""
        engine = PostgreSQL(self.database).create_reader(Deadline())
        with engine.connect() as connection, connection.begin():
            return work(DatabaseTransaction(connection, read_clock()))

    def list_errors(self) -> set[str]:
        """What the servers' logs call an error."""
        lines = [json.loads(line) for log in self.logs for line in log.read_text().splitlines()]
        return {line["event"] for line in lines if line["level"] in ("error", "critical")}


@asynccontextmanager
async def running_cluster(database: str, buses: Sequence[str], folder: Path) -> AsyncIterator[Cluster]:
    """A server for each address of a bus."""
    cast, depot, people = await furnish(database)
    logs = [folder / f"{number}.log" for number in range(len(buses))]
    servers = [
        Server(folder / f"{number}", {"DESKCHAT_DATABASE": database, "DESKCHAT_BUS": bus}, logs[number])
        for number, bus in enumerate(buses)
    ]
    await asyncio.gather(*(server.start() for server in servers))
    try:
        yield Cluster(database, servers, logs, cast, depot, people)
    finally:
        await asyncio.gather(*(server.__aexit__() for server in servers))


async def furnish(database: str) -> tuple[Cast, int, list[Person]]:
    store = DatabaseStore.open(PostgreSQL(database))
    store.start(lambda news: None)
    try:
        cast = await gather_cast(store)
        return await store.write(0, partial(_furnish, cast=cast))
    finally:
        await store.stop()


def _furnish(tx: Transaction, cast: Cast) -> tuple[Cast, int, list[Person]]:
    depot = rooms.create_group(tx, cast.chidi.id, "depot", "Depot", [cast.dana.id, cast.mallory.id])
    devices = [*cast.office, cast.mallory, cast.asha, cast.dana]
    return cast, depot, [_sign_in(tx, user.id) for user in devices]


def _sign_in(tx: Transaction, user: int) -> Person:
    token = sessions.new_token()
    sessions.start(tx, user, token, "a test")
    return Person(user, {"Cookie": f"{COOKIE}={token}"}, tuple(tx.rooms.list_rooms_of(user)))
