"""What the disk and the database can do without a server, as a process of its own: one number a second is printed.

What stands beside the posts, batch for batch, has the settings and tables of the server's own writer.

`flushes FOLDER SECONDS`: a page written and flushed, one after the other.
`posts FOLDER SECONDS BATCH`: what so many posts in one room change in the tables, committed together.
`pages FOLDER SECONDS ROOM`: the rows of the newest 50 messages of a room.
"""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from bench.server.load import TEXT
from bench.server.machine import SERVER, on_core
from bench.server.workspace import Room, furnish
from deskchat.domain.search import tokens
from deskchat.storage.folder import DataFolder
from deskchat.storage.search_index import name_room
from deskchat.storage.sqlite import create_writer

PAGE = bytes(4096)
_MESSAGE = (
    "INSERT INTO message (id, room_id, number, author_id, key, seq, created, changed, text, mentions)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, '')"
)
_EVENT = "INSERT INTO event (room_id, seq, kind, number, created) VALUES (?, ?, 'message.posted', ?, ?)"
_WORDS = "INSERT INTO search_text (id, text, room) VALUES (?, ?, ?)"
_INDEX = "INSERT INTO search_index (rowid, text, room) VALUES (?, ?, ?)"
_ROOM = "UPDATE room SET last_number = ?, last_seq = ? WHERE id = ?"
_MARK = (
    "UPDATE member SET read_number = ?, read_change = read_change + 1, seen_number = ?"
    " WHERE user_id = ? AND room_id = ?"
)
_CHANGE = "UPDATE user SET changes = changes + 1 WHERE id = ?"
_LATEST = (
    "SELECT number, author_id, key, text, created, changed, edited, deleted, mentions FROM message"
    " WHERE room_id = ? ORDER BY number DESC LIMIT 50"
)


def measure(
    what: str, folder: Path, seconds: float, *more: int, preload: dict[str, str] | None = None
) -> float:
    """In a process of its own on the server's core: so many a second."""
    command = [sys.executable, "-m", "bench.server.bare", what, str(folder), str(seconds), *map(str, more)]
    with on_core(SERVER):
        said = subprocess.run(
            command, env={**os.environ, **(preload or {})}, stdout=subprocess.PIPE, text=True, check=True
        )
    return float(said.stdout)


def count_flushes(folder: Path, seconds: float) -> float:
    with (folder / "flushed").open("wb", buffering=0) as file:
        # Its size does not change, as that of a log that is written anew does not.
        file.write(PAGE * 256)
        os.fsync(file.fileno())
        place = 0

        def flush() -> int:
            nonlocal place
            place = (place + 1) % 256
            os.pwrite(file.fileno(), PAGE, place * len(PAGE))
            os.fdatasync(file.fileno())
            return 1

        return _count(flush, seconds)


def count_posts(folder: Path, seconds: float, batch: int) -> float:
    (room,) = furnish(folder, [max(batch, 2)])
    with create_writer(DataFolder(folder).database).connect() as connection:
        driver = connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        return _count(Posts(driver, room, batch).commit_batch, seconds)


class Posts:
    def __init__(self, connection: sqlite3.Connection, room: Room, batch: int) -> None:
        self._connection = connection
        self._room = room
        self._batch = batch
        self._words = " ".join(tokens(TEXT))
        self._last = 0

    def commit_batch(self) -> int:
        room, now = self._room.id, time.time_ns() // 1_000_000
        first = self._last + 1
        self._last += self._batch
        numbers = range(first, self._last + 1)
        people = [person.id for person in self._room.people[: self._batch]]
        written = [(number, self._words, name_room(room)) for number in numbers]
        seq = self._room.seq
        run = self._connection.executemany
        self._connection.execute("BEGIN IMMEDIATE")
        self._connection.execute(_ROOM, (self._last, seq + self._last, room))
        run(
            _MESSAGE,
            [
                (number, room, number, by, f"key-{number}", seq + number, now, seq + number, TEXT)
                for number, by in zip(numbers, people, strict=True)
            ],
        )
        run(_WORDS, written)
        run(_INDEX, written)
        run(_EVENT, [(room, seq + number, number, now) for number in numbers])
        run(_MARK, [(number, number, by, room) for number, by in zip(numbers, people, strict=True)])
        run(_CHANGE, [(by,) for by in people])
        self._connection.execute("COMMIT")
        return self._batch


def count_pages(folder: Path, seconds: float, room: int) -> float:
    connection = sqlite3.connect(f"file:{DataFolder(folder).database}?mode=ro", uri=True)

    def read() -> int:
        assert len(connection.execute(_LATEST, (room,)).fetchall()) == 50
        return 1

    return _count(read, seconds)


def _count(act: Callable[[], int], seconds: float) -> float:
    """Of what each call says it has done, how much a second; a tenth of the time to get warm before."""
    _act_for(act, seconds / 10)
    begun = time.monotonic()
    done = _act_for(act, seconds)
    return done / (time.monotonic() - begun)


def _act_for(act: Callable[[], int], seconds: float) -> int:
    until = time.monotonic() + seconds
    done = 0
    while time.monotonic() < until:
        done += act()
    return done


if __name__ == "__main__":
    what, folder, seconds, *more = sys.argv[1:]
    counts = {"flushes": count_flushes, "posts": count_posts, "pages": count_pages}
    sys.stdout.write(f"{counts[what](Path(folder), float(seconds), *map(int, more))}\n")  # type: ignore[operator]
