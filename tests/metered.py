"""A server whose metrics can be read, and their reader."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
from prometheus_client.parser import text_string_to_metric_families

from tests.serving import Serving

TOKEN = "0123456789abcdef"
WITH_TOKEN = {"Authorization": f"Bearer {TOKEN}"}

Samples = dict[str, float]
"""By name, with its label if it has one: `deskchat_connections{socket}`."""


def fetch(serving: Serving) -> str:
    """What Prometheus is told."""
    answer = httpx.get(f"{serving.url}/metrics", headers=WITH_TOKEN)
    assert answer.status_code == 200, answer.text
    return answer.text


def read(serving: Serving) -> Samples:
    """Those that are the server's own; of what was never counted 0."""
    return _Read(_list_samples(fetch(serving)))


class _Read(Samples):
    def __missing__(self, name: str) -> float:
        return 0


def _list_samples(text: str) -> Iterator[tuple[str, float]]:
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            labels = ",".join(sample.labels.values())
            yield (
                (f"{sample.name}{{{labels}}}" if labels else sample.name).removeprefix("deskchat_"),
                sample.value,
            )
