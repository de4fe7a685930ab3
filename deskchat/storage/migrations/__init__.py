"""The steps by which an older database becomes today's."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection


class DatabaseTooNew(Exception):
    """This program cannot read what a newer one has written."""

    def __init__(self, revision: str) -> None:
        super().__init__(
            f"This database was written by a newer Deskchat (its revision {revision} is unknown here). "
            "Install that version or a newer one, or restore a backup made before."
        )


def migrate(connection: Connection) -> None:
    """Makes the tables, or brings older ones up to date, within the connection's transaction. DatabaseTooNew."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["connection"] = connection
    _refuse_newer(connection, ScriptDirectory.from_config(config))
    command.upgrade(config, "head")


def _refuse_newer(connection: Connection, steps: ScriptDirectory) -> None:
    current = find_revision(connection)
    known = {step.revision for step in steps.walk_revisions()}
    if current is not None and current not in known:
        raise DatabaseTooNew(current)


def find_revision(connection: Connection) -> str | None:
    """The last step that a database has taken; None for one that is not ours, or empty."""
    return MigrationContext.configure(connection).get_current_revision()
