"""A run: everybody posts until the server dies at some moment; started again, it must have kept its promises."""

import itertools
from collections.abc import Callable
from random import Random

from tests.kill.crowd import Crowd
from tests.kill.promises import check_that_all_is_there, check_that_nothing_is_lost
from tests.kill.server import Server

FOLDERS = range(5)
RUNS = 4
"""In each data folder, one after the other."""

ACKNOWLEDGED = 1000
IN_FLIGHT = 32


async def post_until_killed(crowd: Crowd, server: Server, dice: Random, end: Callable[[], None]) -> None:
    """`end` is called at any sending or answer once enough posts are acknowledged, and soon ends the server."""
    before = len(crowd.answered)
    steps = itertools.count(1)
    last = 2 * ACKNOWLEDGED + crowd.voices + dice.randrange(200)

    def step() -> None:
        if next(steps) == last:
            end()

    await crowd.post(server.url, step)
    await server.be_killed()
    assert not crowd.refusals
    assert len(crowd.answered) - before >= ACKNOWLEDGED
    assert len(crowd.unanswered) >= IN_FLIGHT


async def check_promises(crowd: Crowd, server: Server) -> None:
    """Also that whatever was unanswered can be sent again."""
    await check_that_nothing_is_lost(crowd, server.url)
    await crowd.resend(server.url)
    await check_that_all_is_there(crowd, server.url)
