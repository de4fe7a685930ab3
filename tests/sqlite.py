"""A database in a file, as one is that a server has made: a copy, since making one takes long."""

import sqlite3
from contextlib import closing
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from deskchat.storage.sqlite import SQLite, create_private
from deskchat.storage.store import prepare


def make_migrated(path: Path) -> SQLite:
    """With all tables and nothing in them: not even an organisation, so that each has one of its own."""
    create_private(path)
    path.write_bytes(_read_migrated())
    return SQLite(path)


@cache
def _read_migrated() -> bytes:
    with TemporaryDirectory() as temporary:
        path = Path(temporary) / "migrated"
        prepare(SQLite(path))
        with closing(sqlite3.connect(path)) as database, database:
            database.execute("DELETE FROM organisation")
        return path.read_bytes()
