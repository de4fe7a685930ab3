"""How requests reach the server, for owners who test the way to it from where they sit."""

from typing import Any, Literal

from litestar import Request
from msgspec import Struct

from deskchat.domain.errors import NotAllowed
from deskchat.domain.ids import Milliseconds
from deskchat.domain.users import get_owner
from deskchat.http.caller import ByCaller
from deskchat.http.limits import get_address
from deskchat.http.parts import get_parts
from deskchat.http.routing import route

FORWARDED = "x-forwarded-for"


class Arrival(Struct, frozen=True):
    """A request as the server sees it.

    `url`: where people should come to; `origins`: from whose pages it takes changes. `forwarded`: whether something in
    between said who asks, and is one of the trusted proxies.
    """

    url: str
    origins: list[str]
    secure: bool
    """Browsers send the cookie of the session over https alone."""
    address: str
    """Where the request came from, as far as the server can tell; limits on signing in go by it."""
    forwarded: Literal["no", "believed", "ignored"]
    now: Milliseconds


@route("GET", "/doctor", refuses=[NotAllowed])
async def get_arrival(request: Request[Any, Any, Any], caller: ByCaller) -> Arrival:
    """How this very request arrived; for an owner."""
    parts = get_parts(request)
    now = await caller.read(lambda tx, by: (get_owner(tx, by), tx.now)[1])
    return Arrival(
        url=parts.settings.public_url,
        origins=sorted(parts.settings.origins),
        secure=parts.settings.secure,
        address=get_address(request),
        forwarded=_judge_forwarded(request),
        now=now,
    )


def _judge_forwarded(request: Request[Any, Any, Any]) -> Literal["no", "believed", "ignored"]:
    """What is believed has taken the place of the address."""
    said = [host.strip() for host in request.headers.get(FORWARDED, "").split(",") if host.strip()]
    if not said:
        return "no"
    return "believed" if request.client and request.client.host in said else "ignored"
