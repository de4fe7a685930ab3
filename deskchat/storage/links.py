"""Links that work once, by the hash of their token."""

from sqlalchemy import Connection, bindparam, delete, insert, select

from deskchat.domain.links import Invitation, Link
from deskchat.storage.schema import link

_ADD = insert(link)
_FIND = select(link.c.id, link.c.kind, link.c.email, link.c.role, link.c.expires, link.c.user_id).where(
    link.c.token_hash == bindparam("token_hash")
)
_REMOVE = delete(link).where(link.c.id == bindparam("link"))
_LIST_INVITATIONS = (
    select(link.c.id, link.c.email, link.c.role, link.c.expires)
    .where(link.c.kind == "invitation", link.c.expires > bindparam("now"))
    .order_by(link.c.created.desc(), link.c.id)
)
_WITHDRAW_SET_UP = delete(link).where(link.c.kind == "set-up")
_WITHDRAW_INVITATION = _REMOVE.where(link.c.kind == "invitation")
_WITHDRAW_INVITATIONS_OF = delete(link).where(link.c.kind == "invitation", link.c.email == bindparam("email"))
_WITHDRAW_OF_USER = delete(link).where(link.c.user_id == bindparam("user"))


class Links:
    def __init__(self, connection: Connection, now: int) -> None:
        self._connection = connection
        self._now = now

    def add(self, link: Link, token_hash: str) -> None:
        self._connection.execute(
            _ADD,
            {
                "id": link.id,
                "token_hash": token_hash,
                "kind": link.kind,
                "email": link.email,
                "role": link.role,
                "user_id": link.user,
                "created": self._now,
                "expires": link.expires,
            },
        )

    def find(self, token_hash: str) -> Link | None:
        row = self._connection.execute(_FIND, {"token_hash": token_hash}).one_or_none()
        return Link(*row) if row else None

    def remove(self, link: int) -> None:
        self._connection.execute(_REMOVE, {"link": link})

    def list_invitations(self) -> list[Invitation]:
        rows = self._connection.execute(_LIST_INVITATIONS, {"now": self._now})
        return [Invitation(*row) for row in rows]

    def withdraw_set_up(self) -> None:
        self._connection.execute(_WITHDRAW_SET_UP)

    def withdraw_invitation(self, link: int) -> bool:
        return self._connection.execute(_WITHDRAW_INVITATION, {"link": link}).rowcount > 0

    def withdraw_invitations_of(self, email: str) -> None:
        self._connection.execute(_WITHDRAW_INVITATIONS_OF, {"email": email})

    def withdraw_of_user(self, user: int) -> None:
        self._connection.execute(_WITHDRAW_OF_USER, {"user": user})


def withdraw_all(connection: Connection) -> None:
    connection.execute(delete(link))
