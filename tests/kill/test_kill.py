"""A server that is killed at any moment, again and again, loses nothing that it acknowledged."""

from pathlib import Path
from random import Random

import pytest

from tests.kill.crowd import Crowd
from tests.kill.runs import FOLDERS, RUNS, check_promises, post_until_killed
from tests.kill.server import Server


@pytest.mark.slow
@pytest.mark.parametrize("_folder", FOLDERS)
async def test_kills_lose_nothing_that_was_acknowledged(
    _folder: int, folder: Path, crowd: Crowd, dice: Random
) -> None:
    async with Server(folder) as server:
        for _ in range(RUNS):
            await post_until_killed(crowd, server, dice, server.kill)
            await server.start()
            await check_promises(crowd, server)
