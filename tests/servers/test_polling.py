"""Who polls reaches any server with each request; the connection is at one of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx

from deskchat.domain.users import User
from deskchat.http.auth import cookie_name
from tests.serving import ENOUGH, Serving
from tests.socket.tab import open_tab
from tests.socket.test_polling import Poller


@asynccontextmanager
async def poller_at_both(here: Serving, there: Serving, user: User) -> AsyncIterator[tuple[Poller, Poller]]:
    """One connection, by way of each server."""
    cookie = await asyncio.to_thread(here.sign_in, user)
    token = cookie["Cookie"].partition("=")[2]
    async with browser_at(here, token) as near, browser_at(there, token) as far:
        poller = Poller(near)
        await poller.open()
        by_way_of_the_other = Poller(far)
        by_way_of_the_other.path = poller.path
        yield poller, by_way_of_the_other


def browser_at(serving: Serving, token: str) -> httpx.AsyncClient:
    cookie = {"Cookie": f"{cookie_name(serving.parts.settings)}={token}"}
    return httpx.AsyncClient(base_url=serving.url, headers=cookie, timeout=ENOUGH, trust_env=False)


async def test_a_poll_and_a_command_may_each_reach_any_server(here: Serving, there: Serving) -> None:
    cast = here.people
    async with poller_at_both(here, there, cast.asha) as (near, far), open_tab(there, cast.bela) as bela:
        await far.see("rooms")
        said = {"do": "post", "ref": 1, "room": cast.direct, "key": "one", "text": "Lunch?"}
        assert await far.send(said) == 202
        await bela.see_text("Lunch?")
        near.ack = far.ack
        await near.see("ok")
        waiting = asyncio.create_task(Poller.see(caught_up(far, near), "message.posted"))
        await bela.post(cast.direct, "At noon.")
        assert (await waiting)["message"]["text"]


async def test_another_devices_connection_looks_like_none_at_the_other_server_too(
    here: Serving, there: Serving
) -> None:
    cast = here.people
    async with poller_at_both(here, there, cast.asha) as (near, _):
        cookie = await asyncio.to_thread(there.sign_in, cast.mallory)
        async with browser_at(there, cookie["Cookie"].partition("=")[2]) as mallorys:
            poller = Poller(mallorys)
            poller.path = near.path
            theirs = await poller.poll()
            poller.path = near.path[:-1]
            nobodys = await poller.poll()
            poller.path = "/api/v1/connections/0123456789abcdef.none"
            nowhere = await poller.poll()
            codes = {(answer.status_code, answer.json()["code"]) for answer in (theirs, nobodys, nowhere)}
            assert codes == {(410, "connection-gone")}


async def test_a_connection_is_closed_by_way_of_the_other_server(here: Serving, there: Serving) -> None:
    async with poller_at_both(here, there, here.people.asha) as (near, far):
        await near.see("rooms")
        assert (await far.browser.delete(far.path)).status_code == 204
        assert (await near.poll()).status_code == 410


def caught_up(poller: Poller, with_: Poller) -> Poller:
    poller.ack = with_.ack
    return poller
