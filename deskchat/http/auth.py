"""Who asks, and from where: the session cookie, and the check that a browser's own page sent the request.

REST, polls and sockets alike ask here, and identity comes from nowhere else.
"""

from functools import partial
from typing import Any

import structlog
from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie
from litestar.handlers import BaseRouteHandler

from deskchat.config import Settings
from deskchat.domain import sessions
from deskchat.domain.errors import ForeignOrigin, NotSignedIn, Refusal
from deskchat.domain.sessions import ABSOLUTE_LIMIT, TOUCH_EVERY, SignedIn
from deskchat.http.parts import Parts, get_parts

COOKIE = "deskchat_session"

Connection = ASGIConnection[Any, Any, Any, Any]

log = structlog.get_logger(__name__)


async def require_signed_in(connection: Connection, _handler: BaseRouteHandler) -> None:
    """Guard: NotSignedIn before anything else of the request is looked at."""
    connection.scope["user"] = await get_signed_in(connection)


async def require_own_origin(connection: Connection, _handler: BaseRouteHandler) -> None:
    """Guard of every method that changes something. A coroutine: the framework runs plain functions in threads."""
    check_origin(connection)


async def get_signed_in(connection: Connection) -> SignedIn:
    """Who sent this, by the cookie alone; NotSignedIn. Their name and role may be those of a moment ago."""
    parts = get_parts(connection)
    token = connection.cookies.get(cookie_name(parts.settings))
    if not token:
        raise NotSignedIn
    return await parts.known.get(token, partial(_look_up, parts, token))


async def _look_up(parts: Parts, token: str) -> SignedIn:
    signed_in, now = await parts.store.read(lambda tx: (sessions.get_signed_in(tx, token), tx.now))
    if now - signed_in.last_seen > TOUCH_EVERY:
        await _touch(parts, signed_in)
    return signed_in


def check_origin(connection: Connection) -> None:
    """ForeignOrigin if a browser says that another site's page sent this. Programs say nothing, and pass."""
    site = connection.headers.get("sec-fetch-site", "same-origin")
    origin = connection.headers.get("origin")
    own = get_parts(connection).settings.origins
    if site not in ("same-origin", "none") or (origin is not None and origin not in own):
        log.warning("foreign-origin", origin=origin, site=site, own=sorted(own), setting="DESKCHAT_URL")
        raise ForeignOrigin


def cookie_name(settings: Settings) -> str:
    """Browsers let a `__Host-` cookie be set by this very host alone, over https."""
    return f"__Host-{COOKIE}" if settings.secure else COOKIE


def session_cookie(settings: Settings, token: str) -> Cookie:
    return _cookie(settings, token, ABSOLUTE_LIMIT // 1000)


def no_session_cookie(settings: Settings) -> Cookie:
    """With the attributes it was set with, else browsers keep it."""
    return _cookie(settings, "", 0)


def _cookie(settings: Settings, value: str, max_age: int) -> Cookie:
    return Cookie(
        key=cookie_name(settings),
        value=value,
        path="/",
        max_age=max_age,
        secure=settings.secure,
        httponly=True,
        samesite="lax",
    )


async def _touch(parts: Parts, signed_in: SignedIn) -> None:
    """Reading goes on where nothing can be kept."""
    try:
        await parts.store.write(signed_in.user.id, lambda tx: sessions.touch(tx, signed_in.session))
    except Refusal as refusal:
        log.warning("session-not-touched", code=refusal.code)
