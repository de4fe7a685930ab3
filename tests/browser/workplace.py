"""A data folder with the cast in it, everybody signed in, and what one of them does over HTTP."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import httpx
import msgspec

from deskchat.domain import sessions
from deskchat.domain.messages import Page
from deskchat.domain.ports import Transaction
from deskchat.domain.sessions import new_token
from deskchat.domain.users import User
from deskchat.http.auth import COOKIE
from deskchat.storage.folder import DataFolder
from deskchat.storage.sqlite import SQLite
from deskchat.storage.store import DatabaseStore
from tests.cast import Cast, gather_cast


@dataclass(frozen=True)
class Workplace:
    people: Cast
    cookies: dict[int, str]
    """"name=value" of a signed-in device of each person, by the person's id."""

    def cookie_of(self, user: User) -> str:
        return self.cookies[user.id]


async def furnish(folder: Path) -> Workplace:
    store = DatabaseStore.open(SQLite(DataFolder(folder).database))
    store.start(lambda news: None)
    people = await gather_cast(store)
    cookies = await store.write(0, lambda tx: _sign_in_all(tx, people))
    await store.stop()
    return Workplace(people, cookies)


def _sign_in_all(tx: Transaction, people: Cast) -> dict[int, str]:
    tokens = {user.id: new_token() for user in [*people.office, people.mallory]}
    for user, token in tokens.items():
        sessions.start(tx, user, token, "a browser")
    return {user: f"{COOKIE}={token}" for user, token in tokens.items()}


class Colleague:
    """Somebody who is at the server by another way, which no trouble of a test touches."""

    def __init__(self, url: str, cookie: str) -> None:
        self._url = url
        self._cookie = cookie

    async def say(self, room: int, *texts: str) -> None:
        async with self._client() as client:
            for text in texts:
                answer = await client.post(f"/rooms/{room}/messages", json={"key": new_token(), "text": text})
                answer.raise_for_status()

    async def rename(self, name: str) -> None:
        async with self._client() as client:
            (await client.patch("/profile", json={"name": name})).raise_for_status()

    async def rename_organisation(self, name: str) -> None:
        async with self._client() as client:
            changed = await client.put("/organisation", json={"name": name, "idle_days": 30})
        changed.raise_for_status()

    async def read_texts(self, room: int) -> list[str]:
        """What the server keeps of a room, in its order; at most 100."""
        async with self._client() as client:
            answer = await client.get(f"/rooms/{room}/messages", params={"limit": 100})
        return [message.text for message in msgspec.json.decode(answer.content, type=Page).messages]

    def _client(self) -> httpx.AsyncClient:
        headers = {"Cookie": self._cookie}
        return httpx.AsyncClient(base_url=f"{self._url}/api/v1", headers=headers, trust_env=False)
