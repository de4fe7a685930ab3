import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from deskchat.realtime.outlet import Close
from tests.cast import Cast
from tests.realtime.stage import Stage, gather


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Cast]:
    database = tmp_path_factory.mktemp("template") / "deskchat.sqlite3"
    return database, gather(database)


@pytest.fixture
async def stage(tmp_path: Path, template: tuple[Path, Cast]) -> AsyncIterator[Stage]:
    database, cast = template
    stage = Stage(Path(shutil.copy(database, tmp_path)), cast)
    yield stage
    for listener in stage.hub.listeners():
        listener.end(Close.LEAVING)
    await stage.run()
    stage.store.close()
