"""What all sessions of a server share."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from deskchat.domain.limits import TokenBuckets
from deskchat.domain.ports import Store, Transaction
from deskchat.realtime.hub import Hub

T = TypeVar("T")

MOST_READING = 8
"""Sessions that read at once: a thousand that reconnect must not keep others from reading."""


@dataclass(frozen=True)
class Services:
    """`clock` gives seconds and only rises."""

    store: Store
    hub: Hub
    limits: TokenBuckets[int]
    clock: Callable[[], float]
    reading: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(MOST_READING))

    async def read(self, work: Callable[[Transaction], T]) -> T:
        """In its turn among the sessions."""
        async with self.reading:
            return await self.store.read(work)
