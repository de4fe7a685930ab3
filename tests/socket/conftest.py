from collections.abc import Iterator

import pytest

from tests.engines import ENGINES, settings_of
from tests.serving import Serving, running_server


@pytest.fixture(params=ENGINES)
def serving(request: pytest.FixtureRequest) -> Iterator[Serving]:
    with settings_of(request) as settings, running_server(settings=settings) as serving:
        yield serving
