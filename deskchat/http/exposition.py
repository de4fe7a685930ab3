"""The text that Prometheus reads. Each part that counts has a function here.

It is made in a thread, while others go on counting. Labels are words of ours: nothing is named after a user, a room or
an address.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import accumulate
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Metric, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.registry import Collector
from typing_extensions import override

from deskchat import __version__
from deskchat.domain.metrics import Histogram
from deskchat.http.parts import Parts

if TYPE_CHECKING:
    from deskchat.realtime.servers import Servers


def expose(parts: Parts) -> bytes:
    """Everything that is counted, and what the system says of the process: memory, processor, open files."""
    registry = CollectorRegistry()
    registry.register(_Counted(parts))
    ProcessCollector(registry=registry)
    return generate_latest(registry)


class _Counted(Collector):
    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    @override
    def collect(self) -> Iterator[Metric]:
        yield _gauge("build_info", "The version that runs.", {__version__: 1}, "version")
        yield from _of_store(self._parts)
        yield from _of_connections(self._parts)
        if self._parts.servers:
            yield from _of_servers(self._parts.servers)
        yield _counter(
            "responses",
            "Answers, by status; of sockets, to the handshake.",
            _copy(self._parts.answers),
            "status",
        )
        yield _histogram("loop_lag_seconds", "How late the event loop was, each second.", self._parts.lag)


def _of_store(parts: Parts) -> Iterator[Metric]:
    store = parts.store_metrics
    yield _counter("posts", "Messages committed.", store.posts)
    yield _gauge("commands_waiting", "Commands that are not answered yet.", parts.count_waiting())
    yield _counter(
        "commands_failed", "Commands that failed for a reason of the server's.", _copy(store.failed), "code"
    )
    yield _histogram("batch_commands", "Commands of one transaction.", store.batches)
    yield _histogram("commit_seconds", "How long a commit took, with its flush.", store.commits)
    yield _counter("batches_lost", "Batches of which nothing was kept.", store.lost)


def _of_connections(parts: Parts) -> Iterator[Metric]:
    hub, polls = parts.services.hub, len(parts.connections)
    opened, closed = hub.metrics.opened, _copy(hub.metrics.closed)
    by_way = {"socket": opened - sum(closed.values()) - polls, "polling": polls}
    yield _counter("deliveries", "Events handed to connections.", hub.metrics.deliveries)
    yield _gauge("connections", "Connections that are open.", by_way, "via")
    yield _counter("connections_opened", "Connections that were opened.", opened)
    yield _counter("connections_closed", "Connections that have ended.", closed, "reason")
    yield _gauge("connections_congested", "Connections that take too little now.", hub.count_congested())
    yield _counter("congestions", "How often a connection took too little.", hub.metrics.congestions)


def _of_servers(servers: Servers) -> Iterator[Metric]:
    yield _gauge("bus_up", "Whether the bus carries what is sent: 1 or 0.", servers.is_bus_heard)
    yield _gauge("bus_lag_seconds", "How long the last sign of life took over the bus.", servers.lag)
    yield _gauge("servers_heard", "Other servers that are heard of.", servers.count_heard())
    yield _counter("rooms_read_back", "Rooms of which news was missed and read back.", servers.read_back)


def _copy(counts: Mapping[str, int] | Mapping[int, int]) -> dict[str, float]:
    # At once: one cannot go through what others add to meanwhile.
    return {str(name): count for name, count in dict(counts).items()}


def _counter(name: str, what: str, value: float | Mapping[str, float], label: str | None = None) -> Metric:
    return _fill(CounterMetricFamily(f"deskchat_{name}", what, labels=[label] if label else None), value)


def _gauge(name: str, what: str, value: float | Mapping[str, float], label: str | None = None) -> Metric:
    return _fill(GaugeMetricFamily(f"deskchat_{name}", what, labels=[label] if label else None), value)


def _fill(
    family: CounterMetricFamily | GaugeMetricFamily, value: float | Mapping[str, float]
) -> CounterMetricFamily | GaugeMetricFamily:
    if isinstance(value, Mapping):
        for name, count in value.items():
            family.add_metric([name], count)
    else:
        family.add_metric([], value)
    return family


def _histogram(name: str, what: str, counted: Histogram) -> Metric:
    """Of each bound Prometheus wants to know how many were at most it."""
    bounds = [*map(str, counted.bounds), "+Inf"]
    buckets = [*zip(bounds, accumulate(counted.counts), strict=True)]
    return HistogramMetricFamily(f"deskchat_{name}", what, buckets=buckets, sum_value=counted.sum)
