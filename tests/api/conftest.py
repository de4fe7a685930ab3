from collections.abc import Iterator

import pytest

from tests.api.browser import Browser
from tests.serving import Serving, running_server


@pytest.fixture(scope="module")
def shared() -> Iterator[Serving]:
    """For tests that leave its people and limits as they were."""
    with running_server() as serving:
        yield serving


@pytest.fixture
def serving() -> Iterator[Serving]:
    """A test's own."""
    with running_server() as serving:
        yield serving


@pytest.fixture
def asha(shared: Serving) -> Iterator[Browser]:
    """Owns the organisation and the group."""
    with Browser(shared, shared.people.asha) as browser:
        yield browser


@pytest.fixture
def bela(shared: Serving) -> Iterator[Browser]:
    with Browser(shared, shared.people.bela) as browser:
        yield browser


@pytest.fixture
def mallory(shared: Serving) -> Iterator[Browser]:
    """Is in no room."""
    with Browser(shared, shared.people.mallory) as browser:
        yield browser


@pytest.fixture
def stranger(shared: Serving) -> Iterator[Browser]:
    """Is not signed in."""
    with Browser(shared) as browser:
        yield browser
