"""The load: what load/*.c is told to do, and what it says of it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from bench.server.machine import LOAD, on_core
from bench.server.report import Wrong
from bench.server.serving import Running
from bench.server.workspace import Person, Room

TEXT = "The truck from Brenner is at gate two, fourteen pallets, two of them with wet wrapping."
LONGEST = 900
"""Seconds that a load takes at most."""

Kind = Literal["talk", "ask", "visit", "resume", "stay"]
Result = dict[str, Any]


@dataclass
class Plan:
    """Lines for load/plan.c."""

    servers: Sequence[Running]
    """Whose costs are counted, and to whom members connect by turns."""
    lines: list[str] = field(default_factory=list)
    _members: int = 0
    _rooms: int = 0

    def __post_init__(self) -> None:
        for server in self.servers:
            self.say("watch", server.pid)

    def say(self, name: str, *values: object) -> None:
        self.lines.append(" ".join(map(str, (name, *values))))

    def add_room(self, room: Room) -> int:
        self.say("room", room.id, room.seq)
        self._rooms += 1
        return self._rooms - 1

    def add_member(self, person: Person, rooms: Iterable[int]) -> int:
        port = self.servers[self._members % len(self.servers)].port
        self.say("member", port, person.cookie, person.id, *rooms)
        self._members += 1
        return self._members - 1

    def add_talk(self, rooms: Sequence[Room], voices: int | None = None) -> None:
        """All people of the rooms hear; `voices` of each room post (all, if not said), room by room in turn."""
        posting: list[list[tuple[int, int]]] = []
        for room in rooms:
            at = self.add_room(room)
            members = [self.add_member(person, [at]) for person in room.people]
            posting.append([(member, at) for member in members[:voices]])
        for turn in range(max(map(len, posting))):
            for some in posting:
                if turn < len(some):
                    self.say("voice", *some[turn])


def run(program: Path, kind: Kind, plan: Plan) -> Result:
    """On the load's core. Fails with what the load says is wrong."""
    with on_core(LOAD):
        process = subprocess.Popen(
            [program, kind],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
    said, complaint = process.communicate("\n".join(plan.lines) + "\n", timeout=LONGEST)
    if process.returncode:
        raise Wrong(complaint.strip() or f"the load ended with {process.returncode}")
    result: Result = json.loads(said)
    return result
