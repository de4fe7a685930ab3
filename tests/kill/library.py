"""Everything that the server keeps, read back through its API."""

from __future__ import annotations

from typing import TypeVar

import httpx
import msgspec

from deskchat.domain.events import Replay, RoomEvent
from deskchat.domain.messages import Message, Page
from deskchat.domain.rooms import Room, Rooms
from deskchat.domain.search import Found, Hit
from tests.kill.crowd import Person, open_client

T = TypeVar("T")


class Library:
    """What one person can read."""

    def __init__(self, url: str, person: Person) -> None:
        self._client = open_client(url, person.headers)

    async def __aenter__(self) -> Library:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.aclose()

    async def read_rooms(self) -> list[Room]:
        return (await self._get("/rooms", Rooms)).rooms

    async def read_messages(self, room: int) -> list[Message]:
        page = await self._get(f"/rooms/{room}/messages", Page, limit=100)
        messages = page.messages
        while page.earlier:
            page = await self._get(f"/rooms/{room}/messages", Page, limit=100, before=messages[0].number)
            messages = page.messages + messages
        return messages

    async def read_events(self, room: int) -> list[RoomEvent]:
        replay = await self._get(f"/rooms/{room}/events", Replay)
        events = replay.events
        while not replay.reached_head:
            replay = await self._get(f"/rooms/{room}/events", Replay, after=events[-1].seq)
            events = events + replay.events
        return events

    async def search(self, words: str) -> list[Hit]:
        found = await self._get("/search", Found, q=words, limit=50)
        hits = found.hits
        while found.before:
            found = await self._get("/search", Found, q=words, limit=50, before=found.before)
            hits = hits + found.hits
        return hits

    async def _get(self, path: str, shape: type[T], **query: str | int) -> T:
        answer = await self._client.get(path, params=query)
        assert answer.status_code == httpx.codes.OK, f"{path}: {answer.status_code} {answer.text}"
        return msgspec.json.decode(answer.content, type=shape)
