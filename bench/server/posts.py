"""Durable acknowledged posts a second, over the socket and over HTTP, beside the disk and the bare database."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from bench.server import bare
from bench.server.bench import Bench
from bench.server.load import TEXT, Kind, Plan, Result, run
from bench.server.report import Aim, Figure, Reference, Wrong, at_least, at_least_times
from bench.server.serving import Running, deskchat
from bench.server.workspace import Room, furnish
from deskchat.storage.folder import DataFolder

POSTERS = (1, 16, 256)
SLOWER = 2
"""Milliseconds that every flush takes longer."""

_WAYS: dict[str, Kind] = {"socket": "talk", "HTTP": "ask"}
_ENOUGH = {"socket": 10_000, "HTTP": 4_000}
_OF_BARE = 0.5
_OF_FLUSHES = {16: 5, 256: 20}


def measure(bench: Bench) -> None:
    flushes = measure_flushes(bench)
    bare_posts = {posters: measure_bare(bench, posters) for posters in POSTERS}
    bench.report.add(Figure("disk", "a page written and flushed", flushes, "/s"))
    for way in _WAYS:
        for posters, rooms in _cases():
            result = measure_way(bench, way, posters, rooms)
            beside = Reference(f"SQL, {posters} a commit", bare_posts[posters])
            bench.report.add(
                _figure(f"posts over {way}", posters, rooms, result, beside, _aim(way, posters), flushes)
            )


def measure_slow(bench: Bench) -> None:
    """With a disk that takes longer for every flush."""
    slow = {"LD_PRELOAD": str(bench.programs.slow_flush), "SLOW_FLUSH": str(SLOWER)}
    flushes = measure_flushes(bench, slow)
    for way in _WAYS:
        for posters, rooms in _cases():
            result = measure_way(bench, way, posters, rooms, slow)
            aim = at_least_times(_OF_FLUSHES[posters]) if posters in _OF_FLUSHES else None
            beside = Reference("flushes", flushes)
            group = f"posts over {way}, {SLOWER} ms more a flush"
            bench.report.add(_figure(group, posters, rooms, result, beside, aim, flushes))


def measure_flushes(bench: Bench, slow: dict[str, str] | None = None) -> float:
    with bench.folder() as folder:
        return bare.measure("flushes", folder, bench.seconds, preload=slow)


def measure_bare(bench: Bench, batch: int) -> float:
    with bench.folder() as folder:
        return bare.measure("posts", folder, bench.seconds, batch)


def measure_way(
    bench: Bench, way: str, posters: int, rooms: int, slow: dict[str, str] | None = None
) -> Result:
    bench.report.say(f"Posting over {way}, {posters} at once, {rooms} rooms …")
    with bench.folder() as folder:
        opened = furnish(folder, [max(2, posters // rooms)] * rooms)
        # Who does not post is not connected, either.
        opened = [replace(room, people=room.people[: posters // rooms]) for room in opened]
        with deskchat(folder, limited=False, environment=slow) as server:
            result = post(bench, server, way, posters, opened, folder)
        check_kept(folder, result)
        return result


def post(
    bench: Bench, server: Running, way: str, posters: int, rooms: Sequence[Room], folder: Path
) -> Result:
    """So many posts on their way at once."""
    plan = Plan([server])
    _say_who(plan, way, rooms)
    plan.say("seconds", bench.seconds)
    plan.say("warm", 0.5)
    plan.say("window", posters)
    plan.say("until", "acked")
    plan.say("prefix", "post-")
    plan.say("text", TEXT)
    plan.say("acks", folder / "acks")
    return run(bench.programs.load, _WAYS[way], plan)


def check_kept(folder: Path, result: Result) -> None:
    """Every acknowledged post is in the database, once, by the number that it was acknowledged with; and nothing else."""
    with closing(sqlite3.connect(DataFolder(folder).database)) as connection:
        kept = connection.execute("SELECT key, room_id, number FROM message").fetchall()
        (indexed,) = connection.execute("SELECT count(*) FROM search_text").fetchone()
        (happened,) = connection.execute(
            "SELECT count(*) FROM event WHERE kind = 'message.posted'"
        ).fetchone()
    acknowledged = [line.split() for line in (folder / "acks").read_text().splitlines()]
    told = sorted((key, int(room), int(number)) for key, room, number in acknowledged)
    if sorted(kept) != told or not len(told) == indexed == happened == result["posted"]:
        raise Wrong(f"{len(told)} posts were acknowledged, {len(kept)} are kept, {indexed} can be found")


def _cases() -> Sequence[tuple[int, int]]:
    """Posters and rooms."""
    return [(posters, rooms) for posters in POSTERS for rooms in {1: None, posters: None}]


def _say_who(plan: Plan, way: str, rooms: Sequence[Room]) -> None:
    if way == "socket":
        plan.add_talk(rooms)
        return
    for room in rooms:
        at = plan.add_room(room)
        for person in room.people:
            plan.add_member(person, [at])


def _figure(
    group: str, posters: int, rooms: int, result: Result, beside: Reference, aim: Aim | None, flushes: float
) -> Figure:
    posts = result.get("posts", result.get("answers", 0)) / result["seconds"]
    where = "one room" if rooms == 1 else f"{rooms} rooms"
    cost = result["cpu"] / result["seconds"] / posts * 1e6
    heard = (
        f", {result['deliveries'] / result['seconds']:,.0f} deliveries/s" if "deliveries" in result else ""
    )
    return Figure(
        group,
        f"{posters} {'poster' if posters == 1 else 'posters'}, {where}",
        posts,
        "/s",
        beside,
        aim,
        f"{posts / flushes:.2f} × flushes, {cost:.0f} µs CPU each, p50 {result['taken_p50']:.1f} ms{heard}, load busy {result['load'] * 100:.0f} %",
    )


def _aim(way: str, posters: int) -> Aim:
    return at_least_times(_OF_BARE) if posters == 1 else at_least(_ENOUGH[way])
