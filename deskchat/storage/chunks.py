"""Long lists, in pieces that fit into one statement."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")

LARGEST_CHUNK = 500


def in_chunks(items: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), LARGEST_CHUNK):
        yield items[start : start + LARGEST_CHUNK]
