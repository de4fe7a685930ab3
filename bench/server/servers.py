"""What a second server adds: deliveries a second of two on one database, joined by a bus, beside those of one."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import psycopg

from bench.server.bench import Bench
from bench.server.fan_out import talk
from bench.server.load import Result
from bench.server.machine import LOAD, SERVER
from bench.server.posts import post
from bench.server.report import Figure, Reference, Wrong, at_least_times
from bench.server.serving import deskchat
from bench.server.workspace import furnish
from tests.postgres import Postgres, running_postgres
from tests.valkey import running_valkey

SIZES = (200,)
POSTERS = 256
POSTS_ON_POSTGRESQL = f"posts on PostgreSQL, {POSTERS} posters in as many rooms"


def measure(bench: Bench) -> None:
    # Flushed as PostgreSQL does by itself.
    with running_postgres() as postgres:
        bench.report.add(_measure_posts(bench, postgres))
        one = _measure(bench, postgres, [SERVER])
        two = _measure(bench, postgres, [SERVER, LOAD])
    bench.report.add(
        Figure(
            "servers",
            f"two servers, one room of {SIZES[0]}, saturated",
            _speed(two),
            "/s",
            Reference("one server", _speed(one)),
            at_least_times(1.6),
            f"{two['cpu'] / two['deliveries'] * 1e6:.1f} µs CPU each beside {one['cpu'] / one['deliveries'] * 1e6:.1f}; "
            "PostgreSQL, the bus and the load share the same cores",
        )
    )


def _measure_posts(bench: Bench, postgres: Postgres) -> Figure:
    bench.report.say(f"{POSTERS} posters on PostgreSQL …")
    with bench.folder() as folder, postgres.migrated_database() as database:
        rooms = [
            replace(room, people=room.people[:1])
            for room in furnish(folder, [2] * POSTERS, database=database)
        ]
        with deskchat(folder, limited=False, environment={"DESKCHAT_DATABASE": database}) as server:
            result = post(bench, server, "socket", POSTERS, rooms, folder)
        check_kept(database, folder, result)
    more = f"{result['cpu'] / result['posts'] * 1e6:.0f} µs CPU each, and what PostgreSQL takes"
    return Figure(
        "servers", POSTS_ON_POSTGRESQL, result["posts"] / result["seconds"], "/s", aim=None, more=more
    )


def _measure(bench: Bench, postgres: Postgres, cores: Sequence[int]) -> Result:
    """One server on each of these cores."""
    bench.report.say(f"{len(cores)} server(s) on PostgreSQL …")
    with ExitStack() as stack:
        folder = stack.enter_context(bench.folder())
        database = stack.enter_context(postgres.migrated_database())
        bus = stack.enter_context(running_valkey())
        rooms = furnish(folder, SIZES, database=database)
        settings = {"DESKCHAT_DATABASE": database, "DESKCHAT_BUS": bus.url}
        servers = []
        for number, core in enumerate(cores):
            place = folder / f"server-{number}"
            place.mkdir()
            servers.append(
                stack.enter_context(deskchat(place, limited=False, environment=settings, core=core))
            )
        result = talk(bench, servers, rooms, 0, folder)
        check_kept(database, folder, result)
        return result


def check_kept(database: str, folder: Path, result: Result) -> None:
    """As `posts.check_kept`, of PostgreSQL."""
    with psycopg.connect(database) as connection:
        kept = connection.execute("SELECT key, room_id, number FROM message").fetchall()
        happened = connection.execute("SELECT count(*) FROM event WHERE kind = 'message.posted'").fetchone()
    acknowledged = [line.split() for line in (folder / "acks").read_text().splitlines()]
    told = sorted((key, int(room), int(number)) for key, room, number in acknowledged)
    if sorted(kept) != told or not happened or not len(told) == happened[0] == result["posted"]:
        raise Wrong(f"{len(told)} posts were acknowledged, {len(kept)} are kept")


def _speed(result: Result) -> float:
    speed: float = result["deliveries"] / result["seconds"]
    return speed
