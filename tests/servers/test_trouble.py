"""Trouble with the servers, the bus and the database, while everybody writes and goes from server to server.

In the end every device holds exactly what the database holds, every acknowledged message is there once, and nobody
was told what was not for them; nothing is done by hand for that.
"""

import asyncio
import secrets
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from random import Random

import httpx
import pytest

from deskchat.realtime.outlet import Close
from tests.kill.crowd import open_client
from tests.postgres import Postgres
from tests.servers.cluster import Cluster, running_cluster
from tests.servers.load import load_on
from tests.servers.relay import Relay, open_relay
from tests.servers.roamer import dial
from tests.valkey import Valkey, running_valkey

pytestmark = pytest.mark.slow

PAUSE = 4.0
"""Seconds that the bus is paused: longer than the servers wait for its answer."""


@pytest.fixture
def dice() -> Random:
    seed = secrets.randbelow(2**32)
    sys.stdout.write(f"seed {seed}\n")
    return Random(seed)


@pytest.fixture
def bus() -> Iterator[Valkey]:
    """A test's own, to be killed."""
    with running_valkey() as valkey:
        yield valkey


@pytest.fixture
async def relay(bus: Valkey, tmp_path: Path) -> AsyncIterator[Relay]:
    """The last server's way to the bus."""
    async with open_relay(tmp_path, bus.url) as relay:
        yield relay


@pytest.fixture
async def cluster(postgres: Postgres, bus: Valkey, relay: Relay, tmp_path: Path) -> AsyncIterator[Cluster]:
    with postgres.migrated_database() as database:
        async with running_cluster(database, [bus.url, bus.url, relay.url], tmp_path) as cluster:
            yield cluster


async def test_a_server_is_killed(cluster: Cluster, dice: Random) -> None:
    async with load_on(cluster, dice) as load:
        cluster.servers[0].kill()
        await cluster.servers[0].be_killed()
        await load.goes_on()
        await cluster.servers[0].start()
        await load.goes_on()
    assert cluster.list_errors() == set()


async def test_the_bus_is_killed(cluster: Cluster, bus: Valkey, dice: Random) -> None:
    async with load_on(cluster, dice) as load:
        bus.kill()
        await load.goes_on()
        await load.comes_to_rest()
        load.begin()
        bus.start()
        await load.goes_on()
    assert cluster.list_errors() == set()


async def test_the_bus_is_paused(cluster: Cluster, bus: Valkey, dice: Random) -> None:
    async with load_on(cluster, dice) as load:
        bus.pause()
        await load.goes_on_for(PAUSE)
        bus.resume()
        await load.goes_on()
    assert cluster.list_errors() == set()


async def test_one_server_is_cut_from_the_bus(cluster: Cluster, relay: Relay, dice: Random) -> None:
    async with load_on(cluster, dice) as load:
        await relay.cut()
        await load.goes_on()
        await load.comes_to_rest()
        load.begin()
        await relay.open()
        await load.goes_on()
    assert cluster.list_errors() == set()


async def test_the_database_is_restarted(cluster: Cluster, postgres: Postgres, dice: Random) -> None:
    async with load_on(cluster, dice) as load:
        postgres.kill()
        try:
            await load.until(lambda: any(roamer.was_put_off for roamer in load.roamers))
        finally:
            postgres.start()
        await load.goes_on()
    assert cluster.list_errors() <= {"storage.batch-lost", "storage.failed"}


async def test_members_change_while_the_bus_is_down(cluster: Cluster, bus: Valkey, dice: Random) -> None:
    """Who is removed hears nothing more of the group, who is added is shown it."""
    cast = cluster.cast
    async with load_on(cluster, dice) as load:
        bus.kill()
        await load.goes_on()
        async with open_client(dice.choice(cluster.servers).url, cluster.people[0].headers) as asha:
            removed = await asha.delete(f"/rooms/{cast.group}/members/{cast.dana.id}")
            added = await asha.post(f"/rooms/{cast.group}/members", json={"users": [cast.mallory.id]})
        assert (removed.status_code, added.status_code) == (httpx.codes.NO_CONTENT, httpx.codes.CREATED)
        await load.goes_on()
        await load.comes_to_rest()
        assert all(cast.group not in device.held for device in load.devices_of(cast.dana.id))
        assert all(cast.group in device.held for device in load.devices_of(cast.mallory.id))
        load.begin()
        bus.start()
        await load.goes_on()
    assert cluster.list_errors() == set()


async def test_all_servers_are_restarted_one_after_the_other(cluster: Cluster, dice: Random) -> None:
    """As for an upgrade: whoever was there is told to come again, and finds another server."""
    asha, bela = cluster.people[:2]
    async with load_on(cluster, dice) as load:
        for server in cluster.servers:
            async with dial(server, asha) as one, dial(server, bela) as other:
                await server.stop()
                await asyncio.gather(one.wait_closed(), other.wait_closed())
            assert [one.close_code, other.close_code] == [Close.RESTARTING, Close.RESTARTING]
            await load.goes_on()
            await server.start()
            await load.goes_on()
    assert cluster.list_errors() == set()
