"""A connection of somebody in the office, by socket or by long polling: the same to who uses it."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from enum import StrEnum
from typing import Any

import httpx
from websockets.exceptions import InvalidStatus

from tests.permissions.office import Person, cookie
from tests.serving import ENOUGH, Serving
from tests.socket.tab import Tab, open_tab


class Link(StrEnum):
    SOCKET = "socket"
    POLL = "poll"


class NotLetIn(Exception):
    """The connection was refused: as the matrix says it."""


@asynccontextmanager
async def connect(serving: Serving, link: Link, person: Person | None) -> AsyncIterator[Tab]:
    """As somebody, or as nobody; they have been shown their rooms. NotLetIn."""
    headers = cookie(serving, person) if person else {"Cookie": ""}
    opened = _open_socket(serving, headers) if link is Link.SOCKET else _open_poll(serving, headers)
    async with opened as tab:
        yield tab


@asynccontextmanager
async def _open_socket(serving: Serving, headers: dict[str, str]) -> AsyncIterator[Tab]:
    try:
        async with open_tab(serving, serving.people.mallory, headers) as tab:
            yield tab
    except InvalidStatus as refused:
        raise NotLetIn(_answer(refused.response.status_code, refused.response.body or b"")) from refused


@asynccontextmanager
async def _open_poll(serving: Serving, headers: dict[str, str]) -> AsyncIterator[Tab]:
    async with httpx.AsyncClient(
        base_url=serving.url, headers=headers, trust_env=False, verify=False, timeout=ENOUGH
    ) as client:
        opened = await client.post("/api/v1/connections")
        if opened.is_error:
            raise NotLetIn(_answer(opened.status_code, opened.content))
        connection: Any = Polled(client, f"/api/v1/connections/{opened.json()['id']}")
        tab = Tab(connection)
        await tab.see("rooms")
        yield tab


class PollRefused(Exception):
    """The connection has ended: as the matrix says it."""


class Polled:
    """What a `Tab` needs of a socket, without one."""

    def __init__(self, client: httpx.AsyncClient, address: str) -> None:
        self._client = client
        self._address = address
        self._frames: deque[tuple[int, Any]] = deque()
        self._ack = 0

    async def send(self, command: str) -> None:
        response = await self._client.post(
            f"{self._address}/commands", content=command, headers={"Content-Type": "application/json"}
        )
        if response.is_error:
            raise PollRefused(_answer(response.status_code, response.content))

    async def recv(self) -> bytes:
        """The next frame."""
        while not self._frames:
            await self._poll()
        self._ack, frame = self._frames.popleft()
        return json.dumps(frame).encode()

    async def _poll(self) -> None:
        response = await self._client.post(f"{self._address}/poll", json={"ack": self._ack})
        if response.is_error:
            raise PollRefused(_answer(response.status_code, response.content))
        self._frames.extend(response.json()["frames"])


def _answer(status: int, problem: bytes | bytearray) -> str:
    return f"{status} {json.loads(problem)['code']}"
