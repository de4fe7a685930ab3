"""The engines that a database can be of: a fixture with these parameters makes its tests run on each."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from deskchat.config import Settings
from tests.postgres import Postgres

ENGINES = ("sqlite", "postgresql")


@contextmanager
def settings_of(request: pytest.FixtureRequest) -> Iterator[Settings]:
    """Of a server on a new database, of the engine that is the fixture's parameter."""
    if request.param == "sqlite":
        yield Settings()
    else:
        postgres: Postgres = request.getfixturevalue("postgres")
        with postgres.migrated_database() as url:
            yield Settings(database=url)
