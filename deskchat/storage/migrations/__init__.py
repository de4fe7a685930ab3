"""The steps by which an older database becomes today's."""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text

from deskchat.storage.engine import Unfit

if TYPE_CHECKING:
    from alembic.config import Config

NEWEST = "0002"
"""The last of the steps."""

_HALF = "half of "

HALF_MOVED = f"{_HALF}{NEWEST}"
"""What stands in the place of a step while everything is being moved into a database."""


class DatabaseTooNew(Exception):
    """This program cannot read what another one has written."""

    def __init__(self, revision: str) -> None:
        super().__init__(
            f"This database was written by a newer Deskchat (its revision {revision} is unknown here), or by one from "
            "before the first release. Install that version or a newer one, or restore a backup made before."
        )


def migrate(connection: Connection) -> None:
    """Makes the tables, or brings older ones up to date, within the connection's transaction. DatabaseTooNew; Unfit."""
    current = find_revision(connection)
    if current == NEWEST:
        return
    if current is not None:
        refuse_unknown(current)
    # Alembic takes a third of a second to load, and most starts need none of it.
    from alembic import command

    config = _configure()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def refuse_unknown(revision: str) -> None:
    """DatabaseTooNew for a step that is none of ours; Unfit for a database that a move has not filled yet."""
    from alembic.script import ScriptDirectory

    if revision.startswith(_HALF):
        raise Unfit(
            "A move to this database has not ended, so it holds only a part. Give the same `deskchat move` again and let "
            "it end, or use the database that it came from: nothing of that was changed."
        )
    if revision not in {step.revision for step in ScriptDirectory.from_config(_configure()).walk_revisions()}:
        raise DatabaseTooNew(revision)


def find_revision(connection: Connection) -> str | None:
    """The last step that a database has taken; None for one that is not ours, or empty."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def set_revision(connection: Connection, revision: str) -> None:
    connection.execute(text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})


def _configure() -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    return config
