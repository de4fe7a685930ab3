"""Links that work once: setting up, inviting, setting a new password. Their tokens come in bodies, never in addresses."""

from collections.abc import Callable
from typing import Any

from litestar import Request, Response
from litestar.params import JSONBody
from msgspec import Struct

from deskchat.config import Settings
from deskchat.domain import links
from deskchat.domain.errors import EmailTaken, NoSuchLink, NoSuchUser, NotAllowed, SlowDown
from deskchat.domain.links import Invitation, Kind, LinkPurpose
from deskchat.domain.ports import Transaction
from deskchat.domain.sessions import new_token
from deskchat.domain.users import Role, User
from deskchat.http.auth import session_cookie
from deskchat.http.caller import ByCaller
from deskchat.http.limits import get_address
from deskchat.http.parameters import PathId
from deskchat.http.parts import get_parts
from deskchat.http.passwords import NewPassword
from deskchat.http.routing import route
from deskchat.http.sessions import SessionView, describe, start_session

AnyRequest = Request[Any, Any, Any]


class Look(Struct, forbid_unknown_fields=True):
    token: str


class SetUp(Struct, forbid_unknown_fields=True):
    token: str
    organisation: str
    name: str
    email: str
    password: NewPassword


class Acceptance(Struct, forbid_unknown_fields=True):
    token: str
    name: str
    password: NewPassword


class Redemption(Struct, forbid_unknown_fields=True):
    token: str
    password: NewPassword


class NewInvitation(Struct, forbid_unknown_fields=True):
    email: str
    role: Role


class InvitationMade(Struct, frozen=True):
    """The link is shown this once; only its hash is kept."""

    invitation: Invitation
    link: str


class LinkMade(Struct, frozen=True):
    """The link is shown this once; only its hash is kept."""

    link: str


def address_of(settings: Settings, kind: Kind, token: str) -> str:
    """The token stands in the fragment, which browsers send to nobody."""
    return f"{settings.public_url}/{kind}#{token}"


@route("POST", "/links/look", status=200, anonymous=True, writes=False, refuses=[NoSuchLink, SlowDown])
async def look_at_link(request: AnyRequest, data: JSONBody[Look]) -> LinkPurpose:
    """What a link is for, before it is used."""
    return await _look(request, data.token)


@route("POST", "/set-up", anonymous=True, refuses=[NoSuchLink, EmailTaken])
async def set_up(request: AnyRequest, data: JSONBody[SetUp]) -> Response[SessionView]:
    """The organisation and its first owner, who is then signed in."""
    password = await _hash(request, data.token, data.password)
    return await _enter(
        request,
        lambda tx: links.set_up(tx, data.token, data.organisation, data.name, data.email, password),
    )


@route("POST", "/invitations/accept", anonymous=True, refuses=[NoSuchLink, EmailTaken])
async def accept_invitation(request: AnyRequest, data: JSONBody[Acceptance]) -> Response[SessionView]:
    """The account that the invitation names, signed in."""
    password = await _hash(request, data.token, data.password)
    return await _enter(request, lambda tx: links.accept_invitation(tx, data.token, data.name, password))


@route("POST", "/resets/redeem", status=204, anonymous=True, refuses=[NoSuchLink])
async def redeem_reset(request: AnyRequest, data: JSONBody[Redemption]) -> None:
    """Sets the password and signs its user out everywhere."""
    password = await _hash(request, data.token, data.password)
    await get_parts(request).store.write(0, lambda tx: links.reset_password(tx, data.token, password))


@route("GET", "/invitations", refuses=[NotAllowed])
async def list_invitations(caller: ByCaller) -> list[Invitation]:
    """Those that can still be accepted, for an owner of the organisation."""
    return await caller.read(links.list_invitations)


@route("POST", "/invitations", refuses=[NotAllowed, EmailTaken])
async def invite(request: AnyRequest, caller: ByCaller, data: JSONBody[NewInvitation]) -> InvitationMade:
    """A link for one address; an earlier one for it no longer works. For an owner."""
    token = new_token()
    invitation = await caller.write(links.invite, data.email, data.role, token)
    return InvitationMade(invitation, address_of(get_parts(request).settings, "invitation", token))


@route("DELETE", "/invitations/{invitation:str}", refuses=[NotAllowed, NoSuchLink])
async def withdraw_invitation(caller: ByCaller, invitation: PathId) -> None:
    """For an owner."""
    await caller.write(links.withdraw_invitation, invitation)


@route("POST", "/users/{user:str}/reset", refuses=[NotAllowed, NoSuchUser])
async def open_reset(request: AnyRequest, caller: ByCaller, user: PathId) -> LinkMade:
    """A link by which somebody sets a new password; an earlier one no longer works. For an owner."""
    token = new_token()
    await caller.write(links.open_reset, user, token)
    return LinkMade(address_of(get_parts(request).settings, "reset", token))


async def _look(request: AnyRequest, token: str) -> LinkPurpose:
    parts = get_parts(request)
    parts.limits.take_stranger(get_address(request))
    return await parts.store.read(lambda tx: links.get_purpose(tx, token))


async def _hash(request: AnyRequest, token: str, password: str) -> str:
    # Hashing is work: only for who holds a link.
    await _look(request, token)
    return await get_parts(request).passwords.hash(password)


async def _enter(request: AnyRequest, make_user: Callable[[Transaction], User]) -> Response[SessionView]:
    """The new user and their first session are kept together."""
    parts = get_parts(request)
    token, device = new_token(), describe(request)

    def work(tx: Transaction) -> SessionView:
        return start_session(tx, make_user(tx).id, token, device)

    view = await parts.store.write(0, work)
    return Response(view, cookies=[session_cookie(parts.settings, token)])
