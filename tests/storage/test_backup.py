"""A backup taken under load is whole, and restores."""

import asyncio
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from deskchat.domain import links, sessions
from deskchat.domain.errors import NoSuchLink, NotSignedIn
from deskchat.storage.backup import NotABackup, back_up, restore
from deskchat.storage.checks import check, find_damage
from deskchat.storage.engine import Database
from deskchat.storage.folder import DataFolder, FolderInUse
from deskchat.storage.migrations import DatabaseTooNew
from deskchat.storage.sqlite import SQLite
from deskchat.storage.store import DatabaseStore
from tests.cast import Cast
from tests.storage.acts import delete, find, list_rooms, look_at, post
from tests.storage.conftest import Clock, on_sqlite_only, started
from tests.storage.steps import change


@on_sqlite_only
async def test_a_backup_taken_under_load_has_everything_acknowledged_before(
    store: DatabaseStore, cast: Cast, file: Path, tmp_path: Path, clock: Clock
) -> None:
    acknowledged = 0
    enough = asyncio.Event()

    async def go_on_posting() -> None:
        nonlocal acknowledged
        for turn in range(400):
            await post(store, cast.asha, cast.direct, f"message {turn}")
            acknowledged += 1
            if acknowledged == 50:
                enough.set()

    posting = asyncio.ensure_future(go_on_posting())
    await enough.wait()
    kept = acknowledged
    target = tmp_path / "backup.sqlite3"
    await asyncio.to_thread(back_up, file, target)
    await posting
    folder = DataFolder(tmp_path / "restored")
    assert restore(target, folder) is None
    async with started(SQLite(folder.database), clock, lambda news: None) as restored:
        (direct,) = [room for room in await list_rooms(restored, cast.bela) if room.id == cast.direct]
        assert kept <= direct.last_number <= 400
        assert await find(restored, cast.bela, f"message {kept - 1}")
        assert (await post(restored, cast.bela, cast.direct, "on we go")).number == direct.last_number + 1
    assert [finding for finding in check(SQLite(folder.database), in_use=False) if finding.serious] == []


@on_sqlite_only
async def test_a_backup_is_one_file_for_its_owner(file: Path, store: DatabaseStore, tmp_path: Path) -> None:
    target = tmp_path / "backups" / "today.sqlite3"
    target.parent.mkdir()
    back_up(file, target)
    assert [path.name for path in target.parent.iterdir()] == ["today.sqlite3"]
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    with pytest.raises(FileExistsError):
        back_up(file, target)


@on_sqlite_only
async def test_restoring_begins_a_new_epoch_and_signs_everybody_out(
    store: DatabaseStore, cast: Cast, file: Path, tmp_path: Path, clock: Clock
) -> None:
    await store.write(0, lambda tx: sessions.start(tx, cast.asha.id, "token", "desk"))
    await store.write(0, lambda tx: links.open_reset(tx, cast.asha.id, cast.bela.id, "reset"))
    epoch = await store.read(lambda tx: tx.organisation.epoch())
    target = tmp_path / "backup.sqlite3"
    back_up(file, target)
    await post(store, cast.asha, cast.direct, "after the backup")
    await store.stop()
    folder = DataFolder(tmp_path)
    replaced = restore(target, folder)
    assert replaced
    async with started(SQLite(folder.database), clock, lambda news: None) as restored:
        assert await restored.read(lambda tx: tx.organisation.epoch()) not in ("", epoch)
        assert (await look_at(restored, cast.asha, cast.direct)).messages == []
        with pytest.raises(NotSignedIn):
            await restored.read(lambda tx: sessions.get_signed_in(tx, "token"))
        with pytest.raises(NoSuchLink):
            await restored.read(lambda tx: links.get_purpose(tx, "reset"))
    async with started(SQLite(replaced), clock, lambda news: None) as before:
        assert [message.text for message in (await look_at(before, cast.asha, cast.direct)).messages] == [
            "after the backup"
        ]


@on_sqlite_only
async def test_what_a_killed_server_left_in_its_log_is_kept_aside_too(
    store: DatabaseStore, cast: Cast, file: Path, tmp_path: Path, clock: Clock
) -> None:
    target = tmp_path / "backup.sqlite3"
    back_up(file, target)
    await post(store, cast.asha, cast.direct, "only in the log")
    killed = DataFolder(tmp_path / "killed")
    _copy_as_it_stands(file, killed.database)
    replaced = restore(target, killed)
    assert replaced
    async with started(SQLite(killed.database), clock, lambda news: None) as restored:
        assert (await look_at(restored, cast.asha, cast.direct)).messages == []
    async with started(SQLite(replaced), clock, lambda news: None) as before:
        assert len((await look_at(before, cast.asha, cast.direct)).messages) == 1


@on_sqlite_only
async def test_nothing_is_restored_under_a_running_server(
    store: DatabaseStore, file: Path, tmp_path: Path
) -> None:
    target = tmp_path / "backup.sqlite3"
    back_up(file, target)
    folder = DataFolder(tmp_path)
    with folder.lock(), pytest.raises(FolderInUse):
        restore(target, folder)


