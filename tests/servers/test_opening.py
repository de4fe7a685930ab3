"""What is told before a server hears of a room, or of somebody, it finds by itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest
from msgspec.structs import replace

from deskchat.config import Settings
from deskchat.realtime import bus, servers
from tests.servers.relay import Relay, open_relay
from tests.serving import Serving, running_server
from tests.socket.tab import open_tab
from tests.valkey import Valkey

LONG = 3_600.0


@pytest.fixture(autouse=True)
def _look_at_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    for pause in ("BEAT", "ROUND", "SILENCE"):
        monkeypatch.setattr(servers, pause, LONG)
    # Who waits for the bus does not take it for lost.
    monkeypatch.setattr(bus, "LONGEST_ANSWER", LONG)


@pytest.fixture
async def relay(valkey: Valkey, tmp_path: Path) -> AsyncIterator[Relay]:
    async with open_relay(tmp_path, valkey.url) as relay:
        yield relay


@pytest.fixture
async def there(settings: Settings, here: Serving, relay: Relay) -> AsyncIterator[Serving]:
    """Another server, that hears the bus by the relay. What is set up in a thread is taken down in the same one."""
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(1) as thread, ExitStack() as stack:
        running = running_server(settings=replace(settings, bus=relay.url), people=here.people)
        there = await loop.run_in_executor(thread, stack.enter_context, running)
        yield there
        relay.let_go_on()
        await loop.run_in_executor(thread, stack.close)


async def test_what_was_said_before_the_channel_was_open_is_read_back(
    here: Serving, there: Serving, relay: Relay
) -> None:
    cast = here.people
    async with open_tab(here, cast.asha) as asha, open_tab(there, cast.chidi) as chidi:
        await asha.post(cast.group, "We begin.")
        await chidi.see_text("We begin.")
        relay.hold_up()
        async with open_tab(there, cast.bela) as bela:
            await asha.post(cast.direct, "Lunch?")
            relay.let_go_on()
            await bela.see_text("Lunch?")
