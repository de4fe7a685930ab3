"""Everything is moved into another database, of each engine, whatever happens meanwhile; nothing else is written over."""

import signal
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Table, inspect, select

from deskchat.domain import links, messages, rooms, sessions, users
from deskchat.storage import move as moving
from deskchat.storage.checks import check
from deskchat.storage.engine import Database, Deadline, Unfit
from deskchat.storage.migrations import NEWEST, DatabaseTooNew
from deskchat.storage.move import TABLES, move
from deskchat.storage.postgresql import PostgreSQL
from deskchat.storage.sqlite import SQLite
from deskchat.storage.store import DatabaseStore, prepare
from tests.cast import Cast
from tests.engines import ENGINES
from tests.forked import Process
from tests.postgres import Postgres
from tests.storage.acts import edit, find, list_rooms, look_at, look_up, post
from tests.storage.conftest import Clock, started
from tests.storage.steps import change, dump, look_into
from tests.storage.workspace import RESET, TEXTS, TOKEN, furnish

MakeDatabase = Callable[[str], Database]

MOVER = Path(__file__).with_name("mover.py")

across = pytest.mark.parametrize(
    ("database", "target"), [("sqlite", "postgresql"), ("postgresql", "sqlite")], indirect=True
)


@pytest.fixture
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[MakeDatabase]:
    """A new and empty database of an engine."""
    numbers = count(1)
    with ExitStack() as made:

        def make(engine: str) -> Database:
            if engine == "sqlite":
                return SQLite(tmp_path / f"{next(numbers)}.sqlite3")
            postgres: Postgres = request.getfixturevalue("postgres")
            return PostgreSQL(made.enter_context(postgres.empty_database()))

        yield make


@pytest.fixture(params=ENGINES)
def target(request: pytest.FixtureRequest, make: MakeDatabase) -> Database:
    """Empty."""
    return make(request.param)


@pytest.fixture
async def source(store: DatabaseStore, cast: Cast, database: Database) -> Database:
    """Of each engine, with everything in it, and served by nobody."""
    await store.write(0, lambda tx: furnish(tx, cast))
    await store.stop()
    return database


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moving, "LARGEST_CHUNK", 7)


def move_quietly(source: Database, target: Database) -> dict[str, moving.Sum]:
    return move(source, target, lambda *_: None)


