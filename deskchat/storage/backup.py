"""Backups: made beside a running server, and put back when none runs."""

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy.exc import DatabaseError

from deskchat.storage.checks import find_damage
from deskchat.storage.folder import DataFolder
from deskchat.storage.links import withdraw_all
from deskchat.storage.migrations import find_revision, migrate
from deskchat.storage.organisation import begin_epoch
from deskchat.storage.sessions import end_all
from deskchat.storage.sqlite import SQLite, create_private, create_writer

_BESIDES = ("-wal", "-shm")


class NotABackup(Exception):
    """A file that cannot be restored. Nothing was changed."""


def back_up(database: Path, target: Path) -> None:
    """All that is committed, in one file for its owner alone, which is whole once it is there. FileExistsError."""
    if target.exists():
        raise FileExistsError(f"{target} is there already.")
    partial = target.with_name(f"{target.name}.partial")
    partial.unlink(missing_ok=True)
    create_private(partial)
    with closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=rw", uri=True)) as source:
        source.execute("VACUUM INTO ?", (str(partial),))
    _flush(partial)
    partial.replace(target)
    _flush(target.absolute().parent)


def restore(backup: Path, folder: DataFolder) -> Path | None:
    """Puts a backup in the place of the folder's database; where that one is kept now (None if there was none).

    FolderInUse under a running server; NotABackup; DatabaseTooNew. Everybody is signed out, for the backup may know
    devices that have been revoked since, and clients drop what they hold of the time after it.
    """
    with folder.lock():
        restored = _prepare(backup, folder.path / "restored.sqlite3")
        replaced = _set_aside(folder.database)
        restored.replace(folder.database)
        _flush(folder.path)
    return replaced


def _prepare(backup: Path, restored: Path) -> Path:
    """A copy beside the database, brought up to date and looked through."""
    _remove(restored)
    create_private(restored)
    try:
        shutil.copyfile(backup, restored)
        _renew(restored)
        damage = find_damage(SQLite(restored))
        if damage:
            raise NotABackup(f"{backup} cannot be restored. {damage[0]}")
    except DatabaseError as error:
        _remove(restored)
        raise NotABackup(f"{backup} cannot be read: {error.orig}.") from error
    except BaseException:
        _remove(restored)
        raise
    _flush(restored)
    return restored


def _renew(restored: Path) -> None:
    with create_writer(restored).begin() as connection:
        if find_revision(connection) is None:
            raise NotABackup("This file is not a backup of Deskchat.")
        migrate(connection)
        begin_epoch(connection)
        end_all(connection)
        # Which of them were used or withdrawn since, nobody knows any more.
        withdraw_all(connection)


def _set_aside(database: Path) -> Path | None:
    """Gives the database a second name; the first is then free to be replaced in one step."""
    if not database.exists():
        return None
    replaced = database.with_name(f"replaced.{database.name}")
    _remove(replaced)
    _write_back(database)
    os.link(database, replaced)
    for besides in _BESIDES:
        left = Path(f"{database}{besides}")
        if left.exists():
            left.replace(f"{replaced}{besides}")
    return replaced


def _write_back(database: Path) -> None:
    """Closing the last connection writes the log into the file. One too damaged for that keeps its log beside it."""
    try:
        with create_writer(database).connect():
            pass
    except DatabaseError:
        return


def _remove(database: Path) -> None:
    database.unlink(missing_ok=True)
    for besides in _BESIDES:
        Path(f"{database}{besides}").unlink(missing_ok=True)


def _flush(path: Path) -> None:
    """To the disk: a file's content, or the names in a folder."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
