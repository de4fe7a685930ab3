"""The same thing done at two servers at the same moment is done once, or refused once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import AsyncExitStack
from itertools import combinations
from typing import Any

import httpx
import pytest
import pytest_asyncio

from deskchat.domain.rooms import Member
from tests.kill.crowd import Person, open_client
from tests.postgres import Postgres
from tests.servers.cluster import Cluster, running_cluster
from tests.serving import PASSWORD
from tests.valkey import Valkey

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="module")]

OFTEN = 10

Request = Coroutine[Any, Any, httpx.Response]
Doors = list[httpx.AsyncClient]
"""One to each server."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def cluster(
    postgres: Postgres, valkey: Valkey, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Cluster]:
    """One for all: none of the tests needs it as it was."""
    folder = tmp_path_factory.mktemp("cluster")
    with postgres.migrated_database() as database:
        async with running_cluster(database, [valkey.url] * 2, folder) as cluster:
            yield cluster
    assert cluster.list_errors() == set()


@pytest_asyncio.fixture(loop_scope="module")
async def doors(cluster: Cluster) -> AsyncIterator[Doors]:
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(open_client(server.url)) for server in cluster.servers]


async def test_one_key_is_one_message(cluster: Cluster, doors: Doors) -> None:
    group = cluster.cast.group

    def post(by: Person, key: str) -> list[Request]:
        body = {"key": key, "text": f"This is {key}."}
        return [door.post(f"/rooms/{group}/messages", json=body, headers=by.headers) for door in doors]

    posts = [post(by, f"key-{number}") for number in range(2 * OFTEN) for by in cluster.people[:5]]
    answers = await ask_at_once(posts)
    for one, other in answers:
        assert one.status_code == other.status_code == httpx.codes.CREATED
        assert one.json() == other.json()
    kept = cluster.see(lambda tx: tx.messages.list_page(group, before=None, after=None, limit=1_000))
    assert [message.number for message in kept] == list(range(1, len(posts) + 1))
    assert sorted(one.json()["number"] for one, _ in answers) == [message.number for message in kept]


async def test_of_two_owners_who_leave_one_stays(cluster: Cluster, doors: Doors) -> None:
    asha, bela, chidi = cluster.people[:3]
    groups = [await make_group(doors[0], asha, [bela, chidi], f"group-{number}") for number in range(OFTEN)]

    def leave(group: int) -> list[Request]:
        return [
            door.delete(f"/rooms/{group}/members/{who.id}", headers=who.headers)
            for door, who in zip(doors, (asha, bela), strict=True)
        ]

    for answers in await ask_at_once([leave(group) for group in groups]):
        assert sorted(answer.status_code for answer in answers) == [
            httpx.codes.NO_CONTENT,
            httpx.codes.CONFLICT,
        ]
    for group in groups:
        assert sorted(member.role for member in list_members(cluster, group)) == ["member", "owner"]


async def test_an_invitation_makes_one_account(cluster: Cluster, doors: Doors) -> None:
    asha = cluster.people[0]
    names = [f"colleague-{number}" for number in range(3)]
    tokens = [await invite(doors[0], asha, f"{name}@example.com") for name in names]

    def accept(token: str, name: str) -> list[Request]:
        body = {"token": token, "name": name, "password": PASSWORD}
        return [door.post("/invitations/accept", json=body) for door in doors]

    answers = await ask_at_once([accept(token, name) for token, name in zip(tokens, names, strict=True)])
    for pair in answers:
        assert sorted(answer.status_code for answer in pair) == [httpx.codes.CREATED, httpx.codes.NOT_FOUND]
    accounts = cluster.see(lambda tx: [user.name for user in tx.users.list_all()])
    assert sorted(name for name in accounts if name.startswith("colleague")) == sorted(names)


async def test_a_direct_chat_opened_from_both_ends_is_one(cluster: Cluster, doors: Doors) -> None:
    def open_from_both_ends(one: Person, other: Person) -> list[Request]:
        return [
            door.post("/rooms", json={"kind": "direct", "user": whom.id}, headers=who.headers)
            for door, who, whom in zip(doors, (one, other), (other, one), strict=True)
        ]

    pairs = [*combinations(cluster.people[:6], 2)]
    answers = await ask_at_once([open_from_both_ends(*pair) for pair in pairs])
    opened = [{answer.json()["id"] for answer in pair} for pair in answers]
    assert all(len(rooms) == 1 for rooms in opened)
    assert len(set.union(*opened)) == len(pairs)
    for pair, (room,) in zip(pairs, opened, strict=True):
        assert {member.profile.id for member in list_members(cluster, room)} == {who.id for who in pair}


def list_members(cluster: Cluster, room: int) -> list[Member]:
    return cluster.see(lambda tx: tx.rooms.list_members(room, None, 100).members)


async def ask_at_once(questions: Sequence[Sequence[Request]]) -> list[list[httpx.Response]]:
    """The answers to each, all of them asked at the same moment."""
    return await asyncio.gather(*(asyncio.gather(*question) for question in questions))


async def make_group(door: httpx.AsyncClient, owner: Person, others: Sequence[Person], key: str) -> int:
    """It is owned by the first of the others as well."""
    body = {"kind": "group", "key": key, "name": key, "users": [other.id for other in others]}
    made = await door.post("/rooms", json=body, headers=owner.headers)
    room: int = made.json()["id"]
    role = {"role": "owner"}
    changed = await door.patch(f"/rooms/{room}/members/{others[0].id}", json=role, headers=owner.headers)
    assert changed.status_code == httpx.codes.OK
    return room


async def invite(door: httpx.AsyncClient, owner: Person, email: str) -> str:
    body = {"email": email, "role": "member"}
    made = await door.post("/invitations", json=body, headers=owner.headers)
    link: str = made.json()["link"]
    return link.rpartition("#")[2]
