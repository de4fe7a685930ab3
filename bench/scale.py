"""How many servers serve how many people: arithmetic over what `make bench` measured.

`python -m bench.scale` reads build/bench/bench.json and prints the table of docs/scale.md.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil
from pathlib import Path

BENCH = Path("build/bench/bench.json")


@dataclass(frozen=True)
class Load:
    """A working day of so many people: what an hour in the middle of a busy morning is like."""

    people: int
    online: float = 0.6
    """Of them, at the same time."""
    posts_a_day: int = 60
    """Of each, in eight hours."""
    peak: float = 3
    """Times the mean."""
    hearing: int = 10
    """Of the members of a room, those who are online."""

    @property
    def connections(self) -> int:
        return ceil(self.people * self.online)

    @property
    def posts(self) -> float:
        """A second, at the peak."""
        return self.people * self.posts_a_day / (8 * 3600) * self.peak

    @property
    def deliveries(self) -> float:
        return self.posts * self.hearing


@dataclass(frozen=True)
class Costs:
    """Of one process on one core: seconds of CPU, and bytes."""

    delivery: float
    post: float
    connection: float
    posts: float
    """A second, of one database for all servers."""
    busy: float = 0.5
    """Of a core, so that a server can take over from another one."""
    held: int = 10_000
    """Connections of one process."""


def count_processes(load: Load, costs: Costs) -> int:
    """Whichever runs out first: connections, or the core."""
    work = load.posts * costs.post + load.deliveries * costs.delivery
    return max(1, ceil(load.connections / costs.held), ceil(work / costs.busy))


def count_databases(load: Load, costs: Costs) -> int:
    return max(1, ceil(load.posts / (costs.posts * costs.busy)))


def read_costs(figures: Mapping[tuple[str, str], float]) -> Costs:
    return Costs(
        delivery=figures["fan-out", "one room of 100, 20,000 deliveries/s"] / 1e6,
        post=1 / figures["posts over socket", "16 posters, 16 rooms"],
        connection=figures["idle", "memory of each"] * 1e3,
        posts=figures["servers", "posts on PostgreSQL, 256 posters in as many rooms"],
    )


def main() -> None:
    measured = json.loads(BENCH.read_text())["figures"]
    figures = {(one["group"], one["name"]): one["value"] for one in reversed(measured)}
    costs = read_costs(figures)
    sys.stdout.write("| people | connections | posts/s | deliveries/s | processes | memory | databases |\n")
    sys.stdout.write("|---|---|---|---|---|---|---|\n")
    for people in (10_000, 100_000, 10_000_000):
        load = Load(people)
        memory = load.connections * costs.connection / 1e9
        sys.stdout.write(
            f"| {people:,} | {load.connections:,} | {load.posts:,.0f} | {load.deliveries:,.0f} "
            f"| {count_processes(load, costs):,} | {memory:,.1f} GB | {count_databases(load, costs):,} |\n"
        )


if __name__ == "__main__":
    main()
