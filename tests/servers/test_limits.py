"""What somebody may do so often, they may not do that often at each server."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from deskchat.domain.errors import SlowDown
from deskchat.domain.limits import TokenBuckets
from tests.serving import ENOUGH, Serving


async def test_who_guesses_at_one_server_is_slowed_down_at_the_other(here: Serving, there: Serving) -> None:
    async with httpx.AsyncClient(trust_env=False, timeout=ENOUGH) as client:
        for _ in range(5):
            wrong = await sign_in(client, here, "a wrong password")
            assert wrong.status_code == 401
        async with asyncio.timeout(ENOUGH):
            # What was taken here is told in a moment; until then each try takes one more there.
            while (answer := await sign_in(client, there, "another wrong one")).status_code == 401:
                pass
        assert answer.status_code == 429
        assert int(answer.headers["Retry-After"]) >= 1


async def sign_in(client: httpx.AsyncClient, serving: Serving, password: str) -> httpx.Response:
    return await client.post(
        f"{serving.url}/api/v1/session",
        json={"email": serving.people.bela.email, "password": password},
    )


def test_what_was_taken_elsewhere_counts() -> None:
    here: TokenBuckets[str] = TokenBuckets(rate=1, burst=3)
    here.charge("asha", 3, now=0.0)
    with pytest.raises(SlowDown):
        here.take("asha", now=0.5)
    here.take("asha", now=1.0)


def test_nobody_waits_for_more_than_twice_the_burst_because_of_others() -> None:
    here: TokenBuckets[str] = TokenBuckets(rate=1, burst=3)
    here.charge("asha", 1_000, now=0.0)
    with pytest.raises(SlowDown):
        here.take("asha", now=3.5)
    here.take("asha", now=4.0)


def test_what_was_taken_is_told_once_and_what_was_given_back_is_not() -> None:
    here: TokenBuckets[str] = TokenBuckets(rate=1, burst=3)
    here.take("before anybody listens", now=0.0)
    here.share()
    here.take("asha", now=0.0)
    here.take("asha", now=0.0)
    here.take("bela", now=0.0)
    here.give_back("bela")
    assert here.take_spent() == [("asha", 2)]
    assert here.take_spent() == []
