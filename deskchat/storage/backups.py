"""The folder of backups that the server makes of its own database (`domain.ports.Backups`)."""

import asyncio
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from errno import ENOSPC
from pathlib import Path

import structlog

from deskchat.domain.backups import KEPT, Backup, BackupList
from deskchat.domain.errors import Busy, NotAllowed, StorageFull
from deskchat.domain.ports import Backups
from deskchat.storage.backup import back_up
from deskchat.storage.engine import Database
from deskchat.storage.sqlite import SQLite

ELSEWHERE = "This workspace is kept in PostgreSQL. Back it up with pg_dump, and restore it with pg_restore."

_PATTERN = "deskchat-*.sqlite3"

log = structlog.get_logger(__name__)


class BackupFolder:
    """Used on the event loop; the work is done in threads, beside everything else. One backup at a time."""

    def __init__(self, database: Path, folder: Path, clock: Callable[[], int]) -> None:
        self._database = database
        self._folder = folder
        self._clock = clock
        self._is_making = False

    async def list_kept(self) -> BackupList:
        return await asyncio.to_thread(self._list)

    async def make(self) -> Backup:
        """Busy while another is being made; StorageFull. What was there before stays unless the new one is whole."""
        if self._is_making:
            raise Busy("A backup is being made already.", retry_after=5)
        self._is_making = True
        try:
            return await asyncio.to_thread(self._make)
        finally:
            self._is_making = False

    def _list(self) -> BackupList:
        return BackupList(str(self._folder), KEPT, [_describe(path) for path in self._find()])

    def _make(self) -> Backup:
        self._folder.mkdir(mode=0o700, exist_ok=True)
        seconds, milliseconds = divmod(self._clock(), 1000)
        made = datetime.fromtimestamp(seconds, UTC)
        target = self._folder / f"deskchat-{made:%Y-%m-%d-%H%M%S}-{milliseconds:03}.sqlite3"
        try:
            back_up(self._database, target)
        except (OSError, sqlite3.Error) as error:
            _give_up(self._folder, error)
        for old in self._find()[KEPT:]:
            old.unlink()
        log.info("backup-made", name=target.name)
        return _describe(target)

    def _find(self) -> list[Path]:
        """The newest first: the names are their times."""
        return sorted(self._folder.glob(_PATTERN), reverse=True)


class NoBackups:
    """Of a database that is not in the data folder: its copies are made where it is."""

    async def list_kept(self) -> BackupList:
        return BackupList("", 0, [])

    async def make(self) -> Backup:
        raise NotAllowed(ELSEWHERE)


def choose(database: Database, folder: Path, clock: Callable[[], int]) -> Backups:
    return BackupFolder(database.path, folder, clock) if isinstance(database, SQLite) else NoBackups()


def _give_up(folder: Path, error: OSError | sqlite3.Error) -> None:
    """Takes away what was begun. Raises StorageFull for want of room, or the error itself."""
    for begun in folder.glob("*.partial"):
        begun.unlink()
    if _is_full(error):
        raise StorageFull from error
    raise error


def _is_full(error: OSError | sqlite3.Error) -> bool:
    if isinstance(error, OSError):
        return error.errno == ENOSPC
    return error.sqlite_errorcode == sqlite3.SQLITE_FULL


def _describe(backup: Path) -> Backup:
    status = backup.stat()
    return Backup(backup.name, status.st_mtime_ns // 1_000_000, status.st_size)