@on_sqlite_only
@pytest.mark.parametrize("what", ["text", "empty", "torn", "foreign", "newer"])
async def test_what_is_no_good_backup_is_refused_and_nothing_changed(
    store: DatabaseStore, cast: Cast, file: Path, tmp_path: Path, what: str
) -> None:
    await post(store, cast.asha, cast.direct, "precious")
    backup = tmp_path / "backup.sqlite3"
    back_up(file, backup)
    await store.stop()
    _spoil(backup, what)
    before = _read_all(tmp_path)
    with pytest.raises(DatabaseTooNew if what == "newer" else NotABackup):
        restore(backup, DataFolder(tmp_path))
    assert _read_all(tmp_path) == before


@on_sqlite_only
async def test_a_damaged_database_can_be_replaced(
    store: DatabaseStore, cast: Cast, file: Path, tmp_path: Path
) -> None:
    backup = tmp_path / "backup.sqlite3"
    back_up(file, backup)
    await store.stop()
    _write(file, b"not a database at all " * 1_000)
    replaced = restore(backup, DataFolder(tmp_path))
    assert replaced
    assert replaced.read_bytes().startswith(b"not a database")
    assert find_damage(SQLite(file)) == []


async def test_a_healthy_database_has_nothing_serious(
    store: DatabaseStore, cast: Cast, database: Database
) -> None:
    await post(store, cast.asha, cast.direct, "one")
    await post(store, cast.asha, cast.direct, "two")
    await delete(store, cast.asha, cast.direct, 1)
    assert [finding for finding in check(database, in_use=True) if finding.serious] == []
    await store.stop()
    assert [finding for finding in check(database, in_use=False) if finding.serious] == []


@on_sqlite_only
@pytest.mark.parametrize(
    ("damage", "found"),
    [
        ("UPDATE room SET last_number = last_number + 1 WHERE kind = 'direct'", "counters"),
        ("UPDATE room SET last_seq = last_seq + 1 WHERE kind = 'direct'", "counters"),
        ("UPDATE room SET members = members + 1 WHERE kind = 'direct'", "counters"),
        ("UPDATE message SET number = 7 WHERE number = 2", "counters"),
        ("DELETE FROM event WHERE seq = 3", "counters"),
        ("DELETE FROM search_text WHERE id = 1", "words for search"),
    ],
)
async def test_damage_is_found(
    store: DatabaseStore, cast: Cast, database: Database, damage: str, found: str
) -> None:
    await post(store, cast.asha, cast.direct, "one")
    await post(store, cast.asha, cast.direct, "two")
    await store.stop()
    change(database, damage)
    serious = [finding.text for finding in check(database, in_use=False) if finding.serious]
    assert any(found in text for text in serious), serious


@pytest.mark.parametrize(
    ("database", "damage", "found"),
    [
        ("sqlite", "UPDATE search_text SET text = 'three' WHERE id = 1", "search index does not fit"),
        ("sqlite", "UPDATE message SET author_id = 4711 WHERE number = 1", "refers to a row"),
        ("postgresql", "DELETE FROM search_index WHERE id = 1", "search index does not fit"),
    ],
    indirect=["database"],
)
async def test_damage_that_only_one_engine_can_have_is_found(
    store: DatabaseStore, cast: Cast, database: Database, damage: str, found: str
) -> None:
    await post(store, cast.asha, cast.direct, "one")
    await store.stop()
    change(database, damage)
    serious = [finding.text for finding in check(database, in_use=False) if finding.serious]
    assert any(found in text for text in serious), serious


async def test_a_file_that_is_none_of_ours_is_called_so(tmp_path: Path) -> None:
    (unreadable,) = find_damage(SQLite(_write(tmp_path / "text", b"hello " * 1_000)))
    assert "cannot be read" in unreadable
    (missing,) = find_damage(SQLite(tmp_path / "nowhere"))
    assert "no database" in missing
    assert not (tmp_path / "nowhere").exists()


def _spoil(backup: Path, what: str) -> None:
    if what == "text":
        backup.write_text("This is no database. " * 1_000)
    elif what == "empty":
        backup.write_bytes(b"")
    elif what == "torn":
        whole = bytearray(backup.read_bytes())
        whole[8_192:40_960] = bytes(32_768)
        backup.write_bytes(whole)
    else:
        with closing(sqlite3.connect(backup)) as other, other:
            other.execute(
                "DROP TABLE alembic_version"
                if what == "foreign"
                else "UPDATE alembic_version SET version_num = '9999'"
            )


def _copy_as_it_stands(database: Path, target: Path) -> None:
    """As a server leaves it that is killed now: with its log."""
    for besides in ("", "-wal"):
        Path(f"{target}{besides}").write_bytes(Path(f"{database}{besides}").read_bytes())


def _read_all(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name != "lock"}


def _write(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path
