"""Requests that another site's page sent are refused, whatever they carry."""

import pytest

from deskchat.config import Settings
from deskchat.domain.errors import ForeignOrigin
from tests.api.browser import API, Browser, assert_ok, assert_refused, operations
from tests.serving import PASSWORD, Serving, running_server

FOREIGN = [
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": ""},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Origin": "https://evil.example", "Sec-Fetch-Site": "same-origin"},
]


@pytest.mark.parametrize("headers", FOREIGN)
def test_a_page_of_another_site_changes_nothing(
    shared: Serving, asha: Browser, headers: dict[str, str]
) -> None:
    message = {"key": "forged", "text": "I resign"}
    address = f"{API}/rooms/{shared.people.group}/messages"
    assert_refused(asha.post(address, json=message, headers=headers), ForeignOrigin)
    assert "I resign" not in asha.get(address).text


@pytest.mark.parametrize("headers", FOREIGN)
def test_a_page_of_another_site_signs_nobody_in(
    shared: Serving, stranger: Browser, headers: dict[str, str]
) -> None:
    bela = shared.people.bela
    refused = stranger.post(
        f"{API}/session", json={"email": bela.email, "password": PASSWORD}, headers=headers
    )
    assert_refused(refused, ForeignOrigin)
    assert "set-cookie" not in refused.headers


def test_every_method_that_changes_something_asks_where_it_comes_from(stranger: Browser) -> None:
    for operation in operations():
        if operation.method != "GET":
            path = operation.path.format(room=1, number=1, user=1, session=1, invitation=1, connection="x")
            refused = stranger.request(operation.method, path, headers={"Origin": "https://evil.example"})
            assert_refused(refused, ForeignOrigin)


def test_reading_is_not_asked(asha: Browser) -> None:
    """A page of another site may send it, and is not shown the answer."""
    answer = asha.get(f"{API}/rooms", headers={"Sec-Fetch-Site": "cross-site"})
    assert_ok(answer)
    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "[::1]"])
def test_this_machine_has_three_names(shared: Serving, name: str) -> None:
    with Browser(shared) as browser:
        browser.headers.update({"Origin": f"http://{name}:{shared.port}", "Sec-Fetch-Site": "same-origin"})
        assert_ok(browser.sign_in(shared.people.bela, PASSWORD), 201)


def test_a_program_says_nothing_and_passes(shared: Serving, stranger: Browser) -> None:
    assert_ok(stranger.sign_in(shared.people.bela, PASSWORD), 201)


def test_behind_a_public_address_that_alone_is_home() -> None:
    settings = Settings(url="https://chat.example.com/")
    with running_server(settings=settings) as serving, Browser(serving, serving.people.asha) as asha:
        asha.base_url = f"http://127.0.0.1:{serving.port}"
        read = f"{API}/rooms/{serving.people.group}/read"
        for origin, status in [
            ("https://chat.example.com", 200),
            ("https://chat.example.com:443", 403),
            ("http://chat.example.com", 403),
            (f"http://127.0.0.1:{serving.port}", 403),
            ("https://chat.example.com.evil.example", 403),
        ]:
            assert asha.put(read, json={"number": 1}, headers={"Origin": origin}).status_code == status
