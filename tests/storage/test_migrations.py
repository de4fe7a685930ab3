"""The migrations end where the schema says, and a newer database is left alone."""

import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, create_engine, func, select

from deskchat.storage.engine import Database
from deskchat.storage.migrations import NEWEST, DatabaseTooNew
from deskchat.storage.postgresql import PostgreSQL
from deskchat.storage.schema import metadata
from deskchat.storage.sqlite import SQLite
from deskchat.storage.store import DatabaseStore, prepare
from tests.engines import ENGINES
from tests.forked import Process
from tests.postgres import Postgres
from tests.storage.conftest import on_sqlite_only
from tests.storage.steps import change, dump, look_into

PREPARER = Path(__file__).with_name("preparer.py")


@pytest.fixture(params=ENGINES)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty one."""
    if request.param == "sqlite":
        yield SQLite(tmp_path / "deskchat.sqlite3")
    else:
        postgres: Postgres = request.getfixturevalue("postgres")
        with postgres.empty_database() as url:
            yield PostgreSQL(url)


def _is_ours(name: str | None, _type: str, _parents: object) -> bool:
    return name is None or not name.startswith("search_index")


async def test_migrations_end_at_the_schema(connection: Connection) -> None:
    context = MigrationContext.configure(connection, opts={"include_name": _is_ours})
    assert compare_metadata(context, metadata) == []
    assert context.get_current_revision() == NEWEST


@on_sqlite_only
async def test_migrations_make_the_same_tables_as_the_schema(
    database: Database, file: Path, tmp_path: Path
) -> None:
    """Also what Alembic does not compare: checks, partial indexes, tables without row ids."""
    prepare(database)
    by_schema = tmp_path / "schema.sqlite3"
    engine = create_engine(f"sqlite:///{by_schema}")
    with engine.begin() as connection:
        metadata.create_all(connection)
    engine.dispose()
    migrated, made = _describe(file), _describe(by_schema)
    assert {name: text for name, text in migrated.items() if name in made} == made
    assert {name for name in migrated if name not in made} == {"alembic_version", "search_index"}


async def test_every_constraint_has_a_name() -> None:
    for table in metadata.sorted_tables:
        for constraint in table.constraints:
            assert constraint.name, constraint


async def test_there_are_no_triggers(database: Database) -> None:
    """Alembic drops them silently when it makes a table anew."""
    prepare(database)
    triggers = {
        SQLite: "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        PostgreSQL: "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
    }
    assert look_into(database, triggers[type(database)]) == []


async def test_opening_again_changes_nothing(database: Database) -> None:
    prepare(database)
    before = dump(database)
    prepare(database)
    assert dump(database) == before


async def test_a_newer_database_is_refused_in_words_and_left_alone(database: Database) -> None:
    prepare(database)
    change(database, "UPDATE alembic_version SET version_num = '9999'")
    before = dump(database)
    with pytest.raises(DatabaseTooNew, match="newer Deskchat") as refused:
        DatabaseStore.open(database)
    assert "9999" in str(refused.value)
    assert dump(database) == before


async def test_a_migration_that_fails_leaves_nothing(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    from alembic import op

    def refuse(*_: object) -> None:
        raise LookupError

    with monkeypatch.context() as broken:
        broken.setattr(op, "execute", refuse)
        with pytest.raises(LookupError):
            prepare(database)
    assert dump(database) == {}
    prepare(database)


async def test_a_slow_machine_may_take_its_time(postgres: Postgres) -> None:
    with postgres.empty_database() as url:
        database = PostgreSQL(url)
        with database.create_writer().begin() as connection:
            database.claim(connection)
            for limit in ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout"):
                assert connection.execute(select(func.current_setting(limit))).scalar_one() == "0"


def test_two_servers_that_start_at_once_make_one_database(database: Database) -> None:
    address = (database.url, "") if isinstance(database, PostgreSQL) else ("", str(database))
    starting = [Process(*address, program=PREPARER) for _ in range(3)]
    assert [server.wait() for server in starting] == [0, 0, 0]
    assert look_into(database, "SELECT count(*) FROM organisation") == [(1,)]


@on_sqlite_only
async def test_only_the_owner_can_open_the_files(database: Database, file: Path) -> None:
    store = DatabaseStore.open(database)
    store.start(lambda news: None)
    await store.write(0, lambda tx: tx.organisation.rename("Acme"))
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in file.parent.iterdir()}
    await store.stop()
    assert modes == {file.name: 0o600, f"{file.name}-wal": 0o600, f"{file.name}-shm": 0o600}


@on_sqlite_only
async def test_acknowledged_means_flushed(connection: Connection) -> None:
    """FULL is 2: in the write-ahead log, NORMAL loses what was acknowledged when the power fails."""
    with connection.begin():
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar_one() == 2
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar_one() == "wal"
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar_one() == 1


def _describe(database: Path) -> dict[str, str]:
    """The text of every table and index, however it is broken into lines and in whatever order its parts stand."""
    with closing(sqlite3.connect(database)) as other:
        rows = other.execute(
            "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'search_index_%'"
        ).fetchall()
    return {name: " ".join(sorted(text.replace(",", " ").split())) for name, text in rows}
