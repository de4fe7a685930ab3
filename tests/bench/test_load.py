"""The load of `make bench` notices what a server does wrong: a figure of a run that is not right is worth nothing."""

from __future__ import annotations

import asyncio
import itertools
import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from websockets.asyncio.server import ServerConnection, serve

from bench.server.load import TEXT, Plan, Result, run
from bench.server.machine import Programs
from bench.server.report import Wrong
from bench.server.serving import Running
from bench.server.workspace import Person, Room

ROOM = Room(7, 3, [Person(1, "asha"), Person(2, "bela"), Person(3, "chidi")])
"""It has three events, and the next one is the fourth."""
GOES_WRONG_AT = 10


@dataclass
class Room7:
    """A server of one room that keeps to the protocol, until it does not."""

    fault: str
    members: list[ServerConnection] = field(default_factory=list)
    seqs: itertools.count[int] = field(default_factory=lambda: itertools.count(ROOM.seq + 1))

    async def welcome(self, member: ServerConnection) -> None:
        self.members.append(member)
        assert member.request
        author = {"asha": 1, "bela": 2, "chidi": 3}[member.request.headers["Cookie"]]
        for kind in ("hello", "rooms"):
            await member.send(json.dumps({"type": kind}, separators=(",", ":")))
        async for said in member:
            await self.take(member, author, json.loads(said))

    async def take(self, member: ServerConnection, author: int, post: dict[str, object]) -> None:
        seq = next(self.seqs)
        fault = self.fault if seq == GOES_WRONG_AT else ""
        others = self.members[1:] if fault == "lost" else self.members
        for one in [*others, *(others[:1] if fault == "doubled" else [])]:
            changed = fault == "changed" and one is self.members[-1]
            await one.send(_posted(post, author, seq, "Something else" if changed else str(post["text"])))
        told = seq + 1 if fault == "acknowledged as another" else seq
        answer = {"type": "ok", "ref": post["ref"], "number": seq - ROOM.seq, "seq": told}
        if fault != "unanswered":
            await member.send(json.dumps(answer, separators=(",", ":")))


def _posted(post: dict[str, object], author: int, seq: int, text: str) -> str:
    message = {"number": seq - ROOM.seq, "author": author, "key": post["key"], "text": text}
    event = {"type": "message.posted", "room": ROOM.id, "seq": seq, "at": 0, "message": message}
    return json.dumps(event, separators=(",", ":"))


@asynccontextmanager
async def running_room(fault: str) -> AsyncIterator[Running]:
    async with serve(Room7(fault).welcome, "127.0.0.1", 0, compression=None) as server:
        yield Running(next(iter(server.sockets)).getsockname()[1], os.getpid())


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Programs:
    return Programs(tmp_path_factory.mktemp("programs"))


async def talk(programs: Programs, server: Running, folder: Path, until: str = "heard") -> Result:
    plan = Plan([server])
    plan.add_talk([ROOM])
    for name, value in (("seconds", 0.3), ("settle", 0), ("window", 2), ("until", until), ("enough", 1)):
        plan.say(name, value)
    for name, text in (("prefix", "post-"), ("text", TEXT), ("acks", folder / "acks")):
        plan.say(name, text)
    return await asyncio.to_thread(run, programs.load, "talk", plan)


@pytest.mark.parametrize("until", ["heard", "acked"])
async def test_a_run_in_which_everybody_hears_everything_has_figures(
    programs: Programs, tmp_path: Path, until: str
) -> None:
    async with running_room("") as server:
        result = await talk(programs, server, tmp_path, until)

    acknowledged = [line.split() for line in (tmp_path / "acks").read_text().splitlines()]
    assert len(acknowledged) == result["posted"] > GOES_WRONG_AT
    assert {int(number) for _, _, number in acknowledged} == set(range(1, result["posted"] + 1))
    assert 0 < result["posts"] <= result["posted"]
    assert result["deliveries"] > 0


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("lost", r"user 1 hears 11 instead of 10|not heard by all"),
        ("doubled", "user 1 hears 10 instead of 11"),
        ("changed", "two members hear seq 10 of room 7 differently"),
        ("acknowledged as another", "acknowledged as 11 and heard as 10"),
        ("unanswered", "not acknowledged or not heard by all"),
    ],
)
async def test_a_run_in_which_something_goes_wrong_has_none(
    programs: Programs, tmp_path: Path, fault: str, words: str
) -> None:
    async with running_room(fault) as server:
        with pytest.raises(Wrong, match=words):
            await talk(programs, server, tmp_path)
