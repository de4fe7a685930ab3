"""Mentions: whom a text names by `@` and their whole name. The text is the truth; nothing else is sent or edited."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from deskchat.domain.text import LONGEST_NAME

if TYPE_CHECKING:
    from deskchat.domain.ports import Transaction

MOST_LOOKED_AT = 20
"""Signs in one text; what comes after is text like any other."""
MOST_WORDS = 8
"""Words of a name that may be mentioned."""

# Not within a word: an email address mentions nobody.
_SIGN = re.compile(r"(?<!\w)@(?=\S)")
_WORD_ENDS = re.compile(r"(?<=[^\s])(?=\W|$)")


def find_mentioned(tx: Transaction, room: int, text: str) -> tuple[int, ...]:
    """The active members that a text names, in the order in which it does. Of two names that fit, the longer one."""
    if "@" not in text:
        return ()
    places = [found.end() for found in _SIGN.finditer(text)][:MOST_LOOKED_AT]
    possible = {name for place in places for name in _list_possible(text, place)}
    members = tx.rooms.find_named(room, sorted(possible))
    return tuple(dict.fromkeys(user for place in places for user in _name_at(text, place, members)))


def _list_possible(text: str, place: int) -> Iterator[str]:
    """Every beginning of what stands there that could be a name."""
    line = text[place : place + LONGEST_NAME + 1].split("\n", 1)[0]
    ends = (found.start() for found in _WORD_ENDS.finditer(line))
    for _, end in zip(range(MOST_WORDS), ends, strict=False):
        if end <= LONGEST_NAME:
            yield line[:end]


def _name_at(text: str, place: int, members: dict[int, str]) -> list[int]:
    fitting = {user: name for user, name in members.items() if _stands_at(text, place, name)}
    longest = max(map(len, fitting.values()), default=0)
    return sorted(user for user, name in fitting.items() if len(name) == longest)


def _stands_at(text: str, place: int, name: str) -> bool:
    end = place + len(name)
    is_ended = end >= len(text) or not (text[end].isalnum() or text[end] == "_")
    return is_ended and text[place:end].casefold() == name.casefold()
