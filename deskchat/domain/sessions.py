"""Sessions: one signed-in device each. The token is the device's; only its hash is kept."""

from __future__ import annotations

import hashlib
import secrets
from typing import TYPE_CHECKING

from msgspec import Struct

from deskchat.domain.errors import NoSuchSession, NotSignedIn
from deskchat.domain.ids import Id, Milliseconds, new_id
from deskchat.domain.news import SessionsEnded
from deskchat.domain.users import User

if TYPE_CHECKING:
    from deskchat.domain.ports import Transaction

DAY = 24 * 3600 * 1000
IDLE_LIMIT = 14 * DAY
"""Unless an owner says otherwise: see `domain.organisation`."""
ABSOLUTE_LIMIT = 90 * DAY
TOUCH_EVERY = 5 * 60 * 1000
"""`last_seen` is written at most this often, so that reading does not write."""

LONGEST_DEVICE = 200


class Device(Struct, frozen=True):
    """A session as its user sees it in the list of devices."""

    id: Id
    device: str
    created: Milliseconds
    last_seen: Milliseconds
    current: bool


class SignedIn(Struct, frozen=True):
    """Who acts: the only source of identity."""

    session: int
    user: User
    last_seen: int


def new_token() -> str:
    """256 random bits as text for a cookie or a link."""
    return secrets.token_urlsafe(32)


def hash_token(token: str) -> str:
    """Tokens are random, so a plain hash cannot be guessed back."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def start(tx: Transaction, user: int, token: str, device: str) -> SignedIn:
    """A session for a user whose credentials the caller has checked. NotSignedIn if deactivated meanwhile."""
    found = tx.users.find(user)
    if found is None or not found.active:
        raise NotSignedIn
    session = new_id()
    tx.sessions.add(session, hash_token(token), user, device[:LONGEST_DEVICE])
    return SignedIn(session, found, tx.now)


def get_signed_in(tx: Transaction, token: str) -> SignedIn:
    """Who the token stands for now: NotSignedIn if it is unknown, expired, ended, or its user deactivated."""
    signed_in = tx.sessions.find(hash_token(token), *_live_since(tx))
    if signed_in is None or not signed_in.user.active:
        raise NotSignedIn
    return signed_in


def touch(tx: Transaction, session: int) -> None:
    tx.sessions.touch(session)


def list_devices(tx: Transaction, by: int, current: int) -> list[Device]:
    return tx.sessions.list_of_user(by, current, *_live_since(tx))


def end(tx: Transaction, by: int, session: int) -> None:
    """Sign-out, or one of one's own devices revoked from another: NoSuchSession if it is not one's own."""
    if not tx.sessions.remove(by, session):
        raise NoSuchSession
    tx.tell(SessionsEnded(by, (session,)))


def find_ended(tx: Transaction, sessions: list[int]) -> list[int]:
    """Which of these have ended or expired, or belong to somebody deactivated: asked for all open sockets."""
    alive = tx.sessions.find_alive(sessions, *_live_since(tx))
    return [session for session in sessions if session not in alive]


def forget_expired(tx: Transaction) -> int:
    """Removes at most 500 sessions that can no longer be used; how many it were."""
    return tx.sessions.remove_expired(*_live_since(tx), limit=500)


def _live_since(tx: Transaction) -> tuple[int, int]:
    """The earliest `last_seen` and the earliest `created` that a usable session may have."""
    return tx.now - tx.organisation.idle_days() * DAY, tx.now - ABSOLUTE_LIMIT
