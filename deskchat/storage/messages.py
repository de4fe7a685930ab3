"""Messages with their revisions. Their words go into the search index, and out of it, with them."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from deskchat.domain.ids import LARGEST_ID
from deskchat.domain.messages import Message, Name, Original, Posted, Revision
from deskchat.storage import search_index
from deskchat.storage.prepared import Prepared
from deskchat.storage.schema import join_ids, mention, message, revision, split_ids
from deskchat.storage.wanted import ID, WANTED, WORD, wanting

MESSAGE = (
    message.c.number,
    message.c.author_id,
    message.c.key,
    message.c.text,
    message.c.created,
    message.c.changed,
    message.c.edited,
    message.c.deleted,
    message.c.mentions,
)

_AT = (message.c.room_id == bindparam("room"), message.c.number == bindparam("number"))

_ADDED = (
    "id",
    "room_id",
    "number",
    "author_id",
    "key",
    "seq",
    "created",
    "changed",
    "text",
    "mentions",
)
_ADD = Prepared(insert(message).values({name: bindparam(name) for name in _ADDED}), *_ADDED)
_GET_LAST_ID = Prepared(select(func.coalesce(func.max(message.c.id), 0)))
_TAKE_IDS = Prepared(
    select(func.nextval(func.pg_get_serial_sequence("message", "id"))).select_from(
        func.generate_series(1, bindparam("count"))
    )
)
_FIND = select(*MESSAGE).where(*_AT)
_GET_KEPT = select(message.c.id, message.c.text).where(*_AT)
_FIRST_TEXT = (
    select(revision.c.text)
    .where(revision.c.message_id == message.c.id)
    .order_by(revision.c.changed)
    .limit(1)
    .scalar_subquery()
)
_FIND_ORIGINALS = Prepared(
    select(
        message.c.author_id,
        message.c.key,
        message.c.room_id,
        message.c.number,
        message.c.seq,
        message.c.deleted,
        func.coalesce(_FIRST_TEXT, message.c.text).label("text"),
    ).join(WANTED, (message.c.author_id == ID) & (message.c.key == WORD))
)
_LIST_BEFORE = Prepared(
    select(*MESSAGE)
    .where(message.c.room_id == bindparam("room"), message.c.number < bindparam("before"))
    .order_by(message.c.number.desc())
    .limit(bindparam("limit"))
)
_LIST_AFTER = Prepared(
    select(*MESSAGE)
    .where(message.c.room_id == bindparam("room"), message.c.number > bindparam("after"))
    .order_by(message.c.number)
    .limit(bindparam("limit"))
)
_CHANGE = (
    update(message)
    .where(message.c.id == bindparam("message"))
    .values(text=bindparam("new_text"), changed=bindparam("new_changed"), mentions=bindparam("new_mentions"))
)
_EDIT = _CHANGE.values(edited=bindparam("now"))
_DELETE = _CHANGE.values(deleted=bindparam("now"))
_ADD_MENTIONS = insert(mention)
_REMOVE_MENTIONS = delete(mention).where(
    mention.c.room_id == bindparam("room"), mention.c.number == bindparam("number")
)
_ADD_REVISION = insert(revision)
_REMOVE_REVISIONS = delete(revision).where(revision.c.message_id == bindparam("message"))
_LIST_REVISIONS = (
    select(revision.c.text, revision.c.replaced)
    .select_from(revision.join(message, message.c.id == revision.c.message_id))
    .where(*_AT)
    .order_by(revision.c.changed)
)

_AFTER_ALL = LARGEST_ID + 1


class Messages:
    def __init__(self, connection: Connection, now: int) -> None:
        self._connection = connection
        self._now = now

    def add_all(self, added: Sequence[tuple[int, Message]]) -> None:
        ids = self._take_ids(len(added))
        numbered = [(id_, room, new) for id_, (room, new) in zip(ids, added, strict=True)]
        _ADD.run_for_each(self._connection, [_as_row(id_, room, new) for id_, room, new in numbered])
        self._add_mentions([(user, room, new.number) for _, room, new in numbered for user in new.mentions])
        search_index.add_all(self._connection, [(id_, room, new.text) for id_, room, new in numbered])

    def _take_ids(self, count: int) -> Sequence[int]:
        """So many new ones, in ascending order. Only SQLite has no other writer than this one."""
        if self._connection.dialect.name == "postgresql":
            return [id_ for (id_,) in _TAKE_IDS.fetch(self._connection, {"count": count})]
        ((last,),) = _GET_LAST_ID.fetch(self._connection, {})
        return range(last + 1, last + 1 + count)

    def find(self, room: int, number: int) -> Message | None:
        row = self._connection.execute(_FIND, {"room": room, "number": number}).one_or_none()
        return Message(*row) if row else None

    def find_originals(self, names: Collection[Name]) -> dict[Name, Original]:
        rows = _FIND_ORIGINALS.fetch(self._connection, wanting(names))
        return {
            (author, key): Original(room, Posted(number, seq), None if deleted else text)
            for author, key, room, number, seq, deleted, text in rows
        }

    def list_page(self, room: int, *, before: int | None, after: int | None, limit: int) -> list[Message]:
        if after is not None:
            rows = _LIST_AFTER.fetch(self._connection, {"room": room, "after": after, "limit": limit})
            return [as_message(row) for row in rows]
        before = _AFTER_ALL if before is None else before
        newest_first = _LIST_BEFORE.fetch(self._connection, {"room": room, "before": before, "limit": limit})
        return [as_message(row) for row in reversed(newest_first)]

    def replace_text(
        self, room: int, number: int, text: str, mentions: tuple[int, ...], changed: int
    ) -> None:
        kept, earlier = self._connection.execute(_GET_KEPT, {"room": room, "number": number}).one()
        self._connection.execute(
            _ADD_REVISION,
            {"message_id": kept, "changed": changed, "text": earlier, "replaced": self._now},
        )
        self._connection.execute(
            _EDIT,
            {
                "message": kept,
                "new_text": text,
                "new_changed": changed,
                "new_mentions": mentions,
                "now": self._now,
            },
        )
        self._remove_mentions(room, number)
        self._add_mentions([(user, room, number) for user in mentions])
        search_index.remove(self._connection, kept)
        search_index.add_all(self._connection, [(kept, room, text)])

    def erase(self, room: int, number: int, changed: int) -> None:
        kept, _ = self._connection.execute(_GET_KEPT, {"room": room, "number": number}).one()
        self._connection.execute(
            _DELETE,
            {
                "message": kept,
                "new_text": "",
                "new_changed": changed,
                "new_mentions": (),
                "now": self._now,
            },
        )
        self._remove_mentions(room, number)
        self._connection.execute(_REMOVE_REVISIONS, {"message": kept})
        search_index.remove(self._connection, kept)

    def list_revisions(self, room: int, number: int) -> list[Revision]:
        rows = self._connection.execute(_LIST_REVISIONS, {"room": room, "number": number})
        return [Revision(*row) for row in rows]

    def _add_mentions(self, named: Sequence[tuple[int, int, int]]) -> None:
        """Each a user, a room and the number of the message that names them."""
        rows = [{"user_id": user, "room_id": room, "number": number} for user, room, number in named]
        if rows:
            self._connection.execute(_ADD_MENTIONS, rows)

    def _remove_mentions(self, room: int, number: int) -> None:
        self._connection.execute(_REMOVE_MENTIONS, {"room": room, "number": number})


def as_message(row: Sequence[Any]) -> Message:
    """As the driver has it."""
    number, author, key, text, created, changed, edited, deleted, mentions = row
    return Message(number, author, key, text, created, changed, edited, deleted, split_ids(mentions))


def _as_row(id_: int, room: int, new: Message) -> tuple[object, ...]:
    posted = new.changed
    return (
        id_,
        room,
        new.number,
        new.author,
        new.key,
        posted,
        new.created,
        posted,
        new.text,
        join_ids(new.mentions),
    )
