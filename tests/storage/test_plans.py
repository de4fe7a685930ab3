"""What is asked often costs the same however much has been written: every step goes by an index."""

import re
import sqlite3
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from sqlalchemy import Connection
from typing_extensions import override

from deskchat.domain import events, messages, preferences, reading, rooms, search, sessions, users
from deskchat.domain.lists import (
    MessageFilter,
    MessagePlace,
    ProfileFilter,
    ProfilePlace,
    RoomFilter,
    RoomPlace,
    list_messages,
    list_profiles,
    list_profiles_after,
    list_rooms,
)
from deskchat.domain.metrics import StoreMetrics
from deskchat.domain.preferences import Preferences
from deskchat.storage.transaction import DatabaseTransaction
from deskchat.storage.writer import carry_out
from tests.cast import Cast
from tests.storage.conftest import Clock, on_sqlite_only
from tests.storage.steps import carry_out_one, command, gather_by_hand

BOUNDED = {
    "SCAN organisation": "has one row",
    "SCAN user USING INDEX ix_user_folded_name": "by name, and ends when enough are found",
    "SCAN wanted VIRTUAL TABLE INDEX 1:": "what was asked for at once",
    "SCAN counted": "what a limit has let through",
    "SCAN user": "the people there are, for a list of all of them",
}

DARK = Preferences("dark", "system", "comfortable", "system")

HOT: dict[str, Callable[[DatabaseTransaction, Cast], object]] = {
    "post": lambda tx, cast: messages.post(tx, cast.asha.id, cast.group, "new", "hello"),
    "post a mention": lambda tx, cast: messages.post(tx, cast.asha.id, cast.group, "new", "@Bela Kovács"),
    "post again": lambda tx, cast: messages.post(tx, cast.asha.id, cast.group, "first", "hello world"),
    "edit": lambda tx, cast: messages.edit(tx, cast.asha.id, cast.group, 1, "hello there"),
    "delete": lambda tx, cast: messages.delete(tx, cast.asha.id, cast.group, 1),
    "newest page": lambda tx, cast: messages.get_page(tx, cast.bela.id, cast.group),
    "page before": lambda tx, cast: messages.get_page(tx, cast.bela.id, cast.group, before=2),
    "page after": lambda tx, cast: messages.get_page(tx, cast.bela.id, cast.group, after=0),
    "revisions": lambda tx, cast: messages.list_revisions(tx, cast.bela.id, cast.group, 1),
    "read": lambda tx, cast: reading.read(tx, cast.bela.id, cast.group, 1),
    "room list": lambda tx, cast: rooms.list_rooms(tx, cast.bela.id),
    "one room": lambda tx, cast: rooms.get_room(tx, cast.bela.id, cast.direct),
    "rooms of": lambda tx, cast: tx.rooms.list_rooms_of(cast.bela.id),
    "mark unread": lambda tx, cast: reading.mark_unread(tx, cast.bela.id, cast.group, 1),
    "seen marks": lambda tx, cast: reading.list_seen_marks(tx, cast.bela.id, cast.group),
    "who saw": lambda tx, cast: reading.find_who_saw(tx, cast.bela.id, cast.group, 1),
    "notify": lambda tx, cast: rooms.set_notify(tx, cast.bela.id, cast.group, "nothing"),
    "members": lambda tx, cast: rooms.list_members(tx, cast.bela.id, cast.group, None, 2),
    "members after one": lambda tx, cast: rooms.list_members(
        tx, cast.bela.id, cast.group, f"{cast.bela.id}-bela kovacs", 2
    ),
    "find members": lambda tx, cast: [
        rooms.find_members(tx, cast.bela.id, cast.group, name, 8) for name in ("", "da", "dana l")
    ],
    "find addable": lambda tx, cast: [
        rooms.find_addable(tx, cast.asha.id, cast.group, name, 8) for name in ("", "m")
    ],
    "open direct": lambda tx, cast: rooms.open_direct(tx, cast.chidi.id, cast.dana.id),
    "create group": lambda tx, cast: rooms.create_group(tx, cast.asha.id, "k", "New", [cast.bela.id]),
    "add members": lambda tx, cast: rooms.add_members(tx, cast.asha.id, cast.group, [cast.mallory.id]),
    "rename": lambda tx, cast: rooms.rename(tx, cast.asha.id, cast.group, "Launch 2"),
    "change role": lambda tx, cast: rooms.change_role(tx, cast.asha.id, cast.group, cast.bela.id, "owner"),
    "leave": lambda tx, cast: rooms.remove_member(tx, cast.bela.id, cast.group, cast.bela.id),
    "replay": lambda tx, cast: events.replay(tx, cast.bela.id, cast.group, 2),
    "search": lambda tx, cast: search.find_messages(tx, cast.bela.id, "hello wor"),
    "search a room": lambda tx, cast: search.find_messages(tx, cast.bela.id, "hello", room=cast.group),
    "people": lambda tx, _: [tx.users.find_profiles(name, 10) for name in ("", "as", "bela kov")],
    "rename oneself": lambda tx, cast: users.rename(tx, cast.bela.id, "Bela K."),
    "prefer": lambda tx, cast: preferences.prefer(tx, cast.bela.id, DARK),
    "list of rooms": lambda tx, cast: list_rooms(
        tx, cast.bela.id, RoomFilter(member=cast.asha.id), RoomPlace()
    ),
    "list of messages": lambda tx, cast: list_messages(
        tx, cast.bela.id, MessageFilter(), MessagePlace(size=1)
    ),
    "of an author since": lambda tx, cast: list_messages(
        tx, cast.bela.id, MessageFilter(author=cast.asha.id, since=1), MessagePlace("oldest", size=1)
    ),
    "the next ones": lambda tx, cast: list_messages(
        tx, cast.bela.id, MessageFilter(room=cast.group), MessagePlace(after=f"{2**42}-{cast.group}-1")
    ),
    "list of words": lambda tx, cast: list_messages(
        tx, cast.bela.id, MessageFilter("hello", until=2**42), MessagePlace(after=str(2**51))
    ),
    "profiles by name": lambda tx, cast: list_profiles(tx, cast.bela.id, ProfileFilter("as"), ProfilePlace()),
    "profiles by rooms": lambda tx, cast: list_profiles(
        tx, cast.bela.id, ProfileFilter(), ProfilePlace("rooms")
    ),
    "profiles after one": lambda tx, cast: list_profiles_after(
        tx, cast.bela.id, ProfileFilter(), cast.asha.id, 9
    ),
    "signed in": lambda tx, _: sessions.get_signed_in(tx, "token"),
    "alive": lambda tx, _: sessions.find_ended(tx, [1, 2]),
    "devices": lambda tx, cast: sessions.list_devices(tx, cast.asha.id, 1),
    "touch": lambda tx, _: sessions.touch(tx, 1),
}


