"""A server whose disk runs full refuses what it cannot keep, goes on reading, and recovers when there is space."""

import itertools
from collections.abc import AsyncIterator
from pathlib import Path
from random import Random

import httpx
import pytest

from tests.kill.crowd import Crowd
from tests.kill.power import ENDLESS, Disk
from tests.kill.promises import check_that_all_is_there, check_that_nothing_is_lost
from tests.kill.runs import check_promises
from tests.kill.server import Server

REFUSED_FOR_WANT_OF_SPACE = {httpx.codes.INSUFFICIENT_STORAGE, httpx.codes.SERVICE_UNAVAILABLE}


@pytest.fixture
async def full(folder: Path, disk: Disk, crowd: Crowd, dice: Random) -> AsyncIterator[Server]:
    """A server whose disk has run full while everybody posted, until each was refused."""
    steps = itertools.count(1)

    def step() -> None:
        if next(steps) == 300:
            disk.space = dice.randrange(100_000)

    async with Server(folder, disk.environment) as server:
        await crowd.post(server.url, step)
        assert len(crowd.refusals) == crowd.voices
        yield server


async def test_posts_are_refused_until_there_is_space_and_reading_goes_on(
    full: Server, disk: Disk, crowd: Crowd
) -> None:
    assert set(crowd.refusals) <= REFUSED_FOR_WANT_OF_SPACE
    await check_that_nothing_is_lost(crowd, full.url)
    disk.space = ENDLESS
    await crowd.resend(full.url)
    await check_that_all_is_there(crowd, full.url)


async def test_a_power_cut_on_a_full_disk_loses_nothing_that_was_acknowledged(
    full: Server, disk: Disk, crowd: Crowd, dice: Random
) -> None:
    full.kill()
    await full.be_killed()
    disk.lose_unflushed(dice)
    disk.switch_on()
    await full.start()
    await check_promises(crowd, full)
