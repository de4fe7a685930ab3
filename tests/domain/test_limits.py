"""How much, how fast."""

import pytest

from deskchat.domain.errors import SlowDown
from deskchat.domain.limits import TokenBuckets


def test_a_burst_passes_and_then_one_waits_for_the_rate() -> None:
    buckets: TokenBuckets[str] = TokenBuckets(rate=2, burst=3)
    for _ in range(3):
        buckets.take("Asha", now=10)
    with pytest.raises(SlowDown) as refusal:
        buckets.take("Asha", now=10)
    assert refusal.value.retry_after == 0.5
    buckets.take("Asha", now=10.5)


def test_a_refused_request_costs_nothing() -> None:
    buckets: TokenBuckets[str] = TokenBuckets(rate=1, burst=1)
    buckets.take("Asha", now=0)
    for _ in range(100):
        with pytest.raises(SlowDown):
            buckets.take("Asha", now=0.5)
    buckets.take("Asha", now=1)


def test_nobody_pays_for_another() -> None:
    buckets: TokenBuckets[str] = TokenBuckets(rate=1, burst=1)
    buckets.take("Mallory", now=0)
    buckets.take("Asha", now=0)
    with pytest.raises(SlowDown):
        buckets.take("Mallory", now=0)


def test_waiting_long_saves_no_more_than_a_burst() -> None:
    buckets: TokenBuckets[str] = TokenBuckets(rate=1, burst=2)
    buckets.take("Asha", now=0)
    buckets.take("Asha", now=1_000)
    buckets.take("Asha", now=1_000)
    with pytest.raises(SlowDown):
        buckets.take("Asha", now=1_000)


def test_only_so_many_are_remembered() -> None:
    buckets: TokenBuckets[int] = TokenBuckets(rate=1, burst=1, most=2)
    for who in (1, 2, 3):
        buckets.take(who, now=0)
    buckets.take(1, now=0)
    with pytest.raises(SlowDown):
        buckets.take(3, now=0)
