"""What fails, fails alone or fails wholly, and is never said to be kept."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import Connection, text
from structlog.testing import capture_logs

from deskchat.domain import messages
from deskchat.domain.errors import (
    StorageFull,
    Unavailable,
    Unexpected,
)
from deskchat.domain.messages import Posted
from deskchat.domain.metrics import StoreMetrics
from deskchat.domain.news import News, ToRoom
from deskchat.domain.ports import Transaction
from deskchat.storage.commands import Waiting
from deskchat.storage.engine import Database
from deskchat.storage.store import DatabaseStore
from deskchat.storage.writer import (
    carry_out,
    finish,
)
from tests.cast import Cast
from tests.storage.acts import look_at, post
from tests.storage.conftest import Clock, on_sqlite_only, started
from tests.storage.steps import PATIENCE, begin, busy_writer, command, dump, gather_by_hand


async def test_a_fault_is_of_one_command_only(
    store: DatabaseStore, cast: Cast, published: list[News]
) -> None:
    def post_and_break(tx: Transaction) -> None:
        messages.post(tx, cast.asha.id, cast.direct, "k", "never said")
        raise LookupError("never said")

    async with busy_writer(store):
        tasks = await begin(
            [store.write(cast.asha.id, post_and_break), post(store, cast.bela, cast.direct, "said")]
        )
    broken, posted = await asyncio.gather(*tasks, return_exceptions=True)
    assert isinstance(broken, Unexpected)
    assert posted == Posted(1, 3)
    assert len([news for news in published if isinstance(news, ToRoom)]) == 1


async def test_a_log_line_of_a_fault_holds_nothing_that_was_written(store: DatabaseStore, cast: Cast) -> None:
    def insert_twice(tx: Transaction) -> None:
        message = messages.Message(1, cast.asha.id, "k", "top secret", 1, 1)
        tx.messages.add_all([(cast.direct, message)])
        tx.messages.add_all([(cast.direct, message)])

    with capture_logs() as lines, pytest.raises(Unexpected):
        await store.write(cast.asha.id, insert_twice)
    logged = str(lines)
    assert "IntegrityError" in logged or "UniqueViolation" in logged
    assert "insert_twice" in logged
    assert "top secret" not in logged


@on_sqlite_only
async def test_a_full_disk_in_mid_batch_fails_the_whole_batch(
    connection: Connection, database: Database, clock: Clock
) -> None:
    cast = await gather_by_hand(connection, clock)
    before = dump(database)
    with connection.begin():
        allow_more_pages(connection, 3)
    batch = [
        command(lambda tx, key=key, size=size: messages.post(tx, cast.asha.id, cast.direct, key, "x " * size))  # type: ignore[misc]
        for key, size in (("small", 1), ("big", 5_000), ("after", 1), ("last", 1))
    ]
    outcomes = carry_out(connection, batch, clock, StoreMetrics())
    assert [type(outcome.refusal) for outcome in outcomes] == [StorageFull] * 4
    assert not any(outcome.news for outcome in outcomes)
    assert dump(database) == before


@on_sqlite_only
async def test_posting_resumes_when_there_is_room_again(
    store: DatabaseStore, cast: Cast, published: list[News]
) -> None:
    await post(store, cast.asha, cast.direct, "before")
    published.clear()
    await store.write(0, lambda tx: allow_more_pages(tx.connection, 8))
    answers = await asyncio.gather(
        *(post(store, cast.asha, cast.direct, f"{turn} " * 400, key=f"{turn}") for turn in range(60)),
        return_exceptions=True,
    )
    kept = {answer.number for answer in answers if isinstance(answer, Posted)}
    failed = [answer for answer in answers if not isinstance(answer, Posted)]
    assert failed
    assert {type(answer) for answer in failed} == {StorageFull}
    page = await look_at(store, cast.bela, cast.direct)
    assert {message.number for message in page.messages} == kept | {1}
    told = [news.event.seq for news in published if isinstance(news, ToRoom)]
    assert told == [number + 2 for number in sorted(kept)]

    await store.write(0, lambda tx: allow_more_pages(tx.connection, 1_000_000))
    again = await asyncio.gather(
        *(post(store, cast.asha, cast.direct, f"{turn} " * 400, key=f"{turn}") for turn in range(60))
    )
    assert sorted(answer.number for answer in again) == list(range(2, 62))
    assert [first for first in answers if isinstance(first, Posted)] == [
        second for first, second in zip(answers, again, strict=True) if isinstance(first, Posted)
    ]


async def test_a_commit_that_fails_acknowledges_nothing(
    store: DatabaseStore, cast: Cast, published: list[News]
) -> None:
    check_late = {
        "sqlite": "PRAGMA defer_foreign_keys = ON",
        "postgresql": "ALTER TABLE member ALTER CONSTRAINT fk_member_user_id DEFERRABLE INITIALLY DEFERRED",
    }

    def break_at_commit(tx: Any) -> None:
        tx.connection.execute(text(check_late[tx.connection.dialect.name]))
        tx.connection.execute(
            text("INSERT INTO member SELECT 1, id, 'member', 0, 0, 0, 'nothing', 0 FROM room")
        )

    async with busy_writer(store):
        tasks = await begin([post(store, cast.asha, cast.direct, "lost"), store.write(0, break_at_commit)])
    lost, broken = await asyncio.gather(*tasks, return_exceptions=True)
    assert isinstance(lost, Unavailable)
    assert isinstance(broken, Unavailable)
    assert not published
    assert not (await look_at(store, cast.asha, cast.direct)).messages
    assert await post(store, cast.asha, cast.direct, "kept") == Posted(1, 3)


async def test_publishing_that_fails_still_answers(connection: Connection, clock: Clock) -> None:
    asked = command(lambda tx: tx.now)
    waiting = Waiting(1, 1)
    waiting.enter(asked)

    def refuse(_news: Sequence[News]) -> None:
        raise LookupError

    with pytest.raises(LookupError):
        finish(carry_out(connection, [asked], clock, StoreMetrics()), refuse, waiting)
    assert asked.future.result() == clock.now


class BreakableClock(Clock):
    """Once broken, it takes with it whatever thread looks at it."""

    broken = False

    def __call__(self) -> int:
        if self.broken:
            raise OSError
        return super().__call__()


async def test_a_writer_that_dies_fails_everybody_who_waits(database: Database) -> None:
    clock = BreakableClock()
    async with started(database, clock, lambda news: None) as store:
        async with busy_writer(store):
            tasks = await begin([store.write(by, bool) for by in range(5)])
            clock.broken = True
        answers = await asyncio.gather(*tasks, return_exceptions=True)
        assert {type(answer) for answer in answers} == {Unavailable}
        await asyncio.wait_for(store.failed.wait(), PATIENCE)
        assert not store.alive
        with pytest.raises(Unavailable):
            await store.write(1, bool)
        clock.broken = False
        assert await store.read(lambda tx: tx.organisation.name()) == ""


async def test_a_reader_that_dies_fails_everybody_who_waits(database: Database) -> None:
    clock = BreakableClock()
    async with started(database, clock, lambda news: None) as store:
        clock.broken = True
        answers = await asyncio.gather(*(store.read(bool) for _ in range(5)), return_exceptions=True)
        assert {type(answer) for answer in answers} == {Unavailable}
        await asyncio.wait_for(store.failed.wait(), PATIENCE)
        assert not store.alive
        with pytest.raises(Unavailable):
            await store.read(bool)
        clock.broken = False
        assert await store.write(1, bool)


def allow_more_pages(connection: Connection, more: int) -> None:
    pages = connection.execute(text("PRAGMA page_count")).scalar_one()
    connection.execute(text(f"PRAGMA max_page_count = {pages + more}"))
