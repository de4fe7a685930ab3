"""Workspaces with a history: as many messages as one likes, put straight into the tables, with their words."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import accumulate, islice
from pathlib import Path
from random import Random

from bench.server.workspace import Person, Room, hire, open_rooms, within
from deskchat.domain.ports import Store
from deskchat.domain.search import tokens
from deskchat.domain.sessions import DAY
from deskchat.storage.folder import DataFolder
from deskchat.storage.search_index import name_room

ROOMS = 500
COMMON, RARE, BEGINNING = "invoice", "xylophone", "ba"
"""Words: one is in every tenth message, one in twenty of all; the beginning of hundreds of words."""

_RARE_ONES = 20
_PEOPLE = 200
_SENTENCES = 20_000
_AT_ONCE = 50_000
_SPAN = 25 * DAY
"""Events of before are forgotten after thirty days."""

_FAST = ("journal_mode = OFF", "synchronous = OFF", "cache_size = -1000000", "foreign_keys = OFF")
_MESSAGE = (
    "INSERT INTO message (id, room_id, number, author_id, key, seq, created, changed, text, mentions)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, '')"
)
_WORDS = "INSERT INTO search_text (id, text, room) VALUES (?, ?, ?)"
_INDEX = "INSERT INTO search_index (rowid, text, room) VALUES (?, ?, ?)"
_EVENT = "INSERT INTO event (room_id, seq, kind, number, created) VALUES (?, ?, 'message.posted', ?, ?)"
_HEADS = "UPDATE room SET last_number = ?, last_seq = ? WHERE id = ?"
_MARKS = "UPDATE member SET read_number = ?, seen_number = ? WHERE room_id = ?"


@dataclass(frozen=True)
class History:
    """The first room, which has a fifth of all messages, and many others. `seq` of each is that of its last event.

    `everywhere` is in all of them, `hardly` in five that are not the first one.
    """

    messages: int
    rooms: Sequence[Room]
    heads: Sequence[int]
    """The number of the last message of each."""
    everywhere: Person
    hardly: Person

    @property
    def first(self) -> Room:
        return self.rooms[0]


def write(folder: Path, messages: int) -> History:
    everywhere, hardly, rooms = within(folder, _found)
    with closing(sqlite3.connect(DataFolder(folder).database, isolation_level=None)) as connection:
        for pragma in _FAST:
            connection.execute(f"PRAGMA {pragma}")
        heads = _fill(connection, rooms, messages)
    told = [Room(room.id, room.seq + head, room.people) for room, head in zip(rooms, heads, strict=True)]
    return History(messages, told, heads, everywhere, hardly)


async def _found(store: Store) -> tuple[Person, Person, list[Room]]:
    everywhere, hardly, *others = await hire(store, _PEOPLE)
    groups = []
    for number in range(ROOMS):
        first = number * 4 % (len(others) - 4)
        also = [hardly] if _is_small(number) else []
        groups.append([everywhere, *others[first : first + 4], *also])
    return everywhere, hardly, await open_rooms(store, groups)


def _is_small(number: int) -> bool:
    """Whether it is one of the five."""
    return number % 100 == 50


def _fill(connection: sqlite3.Connection, rooms: Sequence[Room], messages: int) -> list[int]:
    """The number of the last message of each room."""
    heads = [0] * ROOMS
    rows = _rows(rooms, messages, heads)
    while some := list(islice(rows, _AT_ONCE)):
        connection.execute("BEGIN")
        connection.executemany(_MESSAGE, [row for row, _ in some])
        words = [(row[0], text, name_room(row[1])) for row, text in some]
        connection.executemany(_WORDS, words)
        connection.executemany(_INDEX, words)
        connection.executemany(_EVENT, sorted((row[1], row[5], row[2], row[6]) for row, _ in some))
        connection.execute("COMMIT")
    told = list(zip(rooms, heads, strict=True))
    connection.execute("BEGIN")
    connection.executemany(_HEADS, [(head, room.seq + head, room.id) for room, head in told])
    # Three are unread by everybody.
    connection.executemany(_MARKS, [(max(0, head - 3), max(0, head - 3), room.id) for room, head in told])
    connection.execute("COMMIT")
    return heads


Row = tuple[int, int, int, int, str, int, int, int, str]


def _rows(rooms: Sequence[Room], messages: int, heads: list[int]) -> Iterator[tuple[Row, str]]:
    """Of each message its row, and its words. Counts them in `heads`."""
    dice = Random(messages)
    sentences = _make_sentences(dice)
    begun = time.time_ns() // 1_000_000 - _SPAN
    rare = {messages // _RARE_ONES * count: _find_rare_room(count) for count in range(_RARE_ONES)}
    for place in range(messages):
        text, words = sentences[dice.randrange(_SENTENCES)]
        if place in rare:
            text, words = f"{text} {RARE}", f"{words} {RARE}"
        number = rare.get(place, 0 if place % 5 == 0 else 1 + place % (ROOMS - 1))
        room, head = rooms[number], heads[number] + 1
        heads[number] = head
        seq, created = room.seq + head, begun + _SPAN * place // messages
        by, key = room.people[place % 5].id, f"{dice.getrandbits(128):032x}"
        yield (place + 1, room.id, head, by, key, seq, created, seq, text), words


def _find_rare_room(count: int) -> int:
    """A few are where somebody can find them who is hardly anywhere."""
    return 50 + 100 * (count // 4) if count % 4 == 0 else 1 + count * 37 % (ROOMS - 1)


def _make_sentences(dice: Random) -> list[tuple[str, str]]:
    """Texts and their words: some words are in most of them, most in few."""
    vocabulary = [_make_word(dice) for _ in range(20_000)]
    weights = list(accumulate(1 / rank for rank in range(1, len(vocabulary) + 1)))
    made = []
    for number in range(_SENTENCES):
        chosen = dice.choices(vocabulary, cum_weights=weights, k=dice.randrange(4, 21))
        text = " ".join([*chosen, COMMON] if number % 10 == 0 else chosen).capitalize() + "."
        made.append((text, " ".join(tokens(text))))
    return made


def _make_word(dice: Random) -> str:
    return "".join(dice.choice("bdfgklmnprst") + dice.choice("aeiou") for _ in range(dice.randrange(1, 5)))
