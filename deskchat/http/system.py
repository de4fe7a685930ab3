"""How the server does, for owners."""

from typing import Any

from litestar import Request

from deskchat import __version__
from deskchat.domain.errors import NotAllowed
from deskchat.domain.system import SystemReport
from deskchat.domain.users import get_owner
from deskchat.http.caller import ByCaller
from deskchat.http.parts import get_parts
from deskchat.http.routing import route


@route("GET", "/system", refuses=[NotAllowed])
async def get_system(request: Request[Any, Any, Any], caller: ByCaller) -> SystemReport:
    """What runs, since when, for how many, and how much room it takes; for an owner."""
    parts = get_parts(request)
    now = await caller.read(lambda tx, by: (get_owner(tx, by), tx.now)[1])
    connected = [listener.user for listener in parts.services.hub.listeners()]
    return SystemReport(
        version=__version__,
        started=parts.started,
        now=now,
        connections=len(connected),
        people=len(set(connected)),
        store=await parts.report(),
    )
