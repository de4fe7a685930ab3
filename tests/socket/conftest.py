from collections.abc import Iterator

import pytest

from tests.serving import Serving, running_server


@pytest.fixture
def serving() -> Iterator[Serving]:
    with running_server() as serving:
        yield serving
