"""What an owner is told of the way that a request took."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from deskchat.config import Settings
from deskchat.domain.errors import NotAllowed
from tests.api.browser import API, Browser, assert_ok, assert_refused
from tests.serving import Serving, running_server


def arrive(serving: Serving, headers: Mapping[str, str] = {}) -> Any:
    with Browser(serving, serving.people.asha) as asha:
        return assert_ok(asha.get(f"{API}/doctor", headers=headers))


def test_a_request_without_a_proxy_arrives_from_where_it_was_sent(shared: Serving) -> None:
    arrival = arrive(shared)
    assert (arrival["address"], arrival["forwarded"]) == ("127.0.0.1", "no")
    assert arrival["url"] == shared.url
    assert arrival["url"] in arrival["origins"]
    assert arrival["secure"] is False


def test_a_member_is_told_nothing(bela: Browser) -> None:
    assert_refused(bela.get(f"{API}/doctor"), NotAllowed)


@pytest.mark.parametrize(
    ("trusted", "address", "forwarded"),
    [
        ((), "127.0.0.1", "ignored"),
        (("127.0.0.1",), "192.0.2.7", "believed"),
        (("10.0.0.1",), "127.0.0.1", "ignored"),
    ],
)
def test_a_proxy_is_believed_if_the_settings_name_it(
    trusted: tuple[str, ...], address: str, forwarded: str
) -> None:
    with running_server(settings=Settings(trusted_proxies=trusted)) as serving:
        arrival = arrive(serving, {"X-Forwarded-For": "192.0.2.7"})
    assert (arrival["address"], arrival["forwarded"]) == (address, forwarded)


def test_a_public_address_is_told(stranger: Browser) -> None:
    with running_server(settings=Settings(url="http://chat.example.org")) as serving:
        serving.url = f"http://127.0.0.1:{serving.port}"
        arrival = arrive(serving)
    assert (arrival["url"], arrival["origins"]) == ("http://chat.example.org", ["http://chat.example.org"])
