"""Letters of no server, or of a broken one: whatever is on the bus, a server goes on, and its people hear each other."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import msgspec
import pytest
from redis.asyncio import Redis

from deskchat.realtime.frames import TypingHeard
from deskchat.realtime.letters import Departed, Errand, ErrandDone, Spent, decode, encode
from tests.serving import ENOUGH, Serving
from tests.socket.tab import open_tab
from tests.valkey import Valkey

NOBODY = b"0123456789abcdef"
"""The name of a server that there is not."""
NESTED = b"\x82\xa4type\xa5alive\xa1x" + b"\x91" * 100_000 + b"\x00"

BROKEN = [
    b"",
    b"\xff" * 64,
    NOBODY,
    NOBODY + b'[{"type": "alive"}]',
    NOBODY + bytes(1_000_000),
    NOBODY + b"\x91" + NESTED,
    NOBODY + msgspec.msgpack.encode([{"type": "unheard-of"}]),
    NOBODY + msgspec.msgpack.encode([{"type": "typing", "room": "a room", "user": None}]),
    NOBODY + msgspec.msgpack.encode([{"type": "spent", "limit": 99, "takes": [[1, 1]]}]),
    NOBODY + encode([Spent("commands", [(1, 2**63), ("nobody", -(2**63)), (("a", "b"), 0)])]),
    NOBODY + encode([ErrandDone(1, [(1, b"no frame")])]),
    NOBODY + encode([Departed(), Departed()]),
]


class Publisher:
    """Whoever can write to the bus of a server's workspace."""

    def __init__(self, bus: Redis, epoch: str) -> None:
        self.bus = bus
        self._epoch = epoch

    def name(self, channel: str) -> str:
        return f"deskchat:{self._epoch}:{channel}"

    async def publish(self, channel: str, *letters: bytes) -> None:
        """Once somebody hears it."""
        name = self.name(channel)
        async with asyncio.timeout(ENOUGH):
            while not dict(await self.bus.pubsub_numsub(name))[name.encode()]:
                pass
        for letter in letters:
            await self.bus.publish(name, letter)


@pytest.fixture
async def publisher(valkey: Valkey, here: Serving) -> AsyncIterator[Publisher]:
    epoch = await asyncio.to_thread(here.do, lambda tx: tx.organisation.epoch())
    async with Redis.from_url(valkey.url) as bus:
        yield Publisher(bus, epoch)


async def test_what_is_not_understood_ends_nothing(here: Serving, publisher: Publisher) -> None:
    cast = here.people
    async with open_tab(here, cast.asha) as asha, open_tab(here, cast.bela) as bela:
        for channel in ("all", f"user:{cast.asha.id}", f"room:{cast.direct}"):
            await publisher.publish(channel, *BROKEN)
        await publisher.publish(
            f"room:{cast.direct}", NOBODY + encode([TypingHeard(cast.direct, cast.bela.id)])
        )
        await asha.see("typing")
        await bela.post(cast.direct, "Lunch?")
        await asha.see_text("Lunch?")


async def test_a_command_that_is_not_understood_is_answered_as_not_taken(
    here: Serving, publisher: Publisher
) -> None:
    servers = here.parts.servers
    assert servers
    async with publisher.bus.pubsub(ignore_subscribe_messages=True) as channels:
        await channels.subscribe(publisher.name(f"server:{NOBODY.decode()}"))
        errand = Errand(7, "a connection", device=1, command=b"{}")
        await publisher.publish(f"server:{servers.name}", NOBODY + encode([errand]))
        async with asyncio.timeout(ENOUGH):
            answer = await anext(channels.listen())
    assert decode(answer["data"][len(NOBODY) :]) == [ErrandDone(7, None)]
