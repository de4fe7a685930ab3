"""Password hashes, made and checked in two threads of their own: each takes tens of milliseconds and 64 MiB."""

import asyncio
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from typing import Annotated, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from msgspec import Meta

from deskchat.domain.errors import Busy, Invalid

SHORTEST, LONGEST = 10, 200
MOST_WAITING = 64

NewPassword = Annotated[
    str,
    Meta(
        description=f"{SHORTEST} to {LONGEST} characters",
        extra_json_schema={"minLength": SHORTEST, "maxLength": LONGEST},
    ),
]

T = TypeVar("T")


class Passwords:
    """Bounded: Busy once too many wait, so that sign-ins cannot pile up without end."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._threads = ThreadPoolExecutor(2, thread_name_prefix="password")
        self._waiting = 0
        # Made by the first sign-in, whoever it is, so that starting does not wait for it.
        self._nobodys = cache(partial(self._hasher.hash, "nobody's password"))

    def stop(self) -> None:
        self._threads.shutdown()

    async def hash(self, password: str) -> str:
        """Of a new password. Invalid if it is too short or too long."""
        if not SHORTEST <= len(password) <= LONGEST:
            raise Invalid(f"A password has {SHORTEST} to {LONGEST} characters.")
        return await self._run(lambda: self._hasher.hash(_composed(password)))

    async def verify(self, password: str, kept: str | None) -> bool:
        """Whether it is the password of this hash; without one (nobody has the address) just as slowly not."""
        matches = await self._run(lambda: self._matches(password, kept))
        return matches and kept is not None

    def _matches(self, password: str, kept: str | None) -> bool:
        nobodys = self._nobodys()
        try:
            return self._hasher.verify(kept or nobodys, _composed(password))
        except (VerificationError, InvalidHashError):
            return False

    async def _run(self, work: Callable[[], T]) -> T:
        if self._waiting >= MOST_WAITING:
            raise Busy(retry_after=1)
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        finally:
            self._waiting -= 1


def _composed(password: str) -> str:
    """The same letters are the same password, whichever way a keyboard composes them."""
    return unicodedata.normalize("NFC", password)
