"""The same session for networks that break sockets: by polls, over HTTP, against the real server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from deskchat.domain.users import User
from deskchat.http import connections
from deskchat.realtime.frames import MOST_IN_FLIGHT
from tests.serving import ENOUGH, Serving
from tests.socket.tab import open_tab

Json = dict[str, Any]


class Poller:
    """A browser tab that fetches its frames."""

    def __init__(self, browser: httpx.AsyncClient) -> None:
        self.browser = browser
        self.ack = 0
        self.seen: list[Json] = []

    async def open(self) -> None:
        response = await self.browser.post("/api/v1/connections")
        assert response.status_code == 201
        self.path = f"/api/v1/connections/{response.json()['id']}"
        self.ack = 0

    async def poll(self) -> httpx.Response:
        return await self.browser.post(f"{self.path}/poll", json={"ack": self.ack})

    async def fetch(self) -> list[Json]:
        response = await self.poll()
        assert response.status_code == 200
        numbered: list[tuple[int, Json]] = response.json()["frames"]
        assert [number for number, _ in numbered] == [*range(self.ack + 1, self.ack + 1 + len(numbered))]
        self.ack += len(numbered)
        frames = [frame for _, frame in numbered]
        self.seen += frames
        return frames

    async def see(self, kind: str) -> Json:
        while True:
            for frame in await self.fetch():
                if frame["type"] == kind:
                    return frame

    async def send(self, command: Json) -> int:
        return (await self.browser.post(f"{self.path}/commands", json=command)).status_code


@asynccontextmanager
async def browser_of(serving: Serving, user: User) -> AsyncIterator[httpx.AsyncClient]:
    cookie = await asyncio.to_thread(serving.sign_in, user)
    async with httpx.AsyncClient(
        base_url=serving.url, headers=cookie, timeout=ENOUGH, trust_env=False
    ) as browser:
        yield browser


@asynccontextmanager
async def poller_of(serving: Serving, user: User) -> AsyncIterator[Poller]:
    async with browser_of(serving, user) as browser:
        poller = Poller(browser)
        await poller.open()
        yield poller


def texts(frames: Iterable[Json]) -> list[str]:
    return [frame["message"]["text"] for frame in frames if frame["type"] == "message.posted"]


async def test_it_begins_with_hello_and_the_rooms(serving: Serving) -> None:
    async with poller_of(serving, serving.people.bela) as bela:
        hello, listed = await bela.fetch()
        assert (hello["type"], hello["user"]["name"]) == ("hello", "Bela Kovács")
        assert {room["id"] for room in listed["rooms"]} == {serving.people.direct, serving.people.group}


async def test_polls_and_sockets_meet_in_one_room(serving: Serving) -> None:
    people = serving.people
    async with poller_of(serving, people.bela) as bela, open_tab(serving, people.asha) as asha:
        await bela.fetch()
        waiting = asyncio.create_task(bela.fetch())
        await asha.post(people.direct, "by socket")
        assert texts(await waiting) == ["by socket"]
        command = {"do": "post", "ref": 7, "room": people.direct, "key": "k", "text": "by poll"}
        assert await bela.send(command) == 202
        await asha.see_text("by poll")
        assert await bela.see("ok") == {"type": "ok", "ref": 7, "number": 2, "seq": 4}


async def test_an_answer_that_was_lost_comes_again(serving: Serving) -> None:
    async with poller_of(serving, serving.people.bela) as bela:
        lost = (await bela.poll()).json()
        assert (await bela.poll()).json() == lost


async def test_a_poll_without_news_is_answered_empty(
    serving: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "LONGEST_POLL", 0.01)
    async with poller_of(serving, serving.people.bela) as bela:
        await bela.fetch()
        assert await bela.fetch() == []


async def test_a_refused_command_is_answered_by_a_frame(serving: Serving) -> None:
    async with poller_of(serving, serving.people.mallory) as mallory:
        command = {"do": "post", "ref": 7, "room": serving.people.direct, "key": "k", "text": "let me in"}
        assert await mallory.send(command) == 202
        problem = await mallory.see("problem")
        assert (problem["ref"], problem["status"], problem["code"]) == (7, 404, "no-such-room")


@pytest.mark.parametrize(
    "command", [{}, {"do": "shout", "ref": 1}, {"do": "ping"}, {"do": "ping", "ref": "1"}, [], None]
)
async def test_what_is_no_command_is_refused(serving: Serving, command: Any) -> None:
    async with poller_of(serving, serving.people.bela) as bela:
        response = await bela.browser.post(f"{bela.path}/commands", json=command)
        assert (response.status_code, response.json()["code"]) == (400, "invalid")


async def test_a_connection_that_is_gone_is_opened_anew_and_resumed(serving: Serving) -> None:
    people = serving.people
    async with poller_of(serving, people.bela) as bela, open_tab(serving, people.asha) as asha:
        await bela.fetch()
        assert (await bela.browser.delete(bela.path)).status_code == 204
        await asha.post(people.direct, "missed")
        for response in (await bela.poll(), await bela.browser.delete(bela.path)):
            assert (response.status_code, response.json()["code"]) == (410, "connection-gone")
        assert await bela.send({"do": "ping", "ref": 1}) == 410
        await bela.open()
        assert await bela.send({"do": "resume", "ref": 1, "rooms": {str(people.direct): 2}}) == 202
        await bela.see("caught-up")
        assert texts(bela.seen) == ["missed"]


async def test_who_sends_on_and_on_and_fetches_nothing_is_put_out(serving: Serving) -> None:
    people = serving.people
    async with poller_of(serving, people.bela) as bela, open_tab(serving, people.asha) as asha:
        while serving.call(serving.parts.services.hub.count_congested) == 0:
            await asha.post(people.direct, "x" * 9_000)
        sending = [bela.send({"do": "ping", "ref": ref}) for ref in range(MOST_IN_FLIGHT + 1)]
        assert sorted(await asyncio.gather(*sending)) == [202] * MOST_IN_FLIGHT + [410]
        await bela.open()
        assert await bela.send({"do": "ping", "ref": 1}) == 202


async def test_another_devices_connection_and_none_at_all_look_the_same(serving: Serving) -> None:
    people = serving.people
    async with poller_of(serving, people.bela) as bela, browser_of(serving, people.mallory) as mallory:
        answers = []
        for path in (bela.path, "/api/v1/connections/no-such-connection"):
            response = await mallory.post(f"{path}/poll", json={"ack": 0})
            answers.append({**response.json(), "request": None})
        assert answers[0] == answers[1]
        assert answers[0]["status"] == 410
        assert len(await bela.fetch()) == 2


async def test_signing_out_ends_the_poll(serving: Serving) -> None:
    async with poller_of(serving, serving.people.bela) as bela:
        await bela.fetch()
        waiting = asyncio.create_task(bela.poll())
        await bela.send({"do": "ping", "ref": 1})
        await waiting
        bela.ack += 1
        waiting = asyncio.create_task(bela.poll())
        assert (await bela.browser.delete("/api/v1/session")).status_code == 204
        assert (await waiting).status_code in (410, 401)
        assert (await bela.poll()).status_code == 401


async def test_without_a_cookie_nothing_opens(serving: Serving) -> None:
    async with httpx.AsyncClient(base_url=serving.url, trust_env=False) as stranger:
        response = await stranger.post("/api/v1/connections")
        assert (response.status_code, response.json()["code"]) == (401, "not-signed-in")


async def test_another_sites_page_cannot_open_one(serving: Serving) -> None:
    async with browser_of(serving, serving.people.bela) as bela:
        response = await bela.post("/api/v1/connections", headers={"Origin": "https://evil.example"})
        assert (response.status_code, response.json()["code"]) == (403, "foreign-origin")


async def test_when_the_server_stops_a_waiting_poll_is_answered(serving: Serving) -> None:
    async with poller_of(serving, serving.people.bela) as bela:
        await bela.fetch()
        waiting = asyncio.create_task(bela.poll())
        await asyncio.to_thread(wait_until_it_waits, serving, serving.people.bela)
        serving.stop()
        assert (await waiting).status_code == 410
        await asyncio.to_thread(serving.wait_until_stopped)
    assert "graceful shutdown exceeded" not in serving.log.getvalue()


def wait_until_it_waits(serving: Serving, user: User) -> None:
    def is_waiting() -> bool:
        [session] = [one for one in serving.parts.services.hub.listeners() if one.user == user.id]
        mailbox: Any = session
        return mailbox._outlet._poll is not None

    while not serving.call(is_waiting):
        pass
