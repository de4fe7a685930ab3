from collections.abc import Iterator

import pytest

from tests.api.browser import Browser
from tests.engines import ENGINES, settings_of
from tests.serving import Serving, running_server

on_sqlite_only = pytest.mark.parametrize("serving", ["sqlite"], indirect=True)
"""For what the other engine does not have."""


@pytest.fixture(scope="module", params=ENGINES)
def shared(request: pytest.FixtureRequest) -> Iterator[Serving]:
    """For tests that leave its people and limits as they were."""
    with settings_of(request) as settings, running_server(settings=settings) as serving:
        yield serving


@pytest.fixture(params=ENGINES)
def serving(request: pytest.FixtureRequest) -> Iterator[Serving]:
    """A test's own."""
    with settings_of(request) as settings, running_server(settings=settings) as serving:
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
