"""Connections as they are counted: how many, by which way, how they ended, and what was handed to them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from functools import partial

import httpx
import pytest
from msgspec.structs import replace

from deskchat.domain import users
from deskchat.realtime.watch import end_all
from tests.engines import ENGINES, settings_of
from tests.metered import TOKEN, Samples, read
from tests.serving import Serving, running_server
from tests.socket.tab import open_tab
from tests.socket.test_stalled import SMALL, fill, sessions_of


@pytest.fixture(params=ENGINES)
def serving(request: pytest.FixtureRequest) -> Iterator[Serving]:
    with (
        settings_of(request) as settings,
        running_server(settings=replace(settings, metrics_token=TOKEN), send_buffer=SMALL) as serving,
    ):
        yield serving


async def look(serving: Serving) -> Samples:
    return await asyncio.to_thread(read, serving)


async def test_an_event_to_three_connections_is_three_deliveries(serving: Serving) -> None:
    people = serving.people
    async with (
        open_tab(serving, people.asha) as asha,
        open_tab(serving, people.bela) as bela,
        open_tab(serving, people.bela) as other,
        open_tab(serving, people.mallory),
    ):
        before = await look(serving)
        await asha.post(people.group, "Hello")
        for tab in (bela, other):
            await tab.see_text("Hello")
        after = await look(serving)
    assert after["posts_total"] - before["posts_total"] == 1
    # And Asha's own mark to her own one connection.
    assert after["deliveries_total"] - before["deliveries_total"] == 4


async def test_connections_are_counted_by_their_way_and_by_how_they_ended(serving: Serving) -> None:
    people = serving.people
    async with open_tab(serving, people.asha) as asha, open_tab(serving, people.bela) as bela:
        headers = await asyncio.to_thread(serving.sign_in, people.chidi)
        async with httpx.AsyncClient(base_url=serving.url, headers=headers) as chidi:
            opened = (await chidi.post("/api/v1/connections")).json()["id"]
            told = await look(serving)
            assert (told["connections{socket}"], told["connections{polling}"]) == (2, 1)
            assert (await chidi.delete(f"/api/v1/connections/{opened}")).status_code == 204
        await asyncio.to_thread(serving.do, partial(users.deactivate_as_operator, user=people.bela.id))
        await bela.wait_closed()
        await asyncio.to_thread(serving.call, lambda: end_all(serving.parts.services.hub))
        await asha.wait_closed()
    told = await look(serving)
    assert (told["connections{socket}"], told["connections{polling}"]) == (0, 0)
    assert told["connections_opened_total"] == 3
    assert {name: count for name, count in told.items() if name.startswith("connections_closed_total")} == {
        "connections_closed_total{leaving}": 1,
        "connections_closed_total{signed_out}": 1,
        "connections_closed_total{restarting}": 1,
    }


async def test_who_is_cut_off_is_counted_as_that_and_congested_no_more(serving: Serving) -> None:
    people = serving.people
    async with open_tab(serving, people.bela, receive_buffer=SMALL) as bela:
        await fill(serving, people.bela)
        (session,) = sessions_of(serving, people.bela)
        await asyncio.to_thread(serving.call, session._outlet._protocol._cut_off)
        assert await bela.wait_closed() == 1006
    told = await look(serving)
    assert told["congestions_total"] >= 1
    assert told["connections_congested"] == 0
    assert told["connections_closed_total{cut_off}"] == 1


async def test_who_takes_too_little_is_congested_until_they_read_on(serving: Serving) -> None:
    people = serving.people
    async with open_tab(serving, people.bela, receive_buffer=SMALL) as bela:
        await fill(serving, people.bela)
        assert (await look(serving))["connections_congested"] == 1
        await bela.ping()
        assert (await look(serving))["connections_congested"] == 0
