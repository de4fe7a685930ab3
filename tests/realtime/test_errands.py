"""Errands: what a server asks of another for its clients."""

from __future__ import annotations

import asyncio

import pytest

from deskchat.domain.errors import ConnectionGone
from deskchat.realtime.errands import MOST_OF_DEVICE, Errands
from deskchat.realtime.letters import Errand, ErrandDone, Letter
from tests.realtime.stage import settle

MALLORYS, BELAS = 1, 2


async def test_one_device_cannot_make_a_server_wait_for_ever_more_others() -> None:
    told: list[Letter] = []
    errands = Errands(lambda _server, letter: told.append(letter), lambda _server: False)
    waiting = [asyncio.create_task(errands.ask("nowhere", "none", MALLORYS)) for _ in range(MOST_OF_DEVICE)]
    await settle()
    with pytest.raises(ConnectionGone):
        await errands.ask("nowhere", "none", MALLORYS)
    assert len(told) == MOST_OF_DEVICE
    other = asyncio.create_task(errands.ask("there", "one", BELAS))
    await settle()
    answer_all(errands, told)
    assert await other == []
    assert await asyncio.gather(*waiting) == [[]] * MOST_OF_DEVICE
    again = asyncio.create_task(errands.ask("there", "one", MALLORYS))
    await settle()
    answer_all(errands, told[-1:])
    assert await again == []


def answer_all(errands: Errands, told: list[Letter]) -> None:
    for letter in told:
        assert isinstance(letter, Errand)
        errands.take(ErrandDone(letter.number, []))
