"""Who was signed in a moment ago, so that the many requests of one page ask the database once.

See docs/decisions/0012: nothing of it holds for longer than `LIFE`, and what ends here is forgotten before it is told.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from deskchat.domain.news import News, SessionsEnded, ToEverybody
from deskchat.domain.sessions import SignedIn, hash_token

LIFE = 500
"""Milliseconds from when the database was asked: other servers may be told late, or not at all."""
MOST = 10_000


class KnownSessions:
    """Of the event loop alone. `clock` is that by which sessions expire."""

    def __init__(self, clock: Callable[[], int]) -> None:
        self._clock = clock
        self._known: dict[str, tuple[SignedIn, int]] = {}  # by hash, and as of when; the oldest first
        self._changes = 0

    async def get(self, token: str, look_up: Callable[[], Awaitable[SignedIn]]) -> SignedIn:
        """Whom the token stands for; what `look_up` raises, if that is nobody, is not kept."""
        key, now = hash_token(token), self._clock()
        found = self._known.get(key)
        # A clock may be set back, too.
        if found and found[1] <= now < found[1] + LIFE:
            return found[0]
        changes = self._changes
        signed_in = await look_up()
        # What was read before something ended may say that it goes on.
        if changes == self._changes:
            self._keep(key, signed_in, now)
        return signed_in

    def take(self, news: Sequence[News]) -> None:
        """What is committed, before anybody is told."""
        for one in news:
            if isinstance(one, SessionsEnded | ToEverybody):
                self._changes += 1
                self._known.clear()

    def _keep(self, key: str, signed_in: SignedIn, now: int) -> None:
        self._known.pop(key, None)
        self._known[key] = signed_in, now
        if len(self._known) > MOST:
            del self._known[next(iter(self._known))]
