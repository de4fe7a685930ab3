"""What whoever watches the server is told."""

import pytest

from deskchat.domain.errors import Unavailable
from tests.api.browser import Browser
from tests.serving import Serving


def test_a_server_lives_and_is_ready(stranger: Browser) -> None:
    for path, word in (("/healthz", "alive\n"), ("/readyz", "ready\n")):
        answer = stranger.get(path)
        assert (answer.status_code, answer.text) == (200, word)


def test_a_server_whose_database_does_not_answer_lives_and_is_not_ready(
    serving: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(*_: object) -> None:
        raise Unavailable

    monkeypatch.setattr(serving.parts.store, "read", refuse)
    with Browser(serving) as stranger:
        assert stranger.get("/healthz").status_code == 200
        answer = stranger.get("/readyz")
        assert (answer.status_code, answer.text) == (503, "not ready: unavailable\n")
