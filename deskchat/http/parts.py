"""What the routes work with. `app` makes it once; everything finds it on the connection."""

from __future__ import annotations

from asyncio import Lock
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from litestar.connection import ASGIConnection

from deskchat.config import Settings
from deskchat.domain.metrics import Histogram, StoreMetrics
from deskchat.domain.ports import Backups, Store
from deskchat.domain.system import StoreReport
from deskchat.http.known import KnownSessions
from deskchat.http.limits import Limits
from deskchat.http.passwords import Passwords
from deskchat.realtime.connections import Connections
from deskchat.realtime.services import Services

if TYPE_CHECKING:
    from deskchat.realtime.servers import Servers


@dataclass(frozen=True)
class Parts:
    """`services` is what sockets and polls need: of the same store, with the same limits. `connections`: the polls."""

    settings: Settings
    store: Store
    can_write: Callable[[], bool]
    """False once the store has failed."""
    report: Callable[[], Awaitable[StoreReport]]
    """How the store does, now."""
    store_metrics: StoreMetrics
    count_waiting: Callable[[], int]
    """Commands that are not answered yet."""
    started: int
    """Milliseconds since 1970 UTC."""
    backups: Backups
    services: Services
    connections: Connections
    limits: Limits
    passwords: Passwords
    known: KnownSessions
    """Told of all news before anybody else."""
    servers: Servers | None = None
    """The others of the organisation, where there may be some."""
    answers: Counter[int] = field(default_factory=Counter)
    """How often each status was answered."""
    lag: Histogram = field(
        default_factory=lambda: Histogram(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5)
    )
    """Seconds by which the event loop was late, each second."""
    exporting: Lock = field(default_factory=Lock)
    """Held while an export reads: one at a time, so that a reader is left for everybody else."""


def get_parts(connection: ASGIConnection[Any, Any, Any, Any]) -> Parts:
    parts: Parts = connection.app.state["parts"]
    return parts
