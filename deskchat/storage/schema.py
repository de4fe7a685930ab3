"""Every table, and nothing else says what they are: the migrations are tested to end here."""

from collections.abc import Sequence

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy.engine import Dialect
from typing_extensions import override

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)


def join_ids(ids: Sequence[int]) -> str:
    return " ".join(map(str, ids))


def split_ids(ids: str) -> tuple[int, ...]:
    return tuple(map(int, ids.split())) if ids else ()


class Ids(TypeDecorator[tuple[int, ...]]):
    """A few ids in their order, kept as text."""

    impl = Text
    cache_ok = True

    @override
    def process_bind_param(self, value: tuple[int, ...] | None, dialect: Dialect) -> str:
        return join_ids(value or ())

    @override
    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[int, ...]:
        return split_ids(value or "")


# SQLite makes a column the row's own id, and so needs no second tree, only if it is called INTEGER.
Id = BigInteger().with_variant(Integer, "sqlite")

# Compared byte by byte, so that an order is the same on every engine, and a prefix a range.
Ordered = Text().with_variant(Text(collation="C"), "postgresql")

organisation = Table(
    "organisation",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False),
    Column("epoch", String(32), nullable=False),
    Column("secret", String(64), nullable=False),
    Column("normaliser_version", Integer, nullable=False),
    Column("idle_days", Integer, nullable=False),
    CheckConstraint("id = 1", name="only_one"),
)

user = Table(
    "user",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False),
    Column("folded_name", Ordered, nullable=False),
    Column("email", Text, nullable=False),
    Column("role", String(16), nullable=False),
    Column("active", Boolean(create_constraint=False), nullable=False),
    Column("password_hash", Text, nullable=False),
    # JSON, of those that differ from the defaults: only their user's own devices ever read them.
    Column("preferences", Text, nullable=False),
    Column("changes", BigInteger, nullable=False),
    Column("created", BigInteger, nullable=False),
    # Of any session, also of those that have ended; empty before the first one.
    Column("last_seen", BigInteger),
    UniqueConstraint("email"),
    CheckConstraint("role IN ('owner', 'member')", name="role"),
    Index(None, "folded_name"),
)

name_word = Table(
    "name_word",
    metadata,
    Column("word", Ordered, nullable=False),
    Column("user_id", Id, ForeignKey("user.id"), nullable=False),
    PrimaryKeyConstraint("word", "user_id"),
    Index(None, "user_id"),
    sqlite_with_rowid=False,
)

