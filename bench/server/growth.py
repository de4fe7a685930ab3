"""What grows with the history, and what does not: the same asked of a small workspace and of large ones, one at a time."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from bench.server.bench import Bench
from bench.server.history import BEGINNING, COMMON, RARE, ROOMS, History, write
from bench.server.load import TEXT, Plan, Result, run
from bench.server.pages import MISSED, Pages
from bench.server.report import Aim, Figure, Reference, at_most, at_most_times
from bench.server.serving import Running, deskchat
from bench.server.workspace import Room
from deskchat.storage.folder import DataFolder

SEARCHES = 20
"""Milliseconds that one may take, in the largest workspace."""
_TIMES = 1.5
"""That all else may take longer there."""


def measure(bench: Bench) -> None:
    sizes = sorted(bench.sizes)
    found = {size: measure_size(bench, size) for size in sizes}
    for name in found[sizes[0]]:
        for size in sizes:
            bench.report.add(_figure(name, size, found[size][name], sizes[0], found[sizes[0]][name]))


def measure_size(bench: Bench, messages: int) -> Mapping[str, Result]:
    bench.report.say(f"Writing {messages:,} messages …")
    with bench.folder() as folder:
        begun = time.monotonic()
        history = write(folder, messages)
        size = DataFolder(folder).database.stat().st_size
        bench.report.note(
            f"A history of {messages:,} messages was written in {time.monotonic() - begun:.0f} s: {size / 1e6:,.0f} MB."
        )
        # One who posts alone need not wait for their rate.
        with deskchat(folder, limited=False) as server:
            return {name: ask() for name, ask in _questions(bench, server, history, folder).items()}


def _questions(
    bench: Bench, server: Running, history: History, folder: Path
) -> Mapping[str, Callable[[], Result]]:
    pages = Pages(bench, server, history, folder)
    search = pages.search
    # Posting comes last: it changes what the others are answered.
    return {
        "latest 50 messages": pages.read_latest,
        "50 messages anywhere": pages.read_anywhere,
        f"list of {ROOMS} rooms": pages.list_rooms,
        "list of messages": pages.list_messages,
        "search, common word, few rooms": partial(search, COMMON, history.hardly),
        f"search, common word, {ROOMS} rooms": partial(search, COMMON, history.everywhere),
        "search, rare word, few rooms": partial(search, RARE, history.hardly),
        f"search, rare word, {ROOMS} rooms": partial(search, RARE, history.everywhere),
        "search, two letters, few rooms": partial(search, BEGINNING, history.hardly),
        f"search, two letters, {ROOMS} rooms": partial(search, BEGINNING, history.everywhere),
        f"catching up with {MISSED:,} messages": pages.catch_up,
        "a post": partial(_post, bench, server, history.first, folder),
    }


def _post(bench: Bench, server: Running, room: Room, folder: Path) -> Result:
    plan = Plan([server])
    plan.add_talk([room], voices=1)
    plan.say("seconds", bench.seconds)
    plan.say("warm", 0.5)
    plan.say("window", 1)
    plan.say("until", "acked")
    plan.say("prefix", "grown-")
    plan.say("text", TEXT)
    plan.say("acks", folder / "acks")
    return run(bench.programs.load, "talk", plan)


def _figure(name: str, size: int, result: Result, smallest: int, there: Result) -> Figure:
    # The smallest is what the others are measured beside.
    beside = Reference(f"ms at {smallest:,}", there["taken_p50"]) if size != smallest else None
    return Figure(
        "growth",
        f"{name}, of {size:,}",
        result["taken_p50"],
        "ms",
        beside,
        _aim(name, beside),
        f"p99 {result['taken_p99']:.1f} ms",
    )


def _aim(name: str, beside: Reference | None) -> Aim | None:
    if name.startswith("search"):
        return at_most(SEARCHES)
    return at_most_times(_TIMES) if beside else None
