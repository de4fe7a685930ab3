"""Everything there is at the beginning. (What was tried out before the first release was called 0001, and is refused.)"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = None

ORDERED = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "organisation",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("epoch", sa.String(length=32), nullable=False),
        sa.Column("secret", sa.String(length=64), nullable=False),
        sa.Column("normaliser_version", sa.Integer(), nullable=False),
        sa.Column("idle_days", sa.Integer(), nullable=False),
        sa.CheckConstraint("id = 1", name="ck_organisation_only_one"),
        sa.PrimaryKeyConstraint("id", name="pk_organisation"),
    )
    op.create_table(
        "user",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("folded_name", ORDERED, nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("preferences", sa.Text(), nullable=False),
        sa.Column("changes", sa.BigInteger(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("last_seen", sa.BigInteger()),
        sa.CheckConstraint("role IN ('owner', 'member')", name="ck_user_role"),
        sa.PrimaryKeyConstraint("id", name="pk_user"),
        sa.UniqueConstraint("email", name="uq_user_email"),
    )
    op.create_index("ix_user_folded_name", "user", ["folded_name"])
    op.create_table(
        "link",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("user_id", ID),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("expires", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("kind IN ('set-up', 'invitation', 'reset')", name="ck_link_kind"),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name="fk_link_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_link"),
        sa.UniqueConstraint("token_hash", name="uq_link_token_hash"),
    )
    op.create_table(
        "name_word",
        sa.Column("word", ORDERED, nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name="fk_name_word_user_id"),
        sa.PrimaryKeyConstraint("word", "user_id", name="pk_name_word"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_name_word_user_id", "name_word", ["user_id"])
    op.create_table(
        "room",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("name", sa.Text()),
        sa.Column("pair_key", sa.String(length=40)),
        sa.Column("creator_id", ID, nullable=False),
        sa.Column("key", sa.String(length=64)),
        sa.Column("members", sa.Integer(), nullable=False),
        sa.Column("last_number", sa.BigInteger(), nullable=False),
        sa.Column("last_seq", sa.BigInteger(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "(kind = 'direct' AND pair_key IS NOT NULL) OR (kind = 'group' AND name IS NOT NULL)",
            name="ck_room_kind",
        ),
        sa.ForeignKeyConstraint(["creator_id"], ["user.id"], name="fk_room_creator_id"),
        sa.PrimaryKeyConstraint("id", name="pk_room"),
        sa.UniqueConstraint("creator_id", "key", name="uq_room_creator_id_key"),
        sa.UniqueConstraint("pair_key", name="uq_room_pair_key"),
    )
    op.create_table(
        "session",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("last_seen", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name="fk_session_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_session"),
        sa.UniqueConstraint("token_hash", name="uq_session_token_hash"),
    )
    op.create_index("ix_session_user_id", "session", ["user_id"])
    op.create_table(
        "event",
        sa.Column("room_id", ID, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("user_id", ID),
        sa.Column("by_id", ID),
        sa.Column("name", sa.Text()),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name="fk_event_by_id"),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name="fk_event_room_id"),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name="fk_event_user_id"),
        sa.PrimaryKeyConstraint("room_id", "seq", name="pk_event"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_event_line",
        "event",
        ["room_id", "number", "seq"],
        sqlite_where=sa.text("by_id IS NOT NULL"),
        postgresql_where=sa.text("by_id IS NOT NULL"),
    )
    op.create_table(
        "member",
        sa.Column("user_id", ID, nullable=False),
        sa.Column("room_id", ID, nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("read_number", sa.BigInteger(), nullable=False),
        sa.Column("read_change", sa.BigInteger(), nullable=False),
        sa.Column("seen_number", sa.BigInteger(), nullable=False),
        sa.Column("notify", sa.String(length=16), nullable=False),
        sa.Column("joined", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("notify IN ('everything', 'mentions', 'nothing')", name="ck_member_notify"),
        sa.CheckConstraint("role IN ('owner', 'member')", name="ck_member_role"),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name="fk_member_room_id"),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name="fk_member_user_id"),
        sa.PrimaryKeyConstraint("user_id", "room_id", name="pk_member"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_member_room_id_seen_number", "member", ["room_id", "seen_number"])
    op.create_table(
        "mention",
        sa.Column("user_id", ID, nullable=False),
        sa.Column("room_id", ID, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name="fk_mention_room_id"),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name="fk_mention_user_id"),
        sa.PrimaryKeyConstraint("user_id", "room_id", "number", name="pk_mention"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_mention_room_id_number", "mention", ["room_id", "number"])
    op.create_table(
        "message",
        sa.Column("id", ID, nullable=False),
        sa.Column("room_id", ID, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("author_id", ID, nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("changed", sa.BigInteger(), nullable=False),
        sa.Column("edited", sa.BigInteger()),
        sa.Column("deleted", sa.BigInteger()),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("mentions", sa.Text(), nullable=False),
        sa.CheckConstraint("deleted IS NULL OR text = ''", name="ck_message_deleted_has_no_text"),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name="fk_message_author_id"),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name="fk_message_room_id"),
        sa.PrimaryKeyConstraint("id", name="pk_message"),
        sa.UniqueConstraint("author_id", "key", name="uq_message_author_id_key"),
        sa.UniqueConstraint("room_id", "number", name="uq_message_room_id_number"),
    )
    op.create_index(
        "ix_message_deleted",
        "message",
        ["room_id", "number", "deleted"],
        sqlite_where=sa.text("deleted IS NOT NULL"),
        postgresql_where=sa.text("deleted IS NOT NULL"),
    )
    op.create_index(
        "ix_message_live",
        "message",
        ["room_id", "created", "number"],
        sqlite_where=sa.text("deleted IS NULL"),
        postgresql_where=sa.text("deleted IS NULL"),
    )
    op.create_index(
        "ix_message_live_by_author",
        "message",
        ["room_id", "author_id", "created", "number"],
        sqlite_where=sa.text("deleted IS NULL"),
        postgresql_where=sa.text("deleted IS NULL"),
    )
    op.create_table(
        "revision",
        sa.Column("message_id", ID, nullable=False),
        sa.Column("changed", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("replaced", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name="fk_revision_message_id"),
        sa.PrimaryKeyConstraint("message_id", "changed", name="pk_revision"),
    )
    op.create_table(
        "search_text",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("room", sa.String(length=24), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["message.id"], name="fk_search_text_id"),
        sa.PrimaryKeyConstraint("id", name="pk_search_text"),
    )
    _make_search_index()


def _make_search_index() -> None:
    # The tokens come ready made and parted by spaces; every other tokeniser would part some of them again.
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE search_index USING fts5(text, room, content='search_text', content_rowid='id',"
            " tokenize='ascii', columnsize=0)"
        )
    else:
        op.execute("CREATE TABLE search_index (id BIGINT PRIMARY KEY, words TSVECTOR NOT NULL)")
        op.execute("CREATE INDEX ix_search_index_words ON search_index USING GIN (words)")
