"""What the routes work with. `app` makes it once; everything finds it on the connection."""

from __future__ import annotations

from asyncio import Lock
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from litestar.connection import ASGIConnection

from deskchat.config import Settings
from deskchat.domain.ports import Backups, Store
from deskchat.domain.system import StoreReport
from deskchat.http.limits import Limits
from deskchat.http.passwords import Passwords
from deskchat.realtime.connections import Connections
from deskchat.realtime.session import Services

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
    started: int
    """Milliseconds since 1970 UTC."""
    backups: Backups
    services: Services
    connections: Connections
    limits: Limits
    passwords: Passwords
    servers: Servers | None = None
    """The others of the organisation, where there may be some."""
    exporting: Lock = field(default_factory=Lock)
    """Held while an export reads: one at a time, so that a reader is left for everybody else."""


def get_parts(connection: ASGIConnection[Any, Any, Any, Any]) -> Parts:
    parts: Parts = connection.app.state["parts"]
    return parts
