"""The program as a function: what it was told, how it ended, what it said."""

from collections.abc import Callable
from typing import NamedTuple


class Said(NamedTuple):
    code: int
    out: str
    err: str

    def assert_told_plainly(self, *words: str) -> None:
        """A mistake of a person's, explained to them in a sentence."""
        assert self.code == 1
        assert self.err.startswith("deskchat: ")
        assert "Traceback" not in self.err
        for word in words:
            assert word in self.err


Run = Callable[..., Said]