@on_sqlite_only
@pytest.mark.parametrize("what", HOT)
async def test_nothing_that_is_asked_often_scans_a_table(
    connection: Connection, clock: Clock, what: str
) -> None:
    cast = await gather_by_hand(connection, clock)
    carry_out_one(connection, clock, lambda tx: _prepare(tx, cast))
    asked = record(connection, clock, lambda tx: HOT[what](tx, cast))
    assert asked
    for statement in asked:
        for step in _plan(connection, statement):
            assert _goes_by_an_index(step), f"{step} in {statement}"


@on_sqlite_only
async def test_what_is_looked_up_for_several_at_once_is_looked_up_by_both_halves(
    connection: Connection, clock: Clock
) -> None:
    cast = await gather_by_hand(connection, clock)
    carry_out_one(connection, clock, lambda tx: _prepare(tx, cast))
    asked = record(connection, clock, lambda tx: HOT["post"](tx, cast))
    plans = [_plan(connection, each) for each in asked if "wanted" in each]
    looked_up = {step for plan in plans for step in plan if re.match("SEARCH (message|member) ", step)}
    assert any("author_id=? AND key=?" in step for step in looked_up)
    assert any("user_id=? AND room_id=?" in step for step in looked_up)
    assert not any("(author_id=?)" in step or "(user_id=?)" in step for step in looked_up), looked_up


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
@pytest.mark.parametrize("what", HOT)
async def test_there_is_an_index_for_whatever_is_asked_often_on_postgresql_too(
    connection: Connection, clock: Clock, what: str
) -> None:
    """A table of a few rows it would read as a whole: told not to, it does so only where it has no index."""
    cast = await gather_by_hand(connection, clock)
    carry_out_one(connection, clock, lambda tx: _prepare(tx, cast))
    asked = _record_on_postgresql(connection, clock, lambda tx: HOT[what](tx, cast))
    assert asked
    for statement, values in asked:
        with connection.begin():
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
            plan = connection.exec_driver_sql(f"EXPLAIN (COSTS off) {statement}", values).scalars().all()
        scanned = {table for step in plan for table in re.findall(r"Seq Scan on (\S+)", step)}
        assert scanned <= {"organisation", '"user"'}, f"{plan} of {statement}"


