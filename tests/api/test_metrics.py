"""What whoever watches the server is told of it, and who is told nothing."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator

import httpx
import pytest
from msgspec.structs import replace
from prometheus_client.parser import text_string_to_metric_families

from deskchat.config import BadSetting, Settings
from deskchat.domain.errors import NotFound, Unavailable
from deskchat.domain.metrics import Histogram
from deskchat.http import metrics
from deskchat.storage.failures import TransactionLost
from tests.api.browser import API, Browser, assert_ok, assert_refused
from tests.engines import ENGINES, settings_of
from tests.metered import TOKEN, WITH_TOKEN, fetch, read
from tests.serving import PASSWORD, Serving, running_server


@pytest.fixture(params=ENGINES)
def serving(request: pytest.FixtureRequest) -> Iterator[Serving]:
    with (
        settings_of(request) as settings,
        running_server(settings=replace(settings, metrics_token=TOKEN)) as serving,
    ):
        yield serving


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "Bearer",
        TOKEN,
        f"Basic {TOKEN}",
        f"Bearer {TOKEN}0",
        f"Bearer {TOKEN[:-1]}",
        "Bearer \xe9",
    ],
)
def test_who_does_not_have_the_token_finds_nothing_there_not_even_an_owner(
    serving: Serving, header: str | None
) -> None:
    headers = {} if header is None else {b"Authorization": header.encode("latin-1")}
    for user in (None, serving.people.asha):
        with Browser(serving, user) as browser:
            assert_refused(browser.get("/metrics", headers=headers), NotFound)


def test_without_a_token_in_the_settings_nobody_finds_anything(stranger: Browser) -> None:
    for header in (WITH_TOKEN, {"Authorization": "Bearer"}, {"Authorization": ""}):
        assert_refused(stranger.get("/metrics", headers=header), NotFound)


@pytest.mark.parametrize("token", ["short", "fifteen-letters", "sixteen letters!", "sixteen-lettérs!"])
def test_a_token_that_could_be_guessed_or_not_be_sent_is_refused_and_not_repeated(token: str) -> None:
    with pytest.raises(BadSetting, match="DESKCHAT_METRICS_TOKEN") as refused:
        Settings(metrics_token=token)
    assert token not in str(refused.value)


def test_settings_show_no_token() -> None:
    assert TOKEN not in repr(Settings(metrics_token=TOKEN))


def test_messages_and_the_batches_that_kept_them_are_counted(serving: Serving) -> None:
    before = read(serving)
    with Browser(serving, serving.people.asha) as asha:
        for key in ("one", "two", "one"):
            post(asha, serving.people.group, key)
    after = read(serving)
    assert after["posts_total"] - before["posts_total"] == 2
    assert after["responses_total{201}"] - before["responses_total{201}"] == 3
    for counted in ("batch_commands", "commit_seconds"):
        assert after[f"{counted}_count"] - before[f"{counted}_count"] >= 3
        assert after[f"{counted}_bucket{{+Inf}}"] == after[f"{counted}_count"]
        assert after[f"{counted}_sum"] > before[f"{counted}_sum"]
    assert after["batch_commands_sum"] - before["batch_commands_sum"] >= 3
    assert after["commands_waiting"] == 0


def test_what_fails_on_the_servers_side_is_counted_by_its_code(
    serving: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    serving.expects_errors = True
    with Browser(serving, serving.people.asha) as asha, monkeypatch.context() as patch:
        # What a server forgets as it starts waited before this one, and is not lost with the next.
        post(asha, serving.people.group, "kept")
        before = read(serving)
        patch.setattr("deskchat.storage.writer.commit", lose)
        answer = send(asha, serving.people.group, "lost")
        assert_refused(answer, Unavailable)
    after = read(serving)
    assert after["posts_total"] == before["posts_total"]
    assert after["batches_lost_total"] - before["batches_lost_total"] == 1
    assert after["commands_failed_total{unavailable}"] == 1
    assert after["responses_total{503}"] == 1


def test_how_late_the_loop_is_and_what_the_process_takes_is_told(serving: Serving) -> None:
    told = read(serving)
    assert told["loop_lag_seconds_count"] >= 0
    assert told["loop_lag_seconds_bucket{+Inf}"] == told["loop_lag_seconds_count"]
    assert told["process_resident_memory_bytes"] > 0
    assert told["process_open_fds"] > 0


class Looked(Exception):
    """Once is enough."""


class FirstLook(Histogram):
    def add(self, value: float) -> None:
        super().add(value)
        raise Looked


async def test_a_loop_that_is_held_up_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    lag, times = FirstLook(0.1, 1), iter([10.0])
    monkeypatch.setattr(metrics, "LOOK_EVERY", 0)
    monkeypatch.setattr(asyncio.get_running_loop(), "time", lambda: next(times, 10.5))
    with pytest.raises(Looked):
        await metrics.watch_loop(lag)
    assert lag.counts == [0, 1, 0]


def test_nothing_of_anybody_is_in_it(serving: Serving) -> None:
    people = serving.people
    with Browser(serving) as browser:
        browser.sign_in(people.asha, "wrong " + PASSWORD)
        browser.sign_in(people.asha, PASSWORD)
        post(browser, people.group, "the-key")
        assert_ok(browser.get(f"{API}/search", params={"q": "the query"}))
        assert_ok(browser.post(f"{API}/connections"), 201)
        browser.get("/the-path", params={"token": "the-token"})
    text = fetch(serving)
    told = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
    for user in (*people.office, people.mallory):
        for private in (str(user.id), user.email, user.name):
            assert private not in told
    for private in (str(people.group), str(people.direct), "the ", "the-", "Launch", "127.0.0.1", TOKEN):
        assert private not in told
    labels = {
        (name, value)
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        for name, value in sample.labels.items()
    }
    assert {name for name, _ in labels} <= {"code", "le", "reason", "status", "version", "via"}
    assert all(re.fullmatch(r"[a-z_-]+|[0-9.]+|\+Inf|[0-9.]+\.dev\d+", value) for _, value in labels), labels


def lose(_connection: object) -> None:
    raise TransactionLost


def send(browser: Browser, room: int, key: str) -> httpx.Response:
    return browser.post(f"{API}/rooms/{room}/messages", json={"key": key, "text": "the message"})


def post(browser: Browser, room: int, key: str) -> None:
    assert_ok(send(browser, room, key), 201)
