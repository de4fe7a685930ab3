"""The writer's steps, taken by hand: one command, one batch."""

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy import Connection

from deskchat.domain.ports import Transaction
from deskchat.storage.commands import Command
from deskchat.storage.transaction import DatabaseTransaction
from deskchat.storage.writer import Clock, carry_out
from tests.cast import Cast, gather_cast

T = TypeVar("T")


def command(work: Callable[[DatabaseTransaction], object], by: int = 0) -> Command[Any]:
    return Command(by, work, asyncio.get_running_loop().create_future())


def carry_out_one(connection: Connection, clock: Clock, work: Callable[[DatabaseTransaction], T]) -> T:
    (outcome,) = carry_out(connection, [command(work)], clock)
    if outcome.refusal:
        raise outcome.refusal
    result: T = outcome.result
    return result


async def gather_by_hand(connection: Connection, clock: Clock) -> Cast:
    class Immediately:
        """A store of one step."""

        async def write(self, by: int, work: Callable[[Transaction], T]) -> T:
            return carry_out_one(connection, clock, work)

        async def read(self, work: Callable[[Transaction], T]) -> T:
            return carry_out_one(connection, clock, work)

    return await gather_cast(Immediately())
