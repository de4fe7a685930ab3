"""Links that work once: the first owner's set-up, invitations, password resets. Only their hash is kept.

A link's token stands in the fragment of its address, which no server or log sees, and is redeemed by POST.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from deskchat.domain import users
from deskchat.domain.errors import EmailTaken, NoSuchLink
from deskchat.domain.ids import Id, Milliseconds, new_id
from deskchat.domain.sessions import DAY, hash_token
from deskchat.domain.text import clean_email, clean_name
from deskchat.domain.users import Role, User, end_sessions, get_active, get_owner

if TYPE_CHECKING:
    from deskchat.domain.ports import Transaction

Kind = Literal["set-up", "invitation", "reset"]

INVITATION_LIMIT = 7 * DAY
RESET_LIMIT = 1 * DAY


class Link(Struct, frozen=True):
    """A link that can still be used. `user` is whose password a reset sets; `email` whom an invitation names."""

    id: Id
    kind: Kind
    email: str
    role: Role
    expires: Milliseconds
    user: int | None = None


class Invitation(Struct, frozen=True):
    """An invitation that nobody has accepted yet, as the owner sees it."""

    id: Id
    email: str
    role: Role
    expires: Milliseconds


class LinkPurpose(Struct, frozen=True):
    """What the holder of a link is told before using it."""

    kind: Kind
    email: str
    organisation: str


def open_set_up(tx: Transaction, token: str) -> bool:
    """A new set-up link in place of any earlier; False, and none, once there is an owner."""
    if tx.users.count_active_owners():
        return False
    tx.links.withdraw_set_up()
    tx.links.add(
        Link(new_id(), "set-up", "", "owner", tx.now + INVITATION_LIMIT),
        hash_token(token),
    )
    return True


def invite(tx: Transaction, by: int, email: str, role: Role, token: str) -> Invitation:
    """The owner's command. EmailTaken if somebody has the address; an earlier invitation of it is withdrawn."""
    get_owner(tx, by)
    return invite_as_operator(tx, email, role, token)


def invite_as_operator(tx: Transaction, email: str, role: Role, token: str) -> Invitation:
    email = clean_email(email)
    if tx.users.find_by_email(email):
        raise EmailTaken
    tx.links.withdraw_invitations_of(email)
    link = Link(new_id(), "invitation", email, role, tx.now + INVITATION_LIMIT)
    tx.links.add(link, hash_token(token))
    return Invitation(link.id, email, role, link.expires)


def list_invitations(tx: Transaction, by: int) -> list[Invitation]:
    get_owner(tx, by)
    return tx.links.list_invitations()


def withdraw_invitation(tx: Transaction, by: int, invitation: int) -> None:
    get_owner(tx, by)
    if not tx.links.withdraw_invitation(invitation):
        raise NoSuchLink


def open_reset(tx: Transaction, by: int, user: int, token: str) -> None:
    """The owner's command: a link by which the user sets a new password."""
    get_owner(tx, by)
    open_reset_as_operator(tx, user, token)


def open_reset_as_operator(tx: Transaction, user: int, token: str) -> None:
    found = get_active(tx, user)
    tx.links.withdraw_of_user(user)
    link = Link(new_id(), "reset", found.email, found.role, tx.now + RESET_LIMIT, user)
    tx.links.add(link, hash_token(token))


def get_purpose(tx: Transaction, token: str) -> LinkPurpose:
    """NoSuchLink if it has been used, withdrawn or is too old: all alike."""
    link = _get(tx, token)
    return LinkPurpose(link.kind, link.email, tx.organisation.name())


def set_up(
    tx: Transaction,
    token: str,
    organisation: str,
    name: str,
    email: str,
    password_hash: str,
) -> User:
    """The first owner and the organisation's name."""
    link = _get(tx, token, "set-up")
    if tx.users.count_active_owners():
        raise NoSuchLink
    tx.links.remove(link.id)
    tx.organisation.rename(clean_name(organisation))
    return users.add(tx, email, name, "owner", password_hash)


def accept_invitation(tx: Transaction, token: str, name: str, password_hash: str) -> User:
    """The account that the invitation names; the link is used up."""
    link = _get(tx, token, "invitation")
    tx.links.remove(link.id)
    return users.add(tx, link.email, name, link.role, password_hash)


def reset_password(tx: Transaction, token: str, password_hash: str) -> User:
    """Sets the password and signs the user out everywhere; the link is used up."""
    link = _get(tx, token, "reset")
    if link.user is None:
        raise NoSuchLink
    user = get_active(tx, link.user)
    tx.links.remove(link.id)
    tx.users.set_password(user.id, password_hash)
    end_sessions(tx, user.id)
    return user


def _get(tx: Transaction, token: str, kind: Kind | None = None) -> Link:
    link = tx.links.find(hash_token(token))
    if link is None or link.expires <= tx.now or (kind and link.kind != kind):
        raise NoSuchLink
    return link
