"""Limits of how much, how fast: pure bookkeeping, the time is passed in (seconds of any steady clock)."""

from collections import Counter, OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

from deskchat.domain.errors import SlowDown

Who = TypeVar("Who", bound=Hashable)


class TokenBuckets(Generic[Who]):
    """A bucket each: `burst` requests at once, `rate` a second in the long run. Forgets the least recent at `most`."""

    def __init__(self, rate: float, burst: float, most: int = 10_000) -> None:
        self._rate = rate
        self._burst = burst
        self._most = most
        self._levels: OrderedDict[Who, tuple[float, float]] = OrderedDict()
        self._spent: Counter[Who] | None = None

    def take(self, who: Who, now: float) -> None:
        """One request of `who`: SlowDown, with the seconds to wait, if the bucket is empty."""
        level, at = self._levels.get(who, (self._burst, now))
        level = min(self._burst, level + (now - at) * self._rate)
        if level < 1:
            raise SlowDown(retry_after=(1 - level) / self._rate)
        self._set(who, level - 1, now)
        self._spend(who, 1)

    def give_back(self, who: Who) -> None:
        """What `who` took last did not count after all."""
        if who in self._levels:
            level, at = self._levels[who]
            self._levels[who] = (min(self._burst, level + 1), at)
            self._spend(who, -1)

    # Between several servers, which tell each other what was taken

    def share(self) -> None:
        """From here on it is noted what was taken, for `take_spent`."""
        self._spent = Counter()

    def take_spent(self) -> list[tuple[Who, int]]:
        """What was taken here since the last time."""
        spent, self._spent = self._spent or Counter(), Counter()
        return [(who, count) for who, count in spent.items() if count]

    def charge(self, who: Who, count: int, now: float) -> None:
        """So many requests of `who` were let in elsewhere: at most another `burst` of them has to be waited for."""
        level, at = self._levels.get(who, (self._burst, now))
        level = min(self._burst, level + (now - at) * self._rate) - count
        self._set(who, min(self._burst, max(level, -self._burst)), now)

    def _set(self, who: Who, level: float, now: float) -> None:
        self._levels[who] = (level, now)
        self._levels.move_to_end(who)
        if len(self._levels) > self._most:
            self._levels.popitem(last=False)

    def _spend(self, who: Who, count: int) -> None:
        if self._spent is not None and len(self._spent) < self._most:
            self._spent[who] += count
