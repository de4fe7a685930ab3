"""What the routes work with. `app` makes it once; everything finds it on the connection."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from litestar.connection import ASGIConnection

from deskchat.config import Settings
from deskchat.domain.ports import Backups, Store
from deskchat.domain.system import StoreReport
from deskchat.http.limits import Limits
from deskchat.http.passwords import Passwords
from deskchat.realtime.connections import Connections
from deskchat.realtime.session import Services


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


def get_parts(connection: ASGIConnection[Any, Any, Any, Any]) -> Parts:
    parts: Parts = connection.app.state["parts"]
    return parts
