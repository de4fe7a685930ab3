"""How many people can hear: deliveries a second and what one costs, beside a server in C that only sends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from bench.server.bench import Bench
from bench.server.load import TEXT, Plan, Result, run
from bench.server.posts import check_kept
from bench.server.report import Aim, Figure, Reference, at_least_times, at_most_times
from bench.server.serving import Running, deskchat, reference
from bench.server.workspace import Person, Room, furnish
from deskchat.http.auth import COOKIE

WINDOW = 16
"""Posts on their way at once."""
RATE = 20_000
"""Deliveries a second, where the server is not to be saturated."""
_KEEPS_UP = 0.95
SHAPES = (("one room of 100", (100,)), ("one room of 1,000", (1_000,)))
MANY = ("200 rooms of 10", (10,) * 200)


def measure(bench: Bench) -> None:
    for name, sizes in SHAPES:
        product, beside = measure_both(bench, sizes, RATE)
        bench.report.add(_cost(f"{name}, {RATE:,} deliveries/s", product, beside, at_most_times(3), RATE))
        product, beside = measure_both(bench, sizes)
        bench.report.add(_speed(f"{name}, saturated", product, beside, at_least_times(1)))
        bench.report.add(_cost(f"{name}, saturated", product, beside, None))


def measure_many(bench: Bench) -> None:
    name, sizes = MANY
    product, beside = measure_both(bench, sizes, RATE)
    bench.report.add(_cost(f"{name}, {RATE:,} deliveries/s", product, beside, at_most_times(4), RATE))
    product, beside = measure_both(bench, sizes)
    bench.report.add(_cost(f"{name}, saturated", product, beside, at_most_times(4)))
    bench.report.add(_speed(f"{name}, saturated", product, beside, None))


def measure_both(bench: Bench, sizes: Sequence[int], rate: float = 0) -> tuple[Result, Result]:
    """So many deliveries a second; as many as can be, for 0."""
    bench.report.say(
        f"Talking in {len(sizes)} rooms of {sizes[0]} {f'at {rate:,}/s' if rate else 'saturated'} …"
    )
    with bench.folder() as folder:
        rooms = furnish(folder, sizes)
        # In a small room people would have to keep to their rate; where they need not, they do.
        with deskchat(folder, limited=rate > 0) as server:
            product = talk(bench, [server], rooms, rate, folder)
        check_kept(folder, product)
    with bench.folder() as folder, reference(bench.programs.fan_out) as server:
        beside = talk(bench, [server], [_as_known_there(room) for room in rooms], rate, folder)
    return product, beside


def talk(
    bench: Bench, servers: Sequence[Running], rooms: Sequence[Room], rate: float, folder: Path
) -> Result:
    """Everybody hears, everybody posts in turn; members connect to the servers in turn."""
    plan = Plan(servers)
    plan.add_talk(rooms)
    plan.say("seconds", bench.seconds)
    plan.say("warm", 0.5)
    plan.say("window", WINDOW)
    plan.say("rate", rate / len(rooms[0].people))
    plan.say("until", "heard")
    plan.say("prefix", "post-")
    plan.say("text", TEXT)
    plan.say("acks", folder / "acks")
    return run(bench.programs.load, "talk", plan)


def _as_known_there(room: Room) -> Room:
    people = [Person(person.id, f"{COOKIE}={person.id}.{room.id}") for person in room.people]
    return replace(room, seq=0, people=people)


def _speed(name: str, product: Result, beside: Result, aim: Aim | None) -> Figure:
    speeds = [result["deliveries"] / result["seconds"] for result in (product, beside)]
    more = f"{product['posts'] / product['seconds']:,.0f} posts/s, {_words(product, beside)}"
    return Figure("fan-out", name, speeds[0], "/s", Reference("C, one send() each", speeds[1]), aim, more)


def _cost(name: str, product: Result, beside: Result, aim: Aim | None, rate: float = 0) -> Figure:
    # From the first post to the last delivery: who falls behind has work left when the time is over.
    costs = [result["whole_cpu"] / result["heard"] * 1e6 for result in (product, beside)]
    speed = product["deliveries"] / product["seconds"]
    behind = f", fell behind: {speed:,.0f}/s" if speed < rate * _KEEPS_UP else ""
    more = _words(product, beside) + behind
    return Figure("fan-out", name, costs[0], "µs CPU each", Reference("C", costs[1]), aim, more)


def _words(product: Result, beside: Result) -> str:
    loads = " and ".join(f"{result['load'] * 100:.0f} %" for result in (product, beside))
    return (
        f"heard by all p50 {product['taken_p50']:.1f} ms, C {beside['taken_p50']:.1f} ms, load busy {loads}"
    )
