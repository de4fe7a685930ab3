"""A server whose power is cut at any moment, again and again, loses nothing that it acknowledged."""

from pathlib import Path
from random import Random

import pytest

from tests.kill.crowd import Crowd
from tests.kill.power import Disk
from tests.kill.runs import FOLDERS, RUNS, check_promises, post_until_killed
from tests.kill.server import Server


@pytest.mark.slow
@pytest.mark.parametrize("_folder", FOLDERS)
async def test_power_cuts_lose_nothing_that_was_acknowledged(
    _folder: int, folder: Path, disk: Disk, crowd: Crowd, dice: Random
) -> None:
    def cut_power_soon() -> None:
        disk.cut_power_at(dice.randrange(1, 60))

    async with Server(folder, disk.environment) as server:
        for _ in range(RUNS):
            await post_until_killed(crowd, server, dice, cut_power_soon)
            disk.lose_unflushed(dice.choice([None, dice]))
            disk.switch_on()
            await server.start()
            await check_promises(crowd, server)
