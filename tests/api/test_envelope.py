"""What every answer has, what every request leaves in the log, and what neither ever says."""

import json
from typing import Any

import pytest

from deskchat.domain.errors import Invalid, MethodNotAllowed, NotFound, Unexpected
from deskchat.http import routes
from tests.api.browser import API, Browser, assert_ok, assert_refused
from tests.serving import PASSWORD, Serving, running_server


@pytest.mark.parametrize(
    "path", ["/healthz", "/readyz", "/", "/some/page", f"{API}/openapi.json", f"{API}/nothing"]
)
@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "POST", "TRACE"])
def test_every_answer_has_the_headers_of_every_answer(stranger: Browser, method: str, path: str) -> None:
    stranger.request(method, path)


def test_every_request_has_an_id_of_its_own(stranger: Browser) -> None:
    ids = {stranger.get("/healthz").headers["x-request-id"] for _ in range(50)}
    assert len(ids) == 50


@pytest.mark.parametrize(
    "path", [API, f"{API}/", f"{API}/nothing", f"{API}/rooms/1/nothing", "/api", "/api/v2/rooms"]
)
def test_an_address_of_the_api_that_is_not_there_is_a_problem(asha: Browser, path: str) -> None:
    assert_refused(asha.get(path), NotFound)


@pytest.mark.parametrize(("method", "path"), [("PUT", "/session"), ("POST", "/search"), ("DELETE", "/rooms")])
def test_a_method_that_an_address_does_not_take_is_a_problem(asha: Browser, method: str, path: str) -> None:
    refused = asha.request(method, f"{API}{path}")
    assert_refused(refused, MethodNotAllowed)
    assert "GET" in refused.headers["allow"]


def test_a_strange_host_is_a_problem(stranger: Browser) -> None:
    assert_refused(stranger.get("/", headers={"Host": "a b"}), Invalid)


def test_what_nobody_foresaw_is_told_as_that_and_logged_without_its_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def fail(*_: object) -> None:
        raise ValueError("the secret recipe")

    with (
        running_server() as serving,
        Browser(serving, serving.people.asha) as asha,
        monkeypatch.context() as patch,
    ):
        patch.setattr(serving.parts.store, "read", fail)
        serving.expects_errors = True
        told = asha.get(f"{API}/rooms")
    assert_refused(told, Unexpected)
    assert "secret recipe" not in told.text
    log = read_log(serving)
    (unexpected,) = [line for line in log if line["event"] == "unexpected"]
    assert unexpected["request"] == told.headers["x-request-id"]
    assert unexpected["error"][0]["type"] == "ValueError"
    assert "test_envelope.py" in unexpected["error"][0]["at"][-1]
    assert "secret recipe" not in str(log)


def test_the_log_has_a_line_for_every_request() -> None:
    with running_server() as serving, Browser(serving, serving.people.asha) as asha:
        room = f"{API}/rooms/{serving.people.group}"
        answered = asha.get(f"{room}/messages", params={"limit": 7})
    id_ = answered.headers["x-request-id"]
    (line,) = [line for line in read_log(serving) if line.get("request") == id_]
    assert line.pop("ms") >= 0
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "request",
        "level": "info",
        "logger": "deskchat.http.envelope",
        "request": id_,
        "method": "GET",
        "route": f"{API}/rooms/{{room}}/messages",
        "status": 200,
        "user": serving.people.asha.id,
    }


def test_the_log_never_holds_texts_searches_passwords_tokens_or_addresses() -> None:
    with running_server() as serving, Browser(serving) as browser:
        people, room = serving.people, f"{API}/rooms/{serving.people.group}"
        browser.sign_in(people.asha, "wrong " + PASSWORD)
        browser.sign_in(people.asha, PASSWORD)
        token = browser.cookies["deskchat_session"]
        browser.post(f"{room}/messages", json={"key": "the-key", "text": "the message"})
        browser.post(f"{room}/messages", json={"key": "the-key", "text": "the message", "more": "the junk"})
        browser.patch(f"{room}/messages/1", json={"text": "the new message"})
        browser.get(f"{API}/search", params={"q": "the query"})
        browser.get(f"{API}/search", params={"q": "the query" * 50})
        browser.get("/the-path", params={"token": "the-token"})
        link = browser.post(f"{API}/users/{people.bela.id}/reset").json()["link"].split("#")[1]
        browser.post(f"{API}/links/look", json={"token": link})
    log = str(read_log(serving))
    assert log.count("'event': 'request'") == 10
    for secret in (PASSWORD, token, link, people.asha.email, str(people.group), "the ", "the-"):
        assert secret not in log


def test_a_question_that_makes_no_sense_is_not_quoted(asha: Browser) -> None:
    refused = asha.get(f"{API}/search", params={"q": "private" * 50})
    assert "private" not in assert_refused(refused, Invalid)["detail"]
    assert "q" in refused.json()["detail"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b"\xff\xfe{}",
        b'{"key": "k", "text": "\\ud800"}',
        b'{"key": "k", "text": "\xed\xa0\x80"}',
        b'{"key": "k", "text": NaN}',
        b'{"key": "k", "text": "x", "more": ' + b"[" * 60_000 + b"]" * 60_000 + b"}",
        b"[" * 100_000,
        b'{"key": "k"}',
        b'{"key": 1, "text": "x"}',
        b'{"key": "k", "text": 1}',
        b'{"key": "k", "text": null}',
        b'{"key": "k", "text": ["x"]}',
        b'{"key": "\\u0000", "text": "x"}',
        b'{"key": "\xc3\xa4", "text": "x"}',
        b"key=k&text=x",
        b"\x82\xa3key\xa1k\xa4text\xa1x",
    ],
)
def test_a_body_that_makes_no_sense_is_refused_in_words(shared: Serving, asha: Browser, body: bytes) -> None:
    refused = asha.post(f"{API}/rooms/{shared.people.group}/messages", content=body)
    assert len(assert_refused(refused, Invalid)["detail"]) < 300


@pytest.mark.parametrize(
    "room", ["0", "-1", "9" * 23, "9" * 5_000, "x", "1.5", "%00", "%ED%A0%80", "１", "null"]
)
def test_an_id_that_makes_no_sense_is_refused(asha: Browser, room: str) -> None:
    assert_refused(asha.get(f"{API}/rooms/{room}"), Invalid)


def test_the_document_is_served_as_it_is_kept(stranger: Browser) -> None:
    served = stranger.get(f"{API}/openapi.json")
    assert assert_ok(served)["openapi"].startswith("3.1")
    assert served.text == routes.document()


def read_log(serving: Serving) -> list[dict[str, Any]]:
    """Of a server that has stopped: everything is written then."""
    return [json.loads(line) for line in serving.log.getvalue().splitlines()]
