"""Messages with their revisions. Their words go into the search index, and out of it, with them."""

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from deskchat.domain.ids import LARGEST_ID
from deskchat.domain.messages import Message, Original, Posted, Revision
from deskchat.storage import search_index
from deskchat.storage.schema import mention, message, revision

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

_ADD = insert(message).returning(message.c.id)
_FIND = select(*MESSAGE).where(*_AT)
_GET_KEPT = select(message.c.id, message.c.text).where(*_AT)
_FIRST_TEXT = (
    select(revision.c.text)
    .where(revision.c.message_id == message.c.id)
    .order_by(revision.c.changed)
    .limit(1)
    .scalar_subquery()
)
_FIND_ORIGINAL = select(
    message.c.room_id,
    message.c.number,
    message.c.seq,
    message.c.deleted,
    func.coalesce(_FIRST_TEXT, message.c.text).label("text"),
).where(message.c.author_id == bindparam("author"), message.c.key == bindparam("key"))
_LIST_BEFORE = (
    select(*MESSAGE)
    .where(message.c.room_id == bindparam("room"), message.c.number < bindparam("before"))
    .order_by(message.c.number.desc())
    .limit(bindparam("limit"))
)
_LIST_AFTER = (
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

    def add(self, room: int, message: Message) -> None:
        added = self._connection.execute(
            _ADD,
            {
                "room_id": room,
                "number": message.number,
                "author_id": message.author,
                "key": message.key,
                "seq": message.changed,
                "created": message.created,
                "changed": message.changed,
                "text": message.text,
                "mentions": message.mentions,
            },
        ).scalar_one()
        self._add_mentions(room, message.number, message.mentions)
        search_index.add(self._connection, added, room, message.text)

    def find(self, room: int, number: int) -> Message | None:
        row = self._connection.execute(_FIND, {"room": room, "number": number}).one_or_none()
        return Message(*row) if row else None

    def find_original(self, author: int, key: str) -> Original | None:
        row = self._connection.execute(_FIND_ORIGINAL, {"author": author, "key": key}).one_or_none()
        if row is None:
            return None
        return Original(row.room_id, Posted(row.number, row.seq), None if row.deleted else row.text)

    def list_page(self, room: int, *, before: int | None, after: int | None, limit: int) -> list[Message]:
        if after is not None:
            rows = self._connection.execute(_LIST_AFTER, {"room": room, "after": after, "limit": limit})
            return [Message(*row) for row in rows]
        before = _AFTER_ALL if before is None else before
        newest_first = self._connection.execute(
            _LIST_BEFORE, {"room": room, "before": before, "limit": limit}
        ).all()
        return [Message(*row) for row in reversed(newest_first)]

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
        self._add_mentions(room, number, mentions)
        search_index.remove(self._connection, kept)
        search_index.add(self._connection, kept, room, text)

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

    def _add_mentions(self, room: int, number: int, mentions: tuple[int, ...]) -> None:
        if mentions:
            self._connection.execute(
                _ADD_MENTIONS, [{"user_id": user, "room_id": room, "number": number} for user in mentions]
            )

    def _remove_mentions(self, room: int, number: int) -> None:
        self._connection.execute(_REMOVE_MENTIONS, {"room": room, "number": number})
