"""Signing in and out, and the devices that one is signed in on."""

from contextlib import suppress
from functools import partial
from typing import Any

from litestar import Request, Response
from litestar.params import JSONBody
from msgspec import Struct

from deskchat.domain import sessions
from deskchat.domain.errors import NoSuchSession, WrongCredentials
from deskchat.domain.ids import Id
from deskchat.domain.ports import Transaction
from deskchat.domain.sessions import Device, new_token
from deskchat.domain.text import clean_email
from deskchat.domain.users import User, get_active
from deskchat.http.auth import no_session_cookie, session_cookie
from deskchat.http.caller import ByCaller
from deskchat.http.limits import get_address
from deskchat.http.parameters import PathId
from deskchat.http.parts import get_parts
from deskchat.http.routing import route

AnyRequest = Request[Any, Any, Any]


class SignIn(Struct, forbid_unknown_fields=True):
    email: str
    password: str


class SessionView(Struct, frozen=True):
    """Who is signed in, where, and by which session."""

    session: Id
    user: User
    organisation: str


@route("POST", "/session", anonymous=True, refuses=[WrongCredentials])
async def sign_in(request: AnyRequest, data: JSONBody[SignIn]) -> Response[SessionView]:
    """Sets the session cookie. Whether the address or the password is wrong is not told, nor by the time it takes."""
    parts = get_parts(request)
    email, address = clean_email(data.email), get_address(request)
    parts.limits.take_guess(email, address)
    found = await parts.store.read(lambda tx: tx.users.find_password(email))
    user, kept = found or (None, None)
    if not await parts.passwords.verify(data.password, kept) or not (user and kept and user.active):
        raise WrongCredentials
    token = new_token()
    start = partial(_start_if_unchanged, user=user, kept=kept, token=token, device=describe(request))
    view = await parts.store.write(user.id, start)
    parts.limits.forgive_guess(email, address)
    return Response(view, cookies=[session_cookie(parts.settings, token)])


@route("GET", "/session")
async def get_session(caller: ByCaller) -> SessionView:
    """Who one is signed in as."""
    return await caller.read(_view, caller.signed_in.session)


@route("DELETE", "/session")
async def sign_out(request: AnyRequest, caller: ByCaller) -> Response[None]:
    """Ends this session and clears its cookie; open sockets of it are closed."""
    # One that has been ended elsewhere meanwhile is as it should be.
    with suppress(NoSuchSession):
        await caller.write(sessions.end, caller.signed_in.session)
    return Response(None, cookies=[no_session_cookie(get_parts(request).settings)])


@route("GET", "/sessions")
async def list_sessions(caller: ByCaller) -> list[Device]:
    """Every device that one is signed in on, the last used first."""
    return await caller.read(sessions.list_devices, caller.signed_in.session)


@route("DELETE", "/sessions/{session:str}", refuses=[NoSuchSession])
async def end_session(caller: ByCaller, session: PathId) -> None:
    """Signs one of one's own devices out."""
    await caller.write(sessions.end, session)


def _view(tx: Transaction, by: int, session: int) -> SessionView:
    return SessionView(session, get_active(tx, by), tx.organisation.name())


def start_session(tx: Transaction, user: int, token: str, device: str) -> SessionView:
    signed_in = sessions.start(tx, user, token, device)
    return SessionView(signed_in.session, signed_in.user, tx.organisation.name())


def describe(request: AnyRequest) -> str:
    """The device as its browser calls itself."""
    return request.headers.get("user-agent", "")


def _start_if_unchanged(tx: Transaction, user: User, kept: str, token: str, device: str) -> SessionView:
    # The password was checked before this transaction: it may have been changed, or its user deactivated, since.
    current = tx.users.find_password(user.email)
    if current is None or current[1] != kept or not current[0].active:
        raise WrongCredentials
    return start_session(tx, user.id, token, device)
