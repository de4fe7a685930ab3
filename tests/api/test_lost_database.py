"""PostgreSQL goes away under a running server: posting is refused for the time being, and goes on by itself."""

from collections.abc import Iterator

import pytest

from deskchat.config import Settings
from deskchat.domain.errors import NotAllowed, Unavailable
from tests.api.browser import API, Browser, assert_ok, assert_refused
from tests.postgres import Postgres, running_postgres
from tests.serving import Serving, running_server

MOST_ATTEMPTS = 1_000


@pytest.fixture(scope="module")
def own_postgres() -> Iterator[Postgres]:
    """To be killed."""
    with running_postgres() as postgres:
        yield postgres


@pytest.fixture
def serving(own_postgres: Postgres) -> Iterator[Serving]:
    with (
        own_postgres.migrated_database() as url,
        running_server(settings=Settings(database=url)) as serving,
    ):
        yield serving


def test_posting_is_refused_with_when_to_try_again_and_goes_on_by_itself(
    serving: Serving, own_postgres: Postgres
) -> None:
    serving.expects_errors = True
    room = f"{API}/rooms/{serving.people.direct}/messages"
    with Browser(serving, serving.people.asha) as asha:
        assert_ok(asha.post(room, json={"key": "before", "text": "before"}), 201)
        own_postgres.kill()
        refused = asha.post(room, json={"key": "k", "text": "hello"})
        assert_refused(refused, Unavailable)
        assert int(refused.headers["retry-after"]) >= 1
        assert_refused(asha.get(room), Unavailable)
        ready = asha.get("/readyz")
        assert (ready.status_code, ready.text) == (503, "not ready: unavailable\n")
        own_postgres.start()
        answers = (asha.post(room, json={"key": "k", "text": "hello"}) for _ in range(MOST_ATTEMPTS))
        posted = assert_ok(
            next(answer for answer in answers if answer.status_code != Unavailable.status), 201
        )
        page = assert_ok(asha.get(room))
        assert asha.get("/readyz").status_code == 200
    assert [message["text"] for message in page["messages"]] == ["before", "hello"]
    assert posted["number"] == 2
    assert serving.parts.can_write()


def test_the_owner_is_told_of_the_engine_and_where_backups_are_made(serving: Serving) -> None:
    with Browser(serving, serving.people.asha) as asha:
        store = assert_ok(asha.get(f"{API}/system"))["store"]
        listed = assert_ok(asha.get(f"{API}/backups"))
        refused = assert_refused(asha.post(f"{API}/backups"), NotAllowed)
    assert store["engine"].startswith("PostgreSQL 1")
    assert store["size"] > 0
    assert store["free"] is None
    assert listed == {"folder": "", "kept": 0, "backups": []}
    assert "pg_dump" in refused["detail"]
