from collections.abc import Iterator

import pytest

from deskchat.config import Settings
from tests.postgres import Postgres
from tests.serving import Serving, running_server
from tests.valkey import Valkey, running_valkey


@pytest.fixture(scope="session")
def valkey() -> Iterator[Valkey]:
    with running_valkey() as valkey:
        yield valkey


@pytest.fixture
def settings(postgres: Postgres, valkey: Valkey) -> Iterator[Settings]:
    """Of servers that belong together."""
    with postgres.migrated_database() as database:
        yield Settings(database=database, bus=valkey.url)


@pytest.fixture
def here(settings: Settings) -> Iterator[Serving]:
    with running_server(settings=settings) as serving:
        yield serving


@pytest.fixture
def there(settings: Settings, here: Serving) -> Iterator[Serving]:
    """Another server, with the same people."""
    with running_server(settings=settings, people=here.people) as serving:
        yield serving
