"""The writer: batches, shares, and that nothing is said before it is kept."""

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, text

from deskchat.domain import messages
from deskchat.domain.errors import (
    Busy,
    Invalid,
    NoSuchRoom,
    StorageFull,
    Unavailable,
    Unexpected,
)
from deskchat.domain.messages import Posted
from deskchat.domain.news import News, ToRoom
from deskchat.domain.ports import Transaction
from deskchat.storage.commands import RETRY_AFTER, FairQueue, Waiting
from deskchat.storage.store import DatabaseStore
from deskchat.storage.writer import (
    LARGEST_BATCH,
    MOST_WAITING,
    MOST_WAITING_EACH,
    carry_out,
    commit,
    finish,
    run_batch,
)
from tests.cast import Cast, gather_cast
from tests.storage.acts import look_at, post
from tests.storage.conftest import Clock, started
from tests.storage.steps import command, gather_by_hand

PATIENCE = 30
"""Seconds after which a thread that waits for a test gives up."""


@asynccontextmanager
async def busy_writer(store: DatabaseStore) -> AsyncIterator[None]:
    """The writer is held within the block, so that everything written there is queued behind it."""
    released = threading.Event()
    loop = asyncio.get_running_loop()
    is_held = asyncio.Event()

    def hold(_tx: Transaction) -> None:
        loop.call_soon_threadsafe(is_held.set)
        assert released.wait(PATIENCE)

    holding = asyncio.ensure_future(store.write(0, hold))
    await is_held.wait()
    try:
        yield
    finally:
        released.set()
        await holding


async def begin(coroutines: Sequence[Coroutine[Any, Any, Any]]) -> list[asyncio.Task[Any]]:
    """Tasks that have run as far as they can."""
    tasks = [asyncio.ensure_future(coroutine) for coroutine in coroutines]
    await asyncio.sleep(0)
    return tasks


def in_file(database: Path, query: str) -> list[Any]:
    """What another program finds in the file now."""
    with closing(sqlite3.connect(database)) as other:
        return other.execute(query).fetchall()


async def test_a_batch_is_taken_by_turns() -> None:
    queue = FairQueue()
    bot = [command(bool, by=1) for _ in range(300)]
    asha, bela = command(bool, by=2), command(bool, by=3)
    for each in (*bot, asha, bela):
        queue.add(each)
    taken = queue.take(LARGEST_BATCH)
    assert taken[:4] == [bot[0], asha, bela, bot[1]]
    assert len(taken) == LARGEST_BATCH
    assert [each for each in taken if each.by == 1] + queue.take(LARGEST_BATCH) == bot
    assert not queue


async def test_who_was_not_reached_is_first_in_the_next_batch() -> None:
    queue = FairQueue()
    commands = [command(bool, by=by) for by in (1, 2, 3, 1, 2, 3)]
    for each in commands:
        queue.add(each)
    assert [each.by for each in queue.take(2)] == [1, 2]
    assert [each.by for each in queue.take(4)] == [3, 1, 2, 3]


async def test_a_thousand_of_one_delay_nobody_else(store: DatabaseStore, cast: Cast) -> None:
    async with busy_writer(store):
        flood = await begin([post(store, cast.bela, cast.direct, f"spam {turn}") for turn in range(500)])
        single = await begin([post(store, cast.asha, cast.direct, "hello")])
    assert (await single[0]).number <= 2
    await asyncio.gather(*flood)


async def test_one_user_has_a_share_of_the_queue(store: DatabaseStore, cast: Cast) -> None:
    async with busy_writer(store):
        waiting = await begin([store.write(1, bool) for _ in range(MOST_WAITING_EACH)])
        with pytest.raises(Busy) as refused:
            await store.write(1, bool)
        assert refused.value.retry_after == RETRY_AFTER
        other = await begin([store.write(2, bool)])
    assert all(await asyncio.gather(*waiting, *other))
    assert await store.write(1, bool)


