"""Sessions, by the hash of their token."""

from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, delete, insert, or_, select, true, update

from deskchat.domain.sessions import Device, SignedIn
from deskchat.domain.users import User
from deskchat.storage.prepared import Prepared
from deskchat.storage.schema import session, user
from deskchat.storage.users import USER
from deskchat.storage.wanted import IDS, wanting

_LIVE = (
    session.c.last_seen >= bindparam("used_since"),
    session.c.created >= bindparam("started_since"),
)
_OF_USERS = session.join(user, user.c.id == session.c.user_id)

_ADD = insert(session)
_FIND = Prepared(
    select(session.c.id, session.c.last_seen, *USER)
    .select_from(_OF_USERS)
    .where(session.c.token_hash == bindparam("token_hash"), *_LIVE)
)
_FIND_ALIVE = Prepared(
    select(session.c.id).select_from(_OF_USERS).where(session.c.id.in_(IDS), user.c.active == true(), *_LIVE)
)
_TOUCH = update(session).where(session.c.id == bindparam("session")).values(last_seen=bindparam("now"))
_SEE = update(user).values(last_seen=bindparam("now"))
_SEE_STARTING = _SEE.where(user.c.id == bindparam("user"))
_SEE_TOUCHING = _SEE.where(
    user.c.id == select(session.c.user_id).where(session.c.id == bindparam("session")).scalar_subquery()
)
_LIST_OF_USER = (
    select(session.c.id, session.c.device, session.c.created, session.c.last_seen)
    .where(session.c.user_id == bindparam("user"), *_LIVE)
    .order_by(session.c.last_seen.desc(), session.c.id)
)
_REMOVE = delete(session).where(session.c.id == bindparam("session"), session.c.user_id == bindparam("user"))
_REMOVE_OF_USER = (
    delete(session)
    .where(session.c.user_id == bindparam("user"), session.c.id != bindparam("keep"))
    .returning(session.c.id)
)
_EXPIRED = (
    select(session.c.id)
    .where(
        or_(
            session.c.last_seen < bindparam("used_since"),
            session.c.created < bindparam("started_since"),
        )
    )
    .limit(bindparam("limit"))
)
_REMOVE_EXPIRED = delete(session).where(session.c.id.in_(_EXPIRED))

_NO_SESSION = 0


class Sessions:
    def __init__(self, connection: Connection, now: int) -> None:
        self._connection = connection
        self._now = now

    def add(self, session: int, token_hash: str, user: int, device: str) -> None:
        self._connection.execute(
            _ADD,
            {
                "id": session,
                "token_hash": token_hash,
                "user_id": user,
                "device": device,
                "created": self._now,
                "last_seen": self._now,
            },
        )
        self._connection.execute(_SEE_STARTING, {"user": user, "now": self._now})

    def find(self, token_hash: str, used_since: int, started_since: int) -> SignedIn | None:
        asked = {"token_hash": token_hash, "used_since": used_since, "started_since": started_since}
        rows = _FIND.fetch(self._connection, asked)
        if not rows:
            return None
        ((session, last_seen, id_, name, email, role, active, created),) = rows
        # SQLite has no truth, only numbers.
        return SignedIn(session, User(id_, name, email, role, bool(active), created), last_seen)

    def find_alive(self, sessions: Sequence[int], used_since: int, started_since: int) -> set[int]:
        asked = {"used_since": used_since, "started_since": started_since}
        rows = _FIND_ALIVE.fetch(self._connection, {**asked, **wanting([(id_,) for id_ in sessions])})
        return {session for (session,) in rows}

    def touch(self, session: int) -> None:
        self._connection.execute(_TOUCH, {"session": session, "now": self._now})
        self._connection.execute(_SEE_TOUCHING, {"session": session, "now": self._now})

    def list_of_user(self, user: int, current: int, used_since: int, started_since: int) -> list[Device]:
        rows = self._connection.execute(
            _LIST_OF_USER,
            {"user": user, "used_since": used_since, "started_since": started_since},
        )
        return [Device(*row, current=row.id == current) for row in rows]

    def remove(self, user: int, session: int) -> bool:
        return self._connection.execute(_REMOVE, {"user": user, "session": session}).rowcount > 0

    def remove_of_user(self, user: int, keep: int | None) -> list[int]:
        kept = _NO_SESSION if keep is None else keep
        return list(self._connection.execute(_REMOVE_OF_USER, {"user": user, "keep": kept}).scalars())

    def remove_expired(self, used_since: int, started_since: int, *, limit: int) -> int:
        return self._connection.execute(
            _REMOVE_EXPIRED,
            {"used_since": used_since, "started_since": started_since, "limit": limit},
        ).rowcount


def end_all(connection: Connection) -> None:
    connection.execute(delete(session))
