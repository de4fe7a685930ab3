"""The organisation: its one row."""

import secrets

from sqlalchemy import Connection, insert, select, update

from deskchat.domain.search import NORMALISER_VERSION
from deskchat.domain.sessions import DAY, IDLE_LIMIT
from deskchat.storage.prepared import Prepared
from deskchat.storage.schema import organisation

_GET = select(organisation)
_GET_IDLE_DAYS = Prepared(select(organisation.c.idle_days))
_UPDATE = update(organisation)


class Organisation:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def name(self) -> str:
        return str(self._connection.execute(_GET).one().name)

    def rename(self, name: str) -> None:
        self._connection.execute(_UPDATE, {"name": name})

    def idle_days(self) -> int:
        ((days,),) = _GET_IDLE_DAYS.fetch(self._connection, {})
        return int(days)

    def set_idle_days(self, days: int) -> None:
        self._connection.execute(_UPDATE, {"idle_days": days})

    def epoch(self) -> str:
        return str(self._connection.execute(_GET).one().epoch)


def found(connection: Connection) -> None:
    """Makes the row of a new database."""
    if connection.execute(_GET).one_or_none() is None:
        connection.execute(
            insert(organisation),
            {
                "id": 1,
                "name": "",
                "epoch": secrets.token_hex(16),
                "secret": secrets.token_hex(32),
                "normaliser_version": NORMALISER_VERSION,
                "idle_days": IDLE_LIMIT // DAY,
            },
        )


def begin_epoch(connection: Connection) -> None:
    """From now on what clients hold from before is void."""
    connection.execute(_UPDATE, {"epoch": secrets.token_hex(16)})


def get_secret(connection: Connection) -> str:
    """Known to nobody outside: for numbers that clients carry but cannot read."""
    return str(connection.execute(_GET).one().secret)


def get_normaliser_version(connection: Connection) -> int:
    return int(connection.execute(_GET).one().normaliser_version)


def set_normaliser_version(connection: Connection, version: int) -> None:
    connection.execute(_UPDATE, {"normaliser_version": version})