async def test_the_queue_is_bounded(store: DatabaseStore) -> None:
    async with busy_writer(store):
        waiting = await begin([store.write(1 + turn % 16, bool) for turn in range(MOST_WAITING - 1)])
        with pytest.raises(Busy):
            await store.write(17, bool)
    assert all(await asyncio.gather(*waiting))
    assert await store.write(17, bool)


async def test_refusals_in_a_batch_sink_nobody(
    store: DatabaseStore, cast: Cast, published: list[News]
) -> None:
    async with busy_writer(store):
        tasks = await begin(
            [
                post(store, cast.asha, cast.direct, "one"),
                post(store, cast.mallory, cast.direct, "let me in"),
                post(store, cast.asha, cast.direct, " "),
                post(store, cast.asha, cast.direct, "two"),
            ]
        )
    one, not_in, empty, two = await asyncio.gather(*tasks, return_exceptions=True)
    assert isinstance(not_in, NoSuchRoom)
    assert isinstance(empty, Invalid)
    assert (one, two) == (Posted(1, 3), Posted(2, 4))
    told = [news.event.seq for news in published if isinstance(news, ToRoom)]
    assert told == [3, 4]


async def test_what_a_command_did_before_it_was_refused_is_undone(
    store: DatabaseStore, cast: Cast, published: list[News]
) -> None:
    def post_and_refuse(tx: Transaction) -> None:
        messages.post(tx, cast.asha.id, cast.direct, "k", "never said")
        raise Invalid

    with pytest.raises(Invalid):
        await store.write(cast.asha.id, post_and_refuse)
    assert not published
    assert await post(store, cast.asha, cast.direct, "said", key="k") == Posted(1, 3)


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


async def test_a_log_line_of_a_fault_holds_nothing_that_was_written(
    store: DatabaseStore, cast: Cast, capsys: pytest.CaptureFixture[str]
) -> None:
    def insert_twice(tx: Transaction) -> None:
        message = messages.Message(1, cast.asha.id, "k", "top secret", 1, 1)
        tx.messages.add(cast.direct, message)
        tx.messages.add(cast.direct, message)

    with pytest.raises(Unexpected):
        await store.write(cast.asha.id, insert_twice)
    logged = capsys.readouterr().out
    assert "IntegrityError" in logged
    assert "insert_twice" in logged
    assert "top secret" not in logged


async def test_nothing_is_published_or_answered_before_the_commit(database: Path, clock: Clock) -> None:
    kept_when_told: list[int] = []

    def look(news: Sequence[News]) -> None:
        if any(isinstance(told, ToRoom) for told in news):
            kept_when_told.append(in_file(database, "SELECT max(last_seq) FROM room")[0][0])

    async with started(database, clock, look) as store:
        cast = await gather_cast(store)
        for turn in range(5):
            await post(store, cast.asha, cast.direct, f"{turn}")
            assert in_file(database, "SELECT count(*) FROM message") == [(turn + 1,)]
    assert kept_when_told == [5, 5, 5, 5, 6, 7]


async def test_each_step_of_a_batch_does_what_it_says(
    connection: Connection, database: Path, clock: Clock
) -> None:
    cast = await gather_by_hand(connection, clock)
    told: list[News] = []
    waiting = Waiting(10, 10)
    asked = command(lambda tx: messages.post(tx, cast.asha.id, cast.direct, "k", "hello"))
    waiting.enter(asked)
    outcomes = run_batch(connection, [asked], clock)
    assert in_file(database, "SELECT count(*) FROM message") == [(0,)]
    commit(connection)
    assert in_file(database, "SELECT count(*) FROM message") == [(1,)]
    assert not told
    assert not asked.future.done()
    finish(outcomes, told.extend, waiting)
    assert [type(news) for news in told] == [type(news) for news in outcomes[0].news]
    assert asked.future.result() == Posted(1, 3)


