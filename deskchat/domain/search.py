"""Finding messages by their words: what a text's tokens are, on every engine alike.

The engines' own tokenisers disagree on accents, CJK and addresses, so the application makes the tokens and the
engines only keep them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import TYPE_CHECKING

from msgspec import Struct

from deskchat.domain.ids import Id
from deskchat.domain.membership import get_membership
from deskchat.domain.messages import Message
from deskchat.domain.users import Profile

if TYPE_CHECKING:
    from deskchat.domain.ports import Transaction

NORMALISER_VERSION = 1
"""Kept with the index; raise it with every change of `tokens`, and the index is made anew in chunks."""

MOST_WORDS = 16
LARGEST_FIND = 50

# Letters and digits, and the vowel signs of India and South-East Asia, which are no letters to a regular expression.
_WORD = re.compile(
    "(?:[^\\W_]|[\u0900-\u0963\u0966-\u096f\u0971-\u0df3\u0e31-\u0e3a\u0e47-\u0e4e\u0eb1-\u0ebc\u0ec8-\u0ece"
    "\u102b-\u103e\u1056-\u109d\u17b4-\u17d3])+"
)
_PLAIN_WORD = re.compile("[0-9a-z]+")
"""The same where all is ASCII."""
# Scripts that put no spaces between words.
_UNSPACED_RUN = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
    "\uff66-\uff9f\U00020000-\U0003ffff]+"
)
# Letters that people type without their stroke, and that no decomposition takes apart.
_PLAIN = str.maketrans(
    {"ı": "i", "ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ħ": "h"}
)


class Hit(Struct, frozen=True):
    """A message found, and its room."""

    room: Id
    message: Message


class Found(Struct, frozen=True):
    """Hits, newest first; `before` continues after them, None at the end; `people` are their authors."""

    hits: list[Hit]
    people: list[Profile]
    before: int | None


class Phrase(Struct, frozen=True):
    """Tokens that stand next to each other; the last one may only begin a word if `open`."""

    tokens: list[str]
    open: bool


def tokens(text: str) -> list[str]:
    """Casefolded words without marks; runs of scripts without spaces as overlapping pairs."""
    if text.isascii():
        return _PLAIN_WORD.findall(text.lower())
    words: list[str] = _WORD.findall(_fold(text))
    return [token for word in words for token in ([word] if word.isascii() else _split(word))]


def name_words(name: str) -> list[str]:
    """By which words a name is found. One of signs alone is found by its signs."""
    # No name holds a control character. Of these the first cannot even be asked for on every engine.
    return tokens(name) or name.replace("\0", "\1").casefold().split()


def phrases(query: str) -> list[Phrase]:
    """What somebody typed, as phrases that must all be in a message; the last word may still be unfinished."""
    words = [found for word in query.split()[:MOST_WORDS] if (found := tokens(word))]
    return [Phrase(found, open=index == len(words) - 1) for index, found in enumerate(words)]


def find_messages(
    tx: Transaction,
    by: int,
    query: str,
    *,
    room: int | None = None,
    before: int | None = None,
    limit: int = 20,
) -> Found:
    """The newest messages in one's own rooms (or one of them) that hold all words; nothing for no words."""
    if room is not None:
        get_membership(tx, by, room)
    wanted = phrases(query)
    if not wanted:
        return Found([], [], None)
    hits, earlier = tx.search.find(by, wanted, room=room, before=before, limit=limit)
    people = tx.users.list_profiles(sorted({hit.message.author for hit in hits}))
    return Found(hits, people, earlier)


def _fold(text: str) -> str:
    # Casefolding first: it turns İ into i and a mark, which goes with the others.
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(character for character in decomposed if not unicodedata.combining(character))
    # Hangul was taken apart above; a pair of syllables is a word's stem, a pair of letters is noise.
    return unicodedata.normalize("NFC", kept).casefold().translate(_PLAIN)


def _split(word: str) -> Iterator[str]:
    end = 0
    for run in _UNSPACED_RUN.finditer(word):
        if run.start() > end:
            yield word[end : run.start()]
        yield from _pairs(run.group())
        end = run.end()
    if end < len(word):
        yield word[end:]


def _pairs(run: str) -> Iterator[str]:
    if len(run) == 1:
        yield run
    for index in range(len(run) - 1):
        yield run[index : index + 2]