def rows_of(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """All of them, by table; what each engine has of its own is not looked at."""
    with database.create_reader(Deadline()).connect() as other:
        return {
            table.name: [tuple(row) for row in other.execute(select(table).order_by(*table.primary_key))]
            for table in TABLES
        }


async def test_everything_is_there_row_by_row_and_the_source_is_as_it_was(
    source: Database, target: Database
) -> None:
    before = dump(source)
    sums = move_quietly(source, target)
    assert dump(source) == before
    assert {name: one.rows for name, one in sums.items()} == {
        name: len(rows_of(source)[name]) for name in sums
    }
    assert all(one.rows for one in sums.values()), "A table that was not tried."
    assert rows_of(target) == rows_of(source)
    assert [finding for finding in check(target, in_use=False) if finding.serious] == []


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_there_and_back_again_is_the_same(source: Database, make: MakeDatabase) -> None:
    there, back = make("postgresql"), make("sqlite")
    sums = move_quietly(source, there)
    assert move_quietly(there, back) == sums
    assert rows_of(back) == rows_of(source)


@pytest.mark.parametrize("target", ["postgresql"], indirect=True)
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_postgresql_is_left_as_its_migrations_make_it(
    source: Database, target: Database, make: MakeDatabase
) -> None:
    made = make("postgresql")
    prepare(made)
    move_quietly(source, target)
    for query in (
        "SELECT conname, pg_get_constraintdef(oid), convalidated FROM pg_constraint ORDER BY 1",
        "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1",
    ):
        assert look_into(target, query) == look_into(made, query)


@across
async def test_people_go_on_where_they_were(
    source: Database, target: Database, cast: Cast, clock: Clock
) -> None:
    move_quietly(source, target)
    async with (
        started(source, clock, lambda news: None) as before,
        started(target, clock, lambda news: None) as store,
    ):
        signed_in = await store.read(lambda tx: sessions.get_signed_in(tx, TOKEN))
        assert signed_in == await before.read(lambda tx: sessions.get_signed_in(tx, TOKEN))
        assert (await store.read(lambda tx: links.get_purpose(tx, RESET))).kind == "reset"
        epochs = [await one.read(lambda tx: tx.organisation.epoch()) for one in (before, store)]
        assert epochs[0] == epochs[1]
        for user in cast.office[:4]:
            assert await list_rooms(store, user) == await list_rooms(before, user)
            assert await look_at(store, user, cast.group) == await look_at(before, user, cast.group)
        texts = {message.text for message in (await look_at(store, cast.asha, cast.group)).messages}
        assert {*TEXTS[2:]} <= texts
        revisions = await store.read(lambda tx: messages.list_revisions(tx, cast.asha.id, cast.group, 1))
        assert len(revisions) == 2


@across
async def test_what_is_written_afterwards_goes_on_counting(
    source: Database, target: Database, cast: Cast, clock: Clock
) -> None:
    move_quietly(source, target)
    async with started(target, clock, lambda news: None) as store:
        before = await look_up(store, cast.asha, cast.group)
        posted = await post(store, cast.asha, cast.group, "What comes next?")
        assert posted.number == before.last_number + 1
        again = await post(store, cast.asha, cast.group, TEXTS[0], key="group 0")
        assert again.number == 1
        await edit(store, cast.asha, cast.group, posted.number, "What came next")
        assert await find(store, cast.asha, "came next") == ["What came next"]
    last = look_into(target, "SELECT max(id) FROM message")[0][0]
    assert last == look_into(source, "SELECT max(id) FROM message")[0][0] + 1


@across
async def test_search_finds_in_every_script(
    source: Database, target: Database, cast: Cast, clock: Clock
) -> None:
    move_quietly(source, target)
    async with started(target, clock, lambda news: None) as store:
        for text in TEXTS[2:11]:
            assert text in await find(store, cast.asha, text.split()[0], room=cast.group)
        assert await find(store, cast.asha, "truck eleven", room=cast.group) == ["The truck leaves at eleven"]
        assert await find(store, cast.asha, "palety", room=cast.group) == []
        assert await find(store, cast.mallory, "насос") == []


async def test_an_empty_workspace_is_moved_as_well(
    make: MakeDatabase, database: Database, target: Database, clock: Clock
) -> None:
    prepare(database)
    assert sum(one.rows for one in move_quietly(database, target).values()) == 1
    async with started(target, clock, lambda news: None) as store:
        assert await store.write(0, lambda tx: links.open_set_up(tx, "token"))
        asha = await store.write(0, lambda tx: users.add(tx, "asha@example.com", "Asha Rao", "owner", "!"))
        room = await store.write(0, lambda tx: rooms.create_group(tx, asha.id, "key", "Launch", []))
        assert (await post(store, asha, room, "first")).number == 1


# Killed


@across
@pytest.mark.parametrize(("moment", "nth"), [("commit", 2), ("fill", 1)])
async def test_what_was_killed_before_anything_was_kept_leaves_nothing(
    source: Database, target: Database, moment: str, nth: int
) -> None:
    _be_killed(source, target, moment, nth)
    assert dump(target) == {}
    move_quietly(source, target)
    assert rows_of(target) == rows_of(source)


@pytest.mark.slow
@across
@pytest.mark.parametrize(
    ("moment", "nth"), [("begin", 4), ("fill", 2), ("commit", 30), ("fill", 21), ("settle", 1)]
)
async def test_what_was_killed_at_any_moment_goes_on(
    source: Database, target: Database, moment: str, nth: int
) -> None:
    _be_killed(source, target, moment, nth)
    _refuses_to_serve(target)
    move_quietly(source, target)
    assert rows_of(target) == rows_of(source)
    assert [finding for finding in check(target, in_use=False) if finding.serious] == []


@pytest.mark.slow
@across
async def test_what_is_killed_again_and_again_ends_at_last(source: Database, target: Database) -> None:
    for _ in range(3):
        _be_killed(source, target, "fill", 7)
        _refuses_to_serve(target)
    move_quietly(source, target)
    assert rows_of(target) == rows_of(source)


@across
async def test_what_is_there_already_is_not_written_again(
    source: Database, target: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    _be_killed(source, target, "commit", 40)
    there = {name: len(rows) for name, rows in rows_of(target).items()}
    written = Counter[str]()
    fill = type(target).fill

    def tally(self: Database, connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
        written[table.name] += len(rows)
        fill(self, connection, table, rows)

    monkeypatch.setattr(type(target), "fill", tally)
    sums = move_quietly(source, target)
    assert sum(there.values()) > 20
    assert {name: there[name] + written[name] for name in sums} == {
        name: one.rows for name, one in sums.items()
    }


@across
async def test_what_was_changed_between_two_attempts_is_moved_as_it_is_now(
    source: Database, target: Database, cast: Cast, clock: Clock
) -> None:
    _be_killed(source, target, "commit", 40)
    async with started(source, clock, lambda news: None) as store:
        await store.write(0, lambda tx: users.add(tx, "fay@example.com", "Fay", "member", "!"))
        await post(store, cast.asha, cast.group, "while it was not moved")
        await edit(store, cast.asha, cast.group, 1, "The truck has left")
    move_quietly(source, target)
    assert rows_of(target) == rows_of(source)
    assert [finding for finding in check(target, in_use=False) if finding.serious] == []


# Refused


@across
async def test_what_is_not_empty_is_left_alone(source: Database, target: Database, clock: Clock) -> None:
    prepare(target)
    before = dump(target)
    with pytest.raises(Unfit, match="not empty"):
        move_quietly(source, target)
    assert dump(target) == before


async def test_what_was_moved_is_not_moved_over(source: Database, target: Database) -> None:
    move_quietly(source, target)
    before = dump(target)
    with pytest.raises(Unfit, match="not empty"):
        move_quietly(source, target)
    assert dump(target) == before


@across
async def test_a_table_of_somebody_else_is_enough_to_be_refused(source: Database, target: Database) -> None:
    change(target, "CREATE TABLE letter (text VARCHAR)")
    with pytest.raises(Unfit, match="not empty"):
        move_quietly(source, target)
    assert dump(target) == {"letter": []}


@across
async def test_half_of_another_workspace_is_left_alone(
    source: Database, target: Database, make: MakeDatabase
) -> None:
    other = make("sqlite")
    prepare(other)
    _be_killed(other, target, "begin", 4)
    before = dump(target)
    with pytest.raises(Unfit, match="another workspace"):
        move_quietly(source, target)
    assert dump(target) == before


@across
async def test_half_a_workspace_is_no_source(source: Database, target: Database, make: MakeDatabase) -> None:
    _be_killed(source, target, "commit", 20)
    with pytest.raises(Unfit, match="has not ended"):
        move_quietly(target, make("sqlite"))


@across
async def test_a_newer_source_is_refused(source: Database, target: Database) -> None:
    change(source, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(DatabaseTooNew):
        move_quietly(source, target)
    change(source, f"UPDATE alembic_version SET version_num = '{NEWEST}'")


@across
async def test_an_older_source_is_refused(
    source: Database, target: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(moving, "NEWEST", "0003")
    with pytest.raises(Unfit, match="older Deskchat"):
        move_quietly(source, target)


async def test_nothing_is_no_source(database: Database, target: Database, make: MakeDatabase) -> None:
    empty = make("postgresql")
    with pytest.raises(Unfit, match="no workspace"):
        move_quietly(empty, target)
    with pytest.raises(Unfit, match="no database"):
        move_quietly(make("sqlite"), target)
    with target.create_writer().connect() as made_now:
        assert inspect(made_now).get_table_names() == []


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
async def test_a_server_on_another_machine_is_noticed(
    store: DatabaseStore, cast: Cast, database: Database, target: Database
) -> None:
    """The folder is locked on one machine; PostgreSQL is reached from all."""
    await post(store, cast.asha, cast.direct, "still here")
    with pytest.raises(Unfit, match="Stop it first"):
        move_quietly(database, target)


async def test_who_moves_may_be_busy_elsewhere_for_long(make: MakeDatabase) -> None:
    database = make("postgresql")
    with database.create_writer().connect() as connection:
        database.hold(connection)
        with connection.begin():
            [bound] = connection.exec_driver_sql("SHOW idle_in_transaction_session_timeout").one()
    assert bound == "0"


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
async def test_no_server_starts_on_what_is_being_moved_away(source: Database, make: MakeDatabase) -> None:
    refused: list[object] = []

    def start(*_: object) -> None:
        if not refused:
            with pytest.raises(Unfit, match="being moved") as unfit:
                prepare(source)
            refused.append(unfit)

    move(source, make("sqlite"), start)
    assert refused
    prepare(source)


async def test_a_target_that_ends_meanwhile_is_told_in_words(source: Database, make: MakeDatabase) -> None:
    target = make("postgresql")
    ended: list[str] = []

    def end(what: str, *_: object) -> None:
        if what == "Copying message" and not ended:
            ended.append(what)
            look_into(
                target,
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid != pg_backend_pid()",
            )

    with pytest.raises(Unfit, match=r"broken off.*move again"):
        move(source, target, end)
    move_quietly(source, target)
    assert rows_of(target) == rows_of(source)


def _be_killed(source: Database, target: Database, moment: str, nth: int) -> None:
    """A process that moves is killed as it begins or commits its nth transaction."""
    addresses = [place.url if isinstance(place, PostgreSQL) else str(place) for place in (source, target)]
    mover = Process(moment, str(nth), *addresses, program=MOVER)
    assert mover.wait() == -signal.SIGKILL, mover.last_words


def _refuses_to_serve(target: Database) -> None:
    with pytest.raises(Unfit, match="has not ended"):
        DatabaseStore.open(target)
