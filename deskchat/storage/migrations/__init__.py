"""The steps by which an older database becomes today's."""

from pathlib import Path

from sqlalchemy import Connection, inspect, text

NEWEST = "0002"
"""The last of the steps."""


class DatabaseTooNew(Exception):
    """This program cannot read what another one has written."""

    def __init__(self, revision: str) -> None:
        super().__init__(
            f"This database was written by a newer Deskchat (its revision {revision} is unknown here), or by one from "
            "before the first release. Install that version or a newer one, or restore a backup made before."
        )


def migrate(connection: Connection) -> None:
    """Makes the tables, or brings older ones up to date, within the connection's transaction. DatabaseTooNew."""
    current = find_revision(connection)
    if current == NEWEST:
        return
    # Alembic takes a third of a second to load, and most starts need none of it.
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["connection"] = connection
    known = {step.revision for step in ScriptDirectory.from_config(config).walk_revisions()}
    if current is not None and current not in known:
        raise DatabaseTooNew(current)
    command.upgrade(config, "head")


def find_revision(connection: Connection) -> str | None:
    """The last step that a database has taken; None for one that is not ours, or empty."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