async def test_news_is_told_in_the_order_of_commits(
    store: DatabaseStore, cast: Cast, published: list[News]
) -> None:
    await asyncio.gather(
        *(post(store, person, cast.group, f"{turn}") for turn in range(30) for person in cast.office)
    )
    seqs = [news.event.seq for news in published if isinstance(news, ToRoom)]
    assert seqs == list(range(6, 156))


async def test_who_goes_away_disturbs_nobody(store: DatabaseStore, cast: Cast) -> None:
    async with busy_writer(store):
        gone, stays = await begin(
            [post(store, cast.asha, cast.direct, "bye"), post(store, cast.bela, cast.direct, "hi")]
        )
        gone.cancel()
    assert await stays == Posted(2, 4)
    assert gone.cancelled()
    texts = [message.text for message in (await look_at(store, cast.bela, cast.direct)).messages]
    assert texts == ["bye", "hi"]


async def test_who_goes_away_keeps_their_place_until_the_work_is_done(store: DatabaseStore) -> None:
    async with busy_writer(store):
        *gone, last = await begin([store.write(1, bool) for _ in range(MOST_WAITING_EACH)])
        for task in gone:
            task.cancel()
        await asyncio.sleep(0)
        with pytest.raises(Busy):
            await store.write(1, bool)
    await last
    assert await store.write(1, bool)


async def test_a_full_disk_in_mid_batch_fails_the_whole_batch(
    connection: Connection, database: Path, clock: Clock
) -> None:
    cast = await gather_by_hand(connection, clock)
    before = _dump(database)
    with connection.begin():
        allow_more_pages(connection, 3)
    batch = [
        command(lambda tx, key=key, size=size: messages.post(tx, cast.asha.id, cast.direct, key, "x " * size))  # type: ignore[misc]
        for key, size in (("small", 1), ("big", 5_000), ("after", 1), ("last", 1))
    ]
    outcomes = carry_out(connection, batch, clock)
    assert [type(outcome.refusal) for outcome in outcomes] == [StorageFull] * 4
    assert not any(outcome.news for outcome in outcomes)
    assert _dump(database) == before


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
    def break_at_commit(tx: Any) -> None:
        tx.connection.execute(text("PRAGMA defer_foreign_keys = ON"))
        tx.connection.execute(text("INSERT INTO member VALUES (1, 1, 'member', 0, 0)"))

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
        finish(carry_out(connection, [asked], clock), refuse, waiting)
    assert asked.future.result() == clock.now


async def test_a_writer_that_dies_fails_everybody_who_waits(database: Path) -> None:
    class StoppedClock(Clock):
        broken = False

        def __call__(self) -> int:
            if self.broken:
                raise OSError
            return super().__call__()

    clock = StoppedClock()
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


async def test_stopping_carries_out_what_is_queued(store: DatabaseStore, cast: Cast, database: Path) -> None:
    async with busy_writer(store):
        tasks = await begin([post(store, cast.asha, cast.direct, f"{turn}") for turn in range(300)])
        stopping = asyncio.ensure_future(store.stop())
        await asyncio.sleep(0)
        with pytest.raises(Unavailable):
            await post(store, cast.asha, cast.direct, "too late")
    await stopping
    assert len(await asyncio.gather(*tasks)) == 300
    assert in_file(database, "SELECT count(*) FROM message") == [(300,)]
    assert not store.alive
    assert [path.name for path in database.parent.iterdir()] == [database.name]


async def test_a_store_that_was_not_started_is_unavailable(database: Path) -> None:
    store = DatabaseStore.open(database)
    assert not store.alive
    with pytest.raises(Unavailable):
        await store.write(0, bool)
    with pytest.raises(Unavailable):
        await store.read(bool)


def allow_more_pages(connection: Connection, more: int) -> None:
    pages = connection.execute(text("PRAGMA page_count")).scalar_one()
    connection.execute(text(f"PRAGMA max_page_count = {pages + more}"))


def _dump(database: Path) -> list[str]:
    with closing(sqlite3.connect(database)) as other:
        return list(other.iterdump())
