"""How much, how fast; and from where somebody comes."""

from typing import Any, cast

import pytest
from litestar.connection import ASGIConnection

from deskchat.config import Settings
from deskchat.domain.errors import SlowDown, TooLarge
from deskchat.http.limits import get_address
from deskchat.http.routes import LARGEST_BODY
from tests.api.browser import API, Browser, assert_ok, assert_refused
from tests.api.exhausting import exhaust_commands, exhaust_guesses
from tests.serving import PASSWORD, Serving, running_server


def test_a_command_too_many_has_to_wait_and_reading_goes_on(serving: Serving) -> None:
    exhaust_commands(serving, serving.people.asha)
    post = f"{API}/rooms/{serving.people.group}/messages"
    with Browser(serving, serving.people.asha) as asha, Browser(serving, serving.people.bela) as bela:
        refused = asha.post(post, json={"key": "k", "text": "one too many"})
        assert_refused(refused, SlowDown)
        assert int(refused.headers["retry-after"]) >= 1
        assert_ok(asha.get(post))
        assert_ok(bela.post(post, json={"key": "k", "text": "not my doing"}), 201)


def test_two_hundred_commands_at_once_pass(serving: Serving) -> None:
    read = f"{API}/rooms/{serving.people.group}/read"
    with Browser(serving, serving.people.asha) as asha:
        assert {asha.put(read, json={"number": 1}).status_code for _ in range(200)} == {200}


def test_sockets_and_requests_share_one_rate(serving: Serving) -> None:
    assert serving.parts.services.limits is serving.parts.limits.commands


def test_a_body_has_a_bound_announced_or_not(shared: Serving, asha: Browser) -> None:
    address = f"{API}/rooms/{shared.people.group}/messages"
    too_large = b" " * (LARGEST_BODY + 1)
    assert_refused(asha.post(address, content=too_large), TooLarge)
    assert_refused(asha.post(address, content=iter([too_large[:-9], too_large[-9:]])), TooLarge)
    fits = b'{"key": "large", "text": "fits"}'.ljust(LARGEST_BODY)
    assert_ok(asha.post(address, content=fits), 201)


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("not an address", "not an address"),
        (None, ""),
    ],
)
def test_a_customer_of_ipv6_is_one_address(host: str | None, address: str) -> None:
    scope = {"type": "http", "client": (host, 1) if host else None}
    assert get_address(ASGIConnection(cast("Any", scope))) == address


def test_whom_a_proxy_names_is_believed_of_a_trusted_one() -> None:
    with running_server(settings=Settings(trusted_proxies=("127.0.0.1",))) as serving:
        bela = serving.people.bela
        exhaust_guesses(serving, bela.email, "192.0.2.7")
        with Browser(serving) as browser, Browser(serving, address="127.0.0.2") as forger:
            browser.headers["X-Forwarded-For"] = forger.headers["X-Forwarded-For"] = "6.6.6.6, 192.0.2.7"
            assert_refused(browser.sign_in(bela, PASSWORD), SlowDown)
            assert_ok(forger.sign_in(bela, PASSWORD), 201)


def test_whom_a_client_names_itself_is_not_believed(serving: Serving) -> None:
    bela = serving.people.bela
    exhaust_guesses(serving, bela.email, "127.0.0.1")
    with Browser(serving) as browser:
        browser.headers["X-Forwarded-For"] = "192.0.2.8"
        assert_refused(browser.sign_in(bela, PASSWORD), SlowDown)
