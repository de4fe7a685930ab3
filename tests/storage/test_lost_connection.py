"""PostgreSQL goes away in the middle of everything, and comes back: nothing that was acknowledged is lost or doubled."""

import asyncio
from collections.abc import Iterator
from functools import partial

import pytest

from deskchat.domain.errors import Unavailable
from deskchat.domain.messages import Message, Posted
from deskchat.domain.news import News, ToRoom
from deskchat.domain.ports import Transaction
from deskchat.domain.users import User
from deskchat.storage import postgresql, reader
from deskchat.storage.engine import Unfit
from deskchat.storage.postgresql import PostgreSQL
from deskchat.storage.store import DatabaseStore, prepare
from tests.cast import Cast
from tests.postgres import Postgres, running_postgres
from tests.storage.acts import find, look_at, post

TURNS = 30


@pytest.fixture
def postgres() -> Iterator[Postgres]:
    """A test's own, to be killed; it flushes what it commits."""
    with running_postgres() as postgres:
        yield postgres


@pytest.fixture
def database(postgres: Postgres) -> Iterator[PostgreSQL]:
    with postgres.migrated_database() as url:
        yield PostgreSQL(url)


class Outbox:
    """Sends what somebody writes, and again what was not acknowledged, as it is told to."""

    def __init__(self, store: DatabaseStore, room: int) -> None:
        self._store = store
        self._room = room
        self.acknowledged: dict[tuple[int, str], Posted] = {}
        self.has_some = asyncio.Event()
        self.was_refused = asyncio.Event()

    async def send_all(self, by: User) -> None:
        for turn in range(TURNS):
            key = f"{turn}"
            self.acknowledged[by.id, key] = await self._send(by, key)
            if len(self.acknowledged) == TURNS:
                self.has_some.set()

    async def _send(self, by: User, key: str) -> Posted:
        while True:
            try:
                return await post(self._store, by, self._room, f"{by.name} {key}", key=key)
            except Unavailable as refusal:
                self.was_refused.set()
                await asyncio.sleep(refusal.retry_after or 0)


async def test_every_acknowledged_post_is_there_once_after_the_server_was_killed(
    store: DatabaseStore, cast: Cast, postgres: Postgres, published: list[News]
) -> None:
    outbox = Outbox(store, cast.group)
    sending = asyncio.gather(*(outbox.send_all(person) for person in cast.office))
    await outbox.has_some.wait()
    postgres.kill()
    await outbox.was_refused.wait()
    with pytest.raises(Unavailable) as refused:
        await look_at(store, cast.asha, cast.group)
    assert refused.value.retry_after
    postgres.start()
    await sending
    assert store.alive
    kept = await _list_all(store, cast)
    assert [message.number for message in kept] == list(range(1, len(cast.office) * TURNS + 1))
    assert {(message.author, message.key): message.number for message in kept} == {
        sent: posted.number for sent, posted in outbox.acknowledged.items()
    }
    told = [news.event.seq for news in published if isinstance(news, ToRoom)]
    assert told == sorted(set(told))
    assert await find(store, cast.bela, f"emre {TURNS - 1}") == [f"{cast.emre.name} {TURNS - 1}"]


async def test_a_connection_that_was_cut_while_nobody_used_it_is_made_anew_unnoticed(
    store: DatabaseStore, cast: Cast, database: PostgreSQL
) -> None:
    await post(store, cast.asha, cast.direct, "before")
    with database.create_writer().connect() as other:
        other.exec_driver_sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid != pg_backend_pid()"
        )
    posted = await post(store, cast.asha, cast.direct, "after")
    for _ in range(reader.THREADS):
        page = await look_at(store, cast.bela, cast.direct)
        assert [message.text for message in page.messages] == ["before", "after"]
    assert posted == Posted(2, 4)


async def test_a_server_that_is_down_is_not_asked_for_every_command(
    store: DatabaseStore, cast: Cast, postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgresql, "SHORTEST_PAUSE", 60.0)
    monkeypatch.setattr(postgresql, "LONGEST_PAUSE", 60.0)
    postgres.kill()
    for _ in range(2):
        with pytest.raises(Unavailable):
            await post(store, cast.asha, cast.direct, "while it is down")
    postgres.start()
    with pytest.raises(Unavailable):
        await post(store, cast.asha, cast.direct, "before the pause is over")


def test_a_database_that_does_not_answer_is_told_without_its_password() -> None:
    database = PostgreSQL("postgresql://asha:top-secret@127.0.0.1:1/deskchat")
    with pytest.raises(Unfit, match="cannot be opened") as refused:
        prepare(database)
    assert "127.0.0.1" in str(refused.value)
    assert "top-secret" not in f"{refused.value} {database} {database!r}"


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://asha:top-secret@host:port/deskchat",
        "postgresql://asha:p@top-secret@host/deskchat",
        "postgresql://asha:top-secret@host/deskchat?unheard=of",
    ],
)
def test_an_address_that_makes_no_sense_is_told_without_its_password(url: str) -> None:
    with pytest.raises(Unfit) as refused:
        PostgreSQL(url)
    assert "top-secret" not in str(refused.value)


def test_a_password_in_the_query_is_not_shown_either() -> None:
    database = PostgreSQL("postgresql://host/deskchat?password=top-secret&sslmode=require")
    assert f"{database} {database!r}" == " ".join(["postgresql://host/deskchat?sslmode=require"] * 2)


def test_a_database_that_cannot_keep_every_script_is_refused(postgres: Postgres) -> None:
    with postgres.empty_database("ENCODING 'LATIN1'") as url, pytest.raises(Unfit, match="LATIN1"):
        prepare(PostgreSQL(url))


async def _list_all(store: DatabaseStore, cast: Cast) -> list[Message]:
    listed: list[Message] = []
    while page := await store.read(partial(_list_page, room=cast.group, after=len(listed))):
        listed += page
    return listed


def _list_page(tx: Transaction, room: int, after: int) -> list[Message]:
    return tx.messages.list_page(room, before=None, after=after, limit=100)
