import gc
from collections.abc import Iterator
from functools import cache

import httpx
import pytest

from deskchat.storage import postgresql, reader
from tests.compiled import compiled_once
from tests.postgres import Postgres, running_postgres


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """What is collected is there to the end: to look through it for garbage, again and again, takes long."""
    gc.disable()
    yield
    gc.freeze()
    gc.enable()


@pytest.fixture(scope="session", autouse=True)
def certificates() -> Iterator[None]:
    """Read once: for each HTTP client anew, that takes longer than most tests, none of which needs them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("httpx._transports.default.create_ssl_context", cache(httpx.create_ssl_context))
        yield


@pytest.fixture(scope="session", autouse=True)
def patience() -> Iterator[None]:
    """Nothing is given up because the machine has much to do, or stands still for seconds."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reader, "LONGEST", 60.0)
        patch.setattr(postgresql, "LONGEST_LOCK", 60_000)
        patch.setattr(postgresql, "LONGEST_PAUSE_IN_TURN", 60_000)
        yield


@pytest.fixture(scope="session", autouse=True)
def statements() -> Iterator[None]:
    with compiled_once():
        yield


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """One for all tests of a process, each of which has a database of its own. It need not outlive a power cut."""
    with running_postgres("fsync=off", "full_page_writes=off", "shared_buffers=16MB") as postgres:
        yield postgres
