from collections.abc import Iterator
from dataclasses import replace

import pytest

from deskchat.http.limits import Limits
from tests.engines import ENGINES, settings_of
from tests.permissions.cells import Browser
from tests.permissions.office import Office, open_office
from tests.serving import Serving, running_server


@pytest.fixture(scope="module", params=ENGINES)
def server(request: pytest.FixtureRequest) -> Iterator[Serving]:
    """One for all cells: each office on it is a world of its own."""
    with settings_of(request) as settings, running_server(settings=settings) as serving:
        yield serving


@pytest.fixture
def serving(server: Serving) -> Serving:
    """Hundreds of requests come from one address; what they may do does not depend on how many there are."""
    server.parts.limits.strangers = Limits().strangers
    return server


@pytest.fixture(scope="module")
def browser(server: Serving) -> Iterator[Browser]:
    browser = Browser(server)
    yield browser
    browser.close()


@pytest.fixture
def unsettled_office(server: Serving) -> Office:
    """Nobody has left yet."""
    return open_office(server)


@pytest.fixture
def office(server: Serving, unsettled_office: Office) -> Iterator[Office]:
    """To be changed. The name of the organisation alone is of all offices: it is as it was afterwards."""
    server.do(unsettled_office.settle)
    yield unsettled_office
    server.do(lambda tx: tx.organisation.rename(""))


@pytest.fixture(scope="module")
def quiet_office(server: Serving, browser: Browser) -> Office:
    """Where nothing changes: all is refused, or only looked at. Emre's connection was open when he was deactivated."""
    office = open_office(server)
    connections = {
        "own_connection": browser.open_connection(office.emre),
        "others_connection": browser.open_connection(office.dana),
    }
    server.do(office.settle)
    return replace(office, connections=connections)


@pytest.fixture(scope="module")
def as_it_was(server: Serving, quiet_office: Office) -> object:
    """What is kept of the quiet office at first, and after whatever is to change nothing."""
    return server.do(quiet_office.as_kept)
