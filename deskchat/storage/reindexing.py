"""Making the words anew, when the program makes them differently from what the database holds.

A chain of commands, so that nobody waits for more than one link of it. The version is written last: a chain that was
broken off begins again.
"""

from sqlalchemy import bindparam, select

from deskchat.domain.search import NORMALISER_VERSION
from deskchat.storage import search_index
from deskchat.storage.organisation import get_normaliser_version, set_normaliser_version
from deskchat.storage.schema import message, user
from deskchat.storage.transaction import DatabaseTransaction
from deskchat.storage.users import fold_name

LARGEST_LINK = 100
"""Rows of one command: about as much work as a full batch of posts."""

_LIST_MESSAGES = (
    select(message.c.id, message.c.room_id, message.c.text)
    .where(message.c.id > bindparam("after"), message.c.deleted.is_(None))
    .order_by(message.c.id)
    .limit(bindparam("limit"))
)
_LIST_USERS = (
    select(user.c.id, user.c.name)
    .where(user.c.id > bindparam("after"))
    .order_by(user.c.id)
    .limit(bindparam("limit"))
)


def is_outdated(tx: DatabaseTransaction) -> bool:
    return get_normaliser_version(tx.connection) != NORMALISER_VERSION


def reindex_messages(tx: DatabaseTransaction, after: int, limit: int = LARGEST_LINK) -> int | None:
    """The next messages after an id; the last one's id, None when there are no more."""
    rows = tx.connection.execute(_LIST_MESSAGES, {"after": after, "limit": limit}).all()
    for row in rows:
        search_index.remove(tx.connection, row.id)
    if rows:
        search_index.add_all(tx.connection, [(id_, room, text) for id_, room, text in rows])
    return rows[-1].id if rows else None


def reindex_names(tx: DatabaseTransaction, after: int, limit: int = LARGEST_LINK) -> int | None:
    """The next users after an id, likewise."""
    rows = tx.connection.execute(_LIST_USERS, {"after": after, "limit": limit}).all()
    for id_, name in rows:
        fold_name(tx.connection, id_, name)
    return rows[-1].id if rows else None


def finish(tx: DatabaseTransaction) -> None:
    set_normaliser_version(tx.connection, NORMALISER_VERSION)
