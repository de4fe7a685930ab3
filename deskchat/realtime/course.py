"""The course of numbered news: each number once, and none before the one before it, however they come in."""

from __future__ import annotations

from typing import Generic, TypeVar

T = TypeVar("T")

MOST_WAITING = 1_000
"""Pieces of news that wait for one that is missing; what comes beyond them is read back with it."""


class Course(Generic[T]):
    """`told`: the number up to which everything was told; None until somebody has said from where on it is."""

    __slots__ = ("_waiting", "told")

    def __init__(self) -> None:
        self.told: int | None = None
        self._waiting: dict[int, T] = {}

    @property
    def lacks_some(self) -> bool:
        """News have come, and not the ones before them."""
        return self.told is not None and bool(self._waiting)

    def take(self, number: int, one: T) -> list[T]:
        """What can be told now, in order."""
        if self.told is not None and number <= self.told:
            return []
        is_next = self.told is not None and number == self.told + 1
        if is_next or len(self._waiting) < MOST_WAITING:
            self._waiting[number] = one
        return self._go_on()

    def begin(self, number: int) -> list[T]:
        """Everything up to a number is known, if nothing was told yet; what can be told now."""
        if self.told is None:
            self.told = number
            for early in [waiting for waiting in self._waiting if waiting <= number]:
                del self._waiting[early]
        return self._go_on()

    def break_off(self) -> None:
        """Somebody is about to say anew from where on it is."""
        self.told = None
        self._waiting.clear()

    def _go_on(self) -> list[T]:
        next_: list[T] = []
        while self.told is not None and self.told + 1 in self._waiting:
            self.told += 1
            next_.append(self._waiting.pop(self.told))
        return next_
