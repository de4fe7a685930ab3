"""A walk over the messages that hold some words: what is wanted, and where it ends."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from deskchat.domain.ids import LARGEST_ID
from deskchat.domain.search import Phrase

PROBED = 1_000
"""How many of the newest, of whatever room, are looked at before the rooms are named to the index."""

MOST_PASSED = 10_000
"""How many matches in the user's own rooms are looked at for one answer: the author or time wanted may be rare."""

AFTER_ALL = LARGEST_ID + 1
_FIRST_OF_CJK = "\u3040"


class Way(NamedTuple):
    """Which messages by id, the ends left out, and from which end on."""

    after: int = 0
    before: int = AFTER_ALL
    newest_first: bool = True


class Match(NamedTuple):
    id: int
    room: int
    author: int
    created: int


class Wanted(NamedTuple):
    """Messages with these words, in these rooms, of which `fits` is true as well."""

    words: list[Phrase]
    rooms: set[int]
    fits: Callable[[Match], bool] = lambda _: True


class Walked(NamedTuple):
    """Ids in the order of the walk; `reached`: where it was broken off, None at the end or when there were enough."""

    found: list[int]
    reached: int | None


def pick(matches: Iterable[Match], wanted: Wanted, most: int, limit: int) -> Walked:
    """Of matches in the order of the walk, of which there are `most` if there may be more, the first `limit`."""
    found: list[int] = []
    seen, last = 0, None
    for match in matches:
        seen, last = seen + 1, match.id
        if match.room in wanted.rooms and wanted.fits(match):
            found.append(match.id)
        if len(found) == limit:
            return Walked(found, None)
    return Walked(found, last if seen == most else None)


def may_be_unfinished(phrase: Phrase) -> bool:
    """A single letter begins every tenth word: it would cost the most and tell the least. A single 漢 is a word."""
    beginning = phrase.tokens[-1]
    return phrase.open and (len(beginning) > 1 or beginning >= _FIRST_OF_CJK)
