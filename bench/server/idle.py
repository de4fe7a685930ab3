"""Connections that nobody uses: the memory that each holds, and what all of them take of a core."""

from __future__ import annotations

from bench.server.bench import Bench
from bench.server.load import Plan, run
from bench.server.machine import raise_file_limit
from bench.server.report import Figure, at_least, at_most
from bench.server.serving import deskchat
from bench.server.workspace import furnish

SECONDS = 50
"""Each connection is asked twice whether it is still there."""
_ROOM = 10
_OTHER_FILES = 200


def measure(bench: Bench) -> None:
    most = raise_file_limit() - _OTHER_FILES
    rooms = min(bench.connections, most) // _ROOM
    if most < bench.connections:
        bench.report.note(f"This system lets a process open {most:,} connections.")
    bench.report.say(f"Holding {rooms * _ROOM:,} connections …")
    with bench.folder() as folder:
        people = [room.people for room in furnish(folder, [_ROOM] * rooms)]
        with deskchat(folder) as server:
            plan = Plan([server])
            for some in people:
                for person in some:
                    plan.add_member(person, [])
            plan.say("settle", 3)
            plan.say("seconds", SECONDS)
            result = run(bench.programs.load, "stay", plan)
    each = result["memory"] / result["connections"] / 1000
    share = result["cpu"] / result["seconds"] * 100
    gathered = f"all open after {result['gathered']:.0f} s"
    held = result["connections"]
    bench.report.add(Figure("idle", "connections held", held, "", aim=at_least(10_000), more=gathered))
    bench.report.add(Figure("idle", "memory of each", each, "KB", aim=at_most(30)))
    bench.report.add(Figure("idle", "of a core, all of them", share, "%", aim=at_most(3)))