session = Table(
    "session",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("token_hash", String(64), nullable=False),
    Column("user_id", Id, ForeignKey("user.id"), nullable=False),
    Column("device", Text, nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("last_seen", BigInteger, nullable=False),
    UniqueConstraint("token_hash"),
    Index(None, "user_id"),
)

link = Table(
    "link",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("token_hash", String(64), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("email", Text, nullable=False),
    Column("role", String(16), nullable=False),
    Column("user_id", Id, ForeignKey("user.id")),
    Column("created", BigInteger, nullable=False),
    Column("expires", BigInteger, nullable=False),
    UniqueConstraint("token_hash"),
    CheckConstraint("kind IN ('set-up', 'invitation', 'reset')", name="kind"),
)

room = Table(
    "room",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("kind", String(16), nullable=False),
    Column("name", Text),
    Column("pair_key", String(40)),
    Column("creator_id", Id, ForeignKey("user.id"), nullable=False),
    Column("key", String(64)),
    Column("members", Integer, nullable=False),
    Column("last_number", BigInteger, nullable=False),
    Column("last_seq", BigInteger, nullable=False),
    Column("created", BigInteger, nullable=False),
    UniqueConstraint("pair_key"),
    UniqueConstraint("creator_id", "key"),
    CheckConstraint(
        "(kind = 'direct' AND pair_key IS NOT NULL) OR (kind = 'group' AND name IS NOT NULL)",
        name="kind",
    ),
)

member = Table(
    "member",
    metadata,
    Column("user_id", Id, ForeignKey("user.id"), nullable=False),
    Column("room_id", Id, ForeignKey("room.id"), nullable=False),
    Column("role", String(16), nullable=False),
    Column("read_number", BigInteger, nullable=False),
    # Orders the read marks, which may move back: how often it moved.
    Column("read_change", BigInteger, nullable=False),
    Column("seen_number", BigInteger, nullable=False),
    Column("notify", String(16), nullable=False),
    Column("joined", BigInteger, nullable=False),
    PrimaryKeyConstraint("user_id", "room_id"),
    CheckConstraint("role IN ('owner', 'member')", name="role"),
    CheckConstraint("notify IN ('everything', 'mentions', 'nothing')", name="notify"),
    # Who has seen the most comes last; a room's members are found by its beginning.
    Index(None, "room_id", "seen_number"),
    sqlite_with_rowid=False,
)

message = Table(
    "message",
    metadata,
    # Counts all messages of all rooms, so it never leaves this layer: a message's address is room and number.
    Column("id", Id, primary_key=True),
    Column("room_id", Id, ForeignKey("room.id"), nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("author_id", Id, ForeignKey("user.id"), nullable=False),
    Column("key", String(64), nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("changed", BigInteger, nullable=False),
    Column("edited", BigInteger),
    Column("deleted", BigInteger),
    Column("text", Text, nullable=False),
    Column("mentions", Ids, nullable=False),
    UniqueConstraint("room_id", "number"),
    UniqueConstraint("author_id", "key"),
    CheckConstraint("deleted IS NULL OR text = ''", name="deleted_has_no_text"),
)

# Holds all that counting them needs, so that the messages themselves are not looked at.
Index(
    "ix_message_deleted",
    message.c.room_id,
    message.c.number,
    message.c.deleted,
    sqlite_where=message.c.deleted.is_not(None),
    postgresql_where=message.c.deleted.is_not(None),
)

# What is not deleted, by the time: a list over many rooms takes from each of them no more than it shows.
Index(
    "ix_message_live",
    message.c.room_id,
    message.c.created,
    message.c.number,
    sqlite_where=message.c.deleted.is_(None),
    postgresql_where=message.c.deleted.is_(None),
)
Index(
    "ix_message_live_by_author",
    message.c.room_id,
    message.c.author_id,
    message.c.created,
    message.c.number,
    sqlite_where=message.c.deleted.is_(None),
    postgresql_where=message.c.deleted.is_(None),
)

# Whom messages name, by whom they name: so that each can count theirs.
mention = Table(
    "mention",
    metadata,
    Column("user_id", Id, ForeignKey("user.id"), nullable=False),
    Column("room_id", Id, ForeignKey("room.id"), nullable=False),
    Column("number", BigInteger, nullable=False),
    PrimaryKeyConstraint("user_id", "room_id", "number"),
    Index(None, "room_id", "number"),
    sqlite_with_rowid=False,
)

revision = Table(
    "revision",
    metadata,
    Column("message_id", Id, ForeignKey("message.id"), nullable=False),
    Column("changed", BigInteger, nullable=False),
    Column("text", Text, nullable=False),
    Column("replaced", BigInteger, nullable=False),
    PrimaryKeyConstraint("message_id", "changed"),
)

event = Table(
    "event",
    metadata,
    Column("room_id", Id, ForeignKey("room.id"), nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("kind", String(32), nullable=False),
    # Of the message that it is about, or that a line stands after.
    Column("number", BigInteger, nullable=False),
    Column("user_id", Id, ForeignKey("user.id")),
    # Lines alone have somebody who did it, and a new name of the room.
    Column("by_id", Id, ForeignKey("user.id")),
    Column("name", Text),
    Column("created", BigInteger, nullable=False),
    PrimaryKeyConstraint("room_id", "seq"),
    sqlite_with_rowid=False,
)

# A page of messages finds its lines here, however many messages were posted meanwhile.
Index(
    "ix_event_line",
    event.c.room_id,
    event.c.number,
    event.c.seq,
    sqlite_where=event.c.by_id.is_not(None),
    postgresql_where=event.c.by_id.is_not(None),
)

# What the index of words is made of; it holds exactly these tokens, so that they can be taken out of it again.
search_text = Table(
    "search_text",
    metadata,
    Column("id", Id, ForeignKey("message.id"), primary_key=True, autoincrement=False),
    Column("text", Text, nullable=False),
    Column("room", String(24), nullable=False),
)
