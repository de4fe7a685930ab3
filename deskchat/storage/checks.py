"""What can be wrong with a database, looked for in all of it: for the doctor, and before a backup is restored."""

import sqlite3
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Column, Connection, ScalarSelect, func, or_, select
from sqlalchemy.exc import DatabaseError

from deskchat.storage.engine import Deadline, create_reader, create_writer
from deskchat.storage.schema import event, member, message, room, search_text

_WAL_RESET_FIXED = (3, 51, 3)


@dataclass(frozen=True)
class Finding:
    """`serious`: something of the database is wrong. Otherwise it is good to know."""

    serious: bool
    text: str


def check(database: Path, *, in_use: bool) -> list[Finding]:
    """Everything found. Beside a running server (`in_use`) only what can be looked at without holding it up."""
    findings = [Finding(True, text) for text in find_damage(database)]
    if in_use:
        findings.append(Finding(False, "The search index is only checked while no server runs."))
    else:
        findings += [Finding(True, text) for text in _find_wrong_index(database)]
    return findings + _judge_engine(sqlite3.sqlite_version_info)


def find_damage(database: Path) -> list[str]:
    """What is broken in a file, in words; only reads."""
    if not database.is_file():
        return [f"There is no database at {database}."]
    try:
        with create_reader(database, Deadline()).connect() as connection:
            return _find_broken_pages(connection) or [
                *_find_broken_references(connection),
                *_find_wrong_counters(connection),
                *_find_wrong_words(connection),
            ]
    except DatabaseError as error:
        return [f"The file cannot be read as a Deskchat database: {error.orig}."]


def _find_broken_pages(connection: Connection) -> list[str]:
    rows = connection.exec_driver_sql("PRAGMA integrity_check").scalars()
    return [f"The file is damaged: {row}." for row in rows if row != "ok"]


def _find_broken_references(connection: Connection) -> list[str]:
    rows = connection.exec_driver_sql("PRAGMA foreign_key_check")
    return [f"A row of {row[0]} refers to a row of {row[2]} that is not there." for row in rows]


def _find_wrong_counters(connection: Connection) -> list[str]:
    """Numbers and seqs are dense, and every room knows where it stands."""
    messages = select(func.count()).where(message.c.room_id == room.c.id).scalar_subquery()
    last_number = _last(message.c.number, message.c.room_id)
    events = select(func.count()).where(event.c.room_id == room.c.id).scalar_subquery()
    last_seq = _last(event.c.seq, event.c.room_id)
    first_seq = select(func.min(event.c.seq)).where(event.c.room_id == room.c.id).scalar_subquery()
    members = select(func.count()).where(member.c.room_id == room.c.id).scalar_subquery()
    wrong = select(room.c.id).where(
        or_(
            room.c.last_number != messages,
            room.c.last_number != last_number,
            room.c.last_seq != last_seq,
            room.c.last_seq != func.coalesce(first_seq, 1) + events - 1,
            room.c.members != members,
        )
    )
    return [f"The counters of room {id_} are wrong." for id_ in connection.execute(wrong).scalars()]


def _find_wrong_words(connection: Connection) -> list[str]:
    """A message has its words in the index, and a deleted one has none."""
    kept = message.outerjoin(search_text, search_text.c.id == message.c.id)
    wrong = (
        select(func.count())
        .select_from(kept)
        .where(message.c.deleted.is_(None) == search_text.c.id.is_(None))
    )
    count = connection.execute(wrong).scalar_one()
    return [f"{count} messages have too few or too many words for search."] if count else []


def _find_wrong_index(database: Path) -> list[str]:
    try:
        with create_writer(database).begin() as connection:
            connection.exec_driver_sql(
                "INSERT INTO search_index (search_index, rank) VALUES ('integrity-check', 1)"
            )
    except DatabaseError as error:
        return [f"The search index does not fit the messages: {error.orig}."]
    return []


def _judge_engine(version: tuple[int, int, int]) -> list[Finding]:
    if version >= _WAL_RESET_FIXED:
        return []
    return [
        Finding(
            False,
            f"SQLite {'.'.join(map(str, version))} can damage a database that two processes write back at once "
            "(fixed in 3.51.3). Deskchat never does that: let no other program write to the data folder.",
        )
    ]


def _last(number: Column[int], of_room: Column[int]) -> ScalarSelect[int]:
    return select(func.coalesce(func.max(number), 0)).where(of_room == room.c.id).scalar_subquery()