@on_sqlite_only
async def test_finding_goes_from_the_index_of_words_to_the_messages_unsorted(
    connection: Connection, clock: Clock
) -> None:
    cast = await gather_by_hand(connection, clock)
    asked = record(connection, clock, lambda tx: HOT["search"](tx, cast))
    (plan,) = [_plan(connection, each) for each in asked if "MATCH" in each]
    assert len(plan) == 2
    assert plan[0].startswith("SCAN search_index VIRTUAL TABLE INDEX")
    assert plan[1] == "SEARCH message USING INTEGER PRIMARY KEY (rowid=?)"


@on_sqlite_only
async def test_the_room_list_looks_up_its_last_messages_and_counts_only_deleted_ones(
    connection: Connection, clock: Clock
) -> None:
    cast = await gather_by_hand(connection, clock)
    asked = record(connection, clock, lambda tx: HOT["room list"](tx, cast))
    plan = _plan(connection, next(each for each in asked if "last_number" in each))
    of_messages = [
        re.sub(r"sqlite_autoindex_message_\d", "UNIQUE", step) for step in plan if " message " in step
    ]
    assert of_messages == [
        "SEARCH message USING INDEX UNIQUE (room_id=? AND number=?) LEFT-JOIN",
        "SEARCH message USING COVERING INDEX ix_message_deleted (room_id=? AND number>?)",
    ]


def _prepare(tx: DatabaseTransaction, cast: Cast) -> None:
    sessions.start(tx, cast.asha.id, "token", "a desk")
    messages.post(tx, cast.asha.id, cast.group, "first", "hello world")
    messages.edit(tx, cast.asha.id, cast.group, 1, "hello new world")


def record(
    connection: Connection, clock: Clock, *works: Callable[[DatabaseTransaction], object]
) -> list[str]:
    """The statements of one batch as SQLite was asked, with the values in their places; not what it asks itself."""
    driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)
    asked: list[str] = []
    driver.set_trace_callback(asked.append)
    try:
        outcomes = carry_out(connection, [command(work) for work in works], clock, StoreMetrics())
    finally:
        driver.set_trace_callback(None)
    assert not any(outcome.refusal for outcome in outcomes)
    own = ("SELECT", "INSERT", "UPDATE", "DELETE")
    return [statement for statement in asked if statement.startswith(own) and "'main'." not in statement]


def _record_on_postgresql(
    connection: Connection, clock: Clock, work: Callable[[DatabaseTransaction], object]
) -> list[tuple[str, Any]]:
    """The statements, with values; of what is done for many rows, those of the first."""
    asked: list[tuple[str, Any]] = []

    class Recording(psycopg.Cursor[Any]):
        @override
        def execute(self, query: Any, params: Any = None, **how: Any) -> Any:
            asked.append((query, params))
            return super().execute(query, params, **how)

        @override
        def executemany(self, query: Any, params_seq: Any, **how: Any) -> None:
            asked.append((query, params_seq[0]))
            super().executemany(query, params_seq, **how)

    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    driver.cursor_factory = Recording
    try:
        carry_out_one(connection, clock, work)
    finally:
        driver.cursor_factory = psycopg.Cursor
    own = ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")
    return [(statement, values) for statement, values in asked if statement.startswith(own)]


def _plan(connection: Connection, statement: str) -> list[str]:
    with connection.begin():
        rows = connection.connection.cursor().execute(f"EXPLAIN QUERY PLAN {statement}")
        return [row[3] for row in rows]


def _goes_by_an_index(step: str) -> bool:
    if re.match(r"SCAN (?!search_(index|word) VIRTUAL TABLE INDEX)", step):
        return step in BOUNDED
    return True


@on_sqlite_only
@pytest.mark.parametrize("what", ["list of messages", "of an author since", "the next ones"])
async def test_a_list_of_messages_takes_from_each_room_by_its_time(
    connection: Connection, clock: Clock, what: str
) -> None:
    cast = await gather_by_hand(connection, clock)
    carry_out_one(connection, clock, lambda tx: _prepare(tx, cast))
    asked = record(connection, clock, lambda tx: HOT[what](tx, cast))
    steps = [step for each in asked for step in _plan(connection, each)]
    of_messages = {
        step.partition(" USING ")[2] for step in steps if re.match("SEARCH (message|first) ", step)
    }
    by = r"_by_author \(room_id=\? AND author_id=\?" if "author" in what else r"\w* \(room_id=\?"
    assert of_messages
    for step in of_messages:
        assert "PRIMARY KEY" in step or re.search(rf"INDEX ix_message_live{by}", step), step
