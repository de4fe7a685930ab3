from collections.abc import Iterator

import pytest

from tests.compiled import compiled_once
from tests.postgres import Postgres, running_postgres


@pytest.fixture(scope="session", autouse=True)
def statements() -> Iterator[None]:
    with compiled_once():
        yield


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """One for all tests of a process, each of which has a database of its own. It need not outlive a power cut."""
    with running_postgres("fsync=off", "full_page_writes=off", "shared_buffers=16MB") as postgres:
        yield postgres
