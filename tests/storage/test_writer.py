"""The writer: batches, shares, and that nothing is said before it is kept."""

import asyncio
from collections.abc import Sequence

import pytest
from sqlalchemy import Connection

from deskchat.domain import messages
from deskchat.domain.errors import (
    Busy,
    Invalid,
    NoSuchRoom,
    Unavailable,
)
from deskchat.domain.messages import Posted
from deskchat.domain.news import News, ToRoom
from deskchat.domain.ports import Transaction
from deskchat.storage import writer
from deskchat.storage.commands import RETRY_AFTER, FairQueue, Waiting
from deskchat.storage.engine import Database
from deskchat.storage.sqlite import SQLite
from deskchat.storage.store import DatabaseStore
from deskchat.storage.writer import (
    LARGEST_BATCH,
    MOST_WAITING,
    MOST_WAITING_EACH,
    commit,
    finish,
    run_batch,
)
from tests.cast import Cast, gather_cast
from tests.storage.acts import look_at, post
from tests.storage.conftest import Clock, started
from tests.storage.steps import PATIENCE, begin, busy_writer, command, gather_by_hand, look_into


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


async def test_a_batch_waits_a_little_for_whom_the_last_one_answered(
    store: DatabaseStore, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One flush will do for them and for those who waited meanwhile."""
    monkeypatch.setattr(writer, "LONGEST_WAIT", PATIENCE)
    monkeypatch.setattr(writer, "SHARE_OF_BATCH", 1e9)
    async with busy_writer(store):
        waiting = await begin([post(store, cast.asha, cast.direct, "I waited")])
    before = list(store.metrics.batches.counts)
    answered = await begin([post(store, cast.bela, cast.direct, "I was answered")])
    await asyncio.gather(*waiting, *answered)
    of_one, of_two = store.metrics.batches.counts[:2]
    assert (of_one - before[0], of_two - before[1]) == (0, 1)


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


async def test_nothing_is_published_or_answered_before_the_commit(database: Database, clock: Clock) -> None:
    kept_when_told: list[int] = []

    def look(news: Sequence[News]) -> None:
        if any(isinstance(told, ToRoom) for told in news):
            kept_when_told.append(look_into(database, "SELECT max(last_seq) FROM room")[0][0])

    async with started(database, clock, look) as store:
        cast = await gather_cast(store)
        for turn in range(5):
            await post(store, cast.asha, cast.direct, f"{turn}")
            assert look_into(database, "SELECT count(*) FROM message") == [(turn + 1,)]
    assert kept_when_told == [5, 5, 5, 5, 6, 7]


async def test_each_step_of_a_batch_does_what_it_says(
    connection: Connection, database: Database, clock: Clock
) -> None:
    cast = await gather_by_hand(connection, clock)
    told: list[News] = []
    waiting = Waiting(10, 10)
    asked = command(lambda tx: messages.post(tx, cast.asha.id, cast.direct, "k", "hello"))
    waiting.enter(asked)
    outcomes = run_batch(connection, [asked], clock)
    assert look_into(database, "SELECT count(*) FROM message") == [(0,)]
    commit(connection)
    assert look_into(database, "SELECT count(*) FROM message") == [(1,)]
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


async def test_stopping_carries_out_what_is_queued(
    store: DatabaseStore, cast: Cast, database: Database
) -> None:
    async with busy_writer(store):
        tasks = await begin([post(store, cast.asha, cast.direct, f"{turn}") for turn in range(300)])
        stopping = asyncio.ensure_future(store.stop())
        await asyncio.sleep(0)
        with pytest.raises(Unavailable):
            await post(store, cast.asha, cast.direct, "too late")
    await stopping
    assert len(await asyncio.gather(*tasks)) == 300
    assert look_into(database, "SELECT count(*) FROM message") == [(300,)]
    assert not store.alive
    if isinstance(database, SQLite):
        assert list(database.path.parent.iterdir()) == [database.path]


async def test_a_store_that_was_not_started_is_unavailable(database: Database) -> None:
    store = DatabaseStore.open(database)
    assert not store.alive
    with pytest.raises(Unavailable):
        await store.write(0, bool)
    with pytest.raises(Unavailable):
        await store.read(bool)
