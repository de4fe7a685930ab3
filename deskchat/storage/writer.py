"""The one thread that changes anything: what is queued, in one transaction, flushed once.

A batch is taken, run, committed and told; each is a function of its own. Nobody is answered and nothing is published
before the commit.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from functools import partial
from itertools import groupby
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, TypeVar

from msgspec.structs import replace
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from deskchat.domain.errors import Busy, Refusal, Unavailable
from deskchat.domain.messages import MessagePosted, Post, Posted, post_all
from deskchat.domain.metrics import StoreMetrics
from deskchat.domain.news import News, ToRoom
from deskchat.domain.ports import Publish
from deskchat.storage.commands import Command, FairQueue, Outcome, Waiting
from deskchat.storage.engine import (
    Database,
    begin,
    checkpoint,
    get_driver_error,
    is_in_transaction,
    release_savepoint,
    return_to_savepoint,
    roll_back,
    set_savepoint,
    take_turn,
)
from deskchat.storage.failures import (
    TransactionLost,
    as_refusal,
    is_of_the_engine,
    judge_lost_batch,
    report_death,
)
from deskchat.storage.transaction import DatabaseTransaction

T = TypeVar("T")
Clock = Callable[[], int]
Batch = Sequence[Command[Any]]

LARGEST_BATCH = 256
MOST_WAITING = 4096
MOST_WAITING_EACH = 512

LONGEST_WAIT = 0.005
"""Seconds that whoever waits is made to wait for those whom the last batch answered."""
SHARE_OF_BATCH = 0.25
"""Of the time that the last batch took: at most so long, either."""


class PostsCollided(Exception):
    """Posts failed together, perhaps for one that another server was posting at the same moment."""


class Writer:
    """Made and used on the event loop; `failed` is called there if the thread dies."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        publish: Publish,
        failed: Callable[[], None],
        metrics: StoreMetrics,
    ) -> None:
        self._database = database
        self._clock = clock
        self._metrics = metrics
        self._publish = publish
        self._failed = failed
        self._loop = asyncio.get_running_loop()
        self._waiting = Waiting(MOST_WAITING, MOST_WAITING_EACH)
        self._arrived: list[Command[Any]] = []
        self._inbox: SimpleQueue[Batch | None] = SimpleQueue()
        self._queue = FairQueue()
        self._accepting = True
        self._draining = False
        self._ended = asyncio.Event()
        self._thread = Thread(target=self._run, name="writer", daemon=True)
        self._thread.start()

    @property
    def waiting(self) -> int:
        """How many commands are not answered yet."""
        return len(self._waiting)

    def submit(self, by: int, work: Callable[[DatabaseTransaction], T]) -> asyncio.Future[T]:
        if not self._accepting:
            return refuse(Unavailable())
        command: Command[T] = Command(by, work, self._loop.create_future())
        try:
            self._waiting.enter(command)
        except Busy as refusal:
            self._metrics.failed[refusal.code] += 1
            return refuse(refusal)
        # Waking the thread costs as much as the work for a post: once in a turn of the loop is enough.
        if not self._arrived:
            self._loop.call_soon(self._hand_over)
        self._arrived.append(command)
        return command.future

    async def stop(self) -> None:
        """Accepts nothing more, carries out what is queued, and closes the database."""
        self._accepting = False
        self._hand_over()
        self._inbox.put(None)
        await self._ended.wait()
        await asyncio.to_thread(self._thread.join)

    def _hand_over(self) -> None:
        if self._arrived:
            self._inbox.put(self._arrived)
            self._arrived = []

    def _run(self) -> None:
        try:
            with self._database.create_writer().connect() as connection:
                while batch := self._take_batch():
                    began = time.monotonic()
                    outcomes = carry_out(connection, batch, self._clock, self._metrics)
                    self._receive_all()
                    self._loop.call_soon_threadsafe(self._finish, outcomes)
                    if self._queue and len(batch) < LARGEST_BATCH:
                        self._gather(len(batch), time.monotonic() - began)
                checkpoint(connection)
        except Exception as error:
            report_death("writer", error)
        finally:
            self._loop.call_soon_threadsafe(self._end)

    def _take_batch(self) -> Batch:
        """What is queued, waiting only if that is nothing; nothing once everything is carried out after `stop`."""
        if not self._queue and not self._draining:
            self._receive(self._inbox.get())
        self._receive_all()
        return self._queue.take(LARGEST_BATCH)

    def _gather(self, answered: int, took: float) -> None:
        """So many were answered just now and may have more to say: one flush will do for them and for who waited.

        Else all who post one thing after the other part into two halves, each waiting while the other is flushed.
        """
        end = time.monotonic() + min(LONGEST_WAIT, took * SHARE_OF_BATCH)
        while answered > 0 and not self._draining and (left := end - time.monotonic()) > 0:
            try:
                arrived = self._inbox.get(timeout=left)
            except Empty:
                return
            self._receive(arrived)
            answered -= len(arrived or ())

    def _receive_all(self) -> None:
        while not self._inbox.empty():
            self._receive(self._inbox.get())

    def _receive(self, arrived: Batch | None) -> None:
        if arrived is None:
            self._draining = True
        else:
            for command in arrived:
                self._queue.add(command)

    def _finish(self, outcomes: Sequence[Outcome]) -> None:
        finish(outcomes, self._publish, self._waiting)

    def _end(self) -> None:
        if self._accepting:
            self._accepting = False
            self._failed()
        self._waiting.fail_all()
        self._ended.set()


def refuse(refusal: Refusal) -> asyncio.Future[Any]:
    """An answer that is there at once."""
    answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
    answer.set_exception(refusal)
    return answer


def carry_out(connection: Connection, batch: Batch, clock: Clock, metrics: StoreMetrics) -> list[Outcome]:
    """Either the batch is committed, or nothing of it is kept and every command of it has failed."""
    try:
        outcomes = run_in_turn(connection, batch, clock)
        began = time.perf_counter()
        commit(connection)
        metrics.commits.add(time.perf_counter() - began)
    except (DBAPIError, get_driver_error(connection), TransactionLost) as error:
        roll_back(connection)
        refusal = judge_lost_batch(error, len(batch))
        metrics.lost += 1
        outcomes = [Outcome(command, refusal=refusal()) for command in batch]
    count(outcomes, metrics)
    return outcomes


def run_in_turn(connection: Connection, batch: Batch, clock: Clock) -> list[Outcome]:
    """Begins a transaction and runs the batch in it.

    Posts go beside the posts of other servers: they lock what they change in one order. Everything else is alone, as
    if there were one server, so that nothing changes between what a command finds and what it does.
    """
    if all(map(_is_post, batch)):
        try:
            return run_batch(connection, batch, clock, beside=True)
        except PostsCollided:
            roll_back(connection)
    return run_batch(connection, batch, clock)


def run_batch(connection: Connection, batch: Batch, clock: Clock, *, beside: bool = False) -> list[Outcome]:
    """Every command, in order; posts that follow each other together. PostsCollided; TransactionLost."""
    begin(connection)
    may_collide = take_turn(connection, beside=beside)
    outcomes: list[Outcome] = []
    for are_posts, commands in groupby(batch, key=_is_post):
        if are_posts:
            outcomes += run_posts(connection, list(commands), clock(), may_collide=may_collide)
        else:
            outcomes += [run(connection, command, clock()) for command in commands]
    return outcomes


def run(connection: Connection, command: Command[T], now: int) -> Outcome:
    """One command: what it refuses, or fails at, takes nothing else with it. TransactionLost."""
    try:
        result, news = in_savepoint(connection, command.work, now)
    except Exception as error:
        _check(connection, error)
        return Outcome(command, refusal=as_refusal(error))
    return Outcome(command, result, news=news)


def run_posts(
    connection: Connection, commands: Batch, now: int, *, may_collide: bool = False
) -> list[Outcome]:
    """All of them together; if that fails each by itself, so that one takes no other with it.

    PostsCollided instead where other servers may be posting: by itself, each would lock in an order of its own. Where
    the engine has failed, all are refused. TransactionLost.
    """
    posts = [command.work for command in commands if isinstance(command.work, Post)]
    try:
        answers, news = in_savepoint(connection, partial(post_all, posts=posts), now)
    except Exception as error:
        _check(connection, error)
        if may_collide:
            raise PostsCollided from error
        if is_of_the_engine(error):
            # Each alone would fail as well, and perhaps wait as long for it.
            refusal = as_refusal(error)
            return [Outcome(command, refusal=type(refusal)()) for command in commands]
        return [run(connection, command, now) for command in commands]
    outcomes = [_as_outcome(command, answer) for command, answer in zip(commands, answers, strict=True)]
    return [replace(outcomes[0], news=news), *outcomes[1:]]


def in_savepoint(
    connection: Connection, work: Callable[[DatabaseTransaction], T], now: int
) -> tuple[T, Sequence[News]]:
    """The result and its news; nothing is kept of work that raises, whatever it raises."""
    set_savepoint(connection)
    tx = DatabaseTransaction(connection, now)
    try:
        result = work(tx)
    except Exception:
        if is_in_transaction(connection):
            return_to_savepoint(connection)
            release_savepoint(connection)
        raise
    release_savepoint(connection)
    return result, tx.news


def commit(connection: Connection) -> None:
    _check(connection, None)
    connection.commit()


def count(outcomes: Sequence[Outcome], metrics: StoreMetrics) -> None:
    metrics.batches.add(len(outcomes))
    for outcome in outcomes:
        # A message has several news: calling a function for each would cost more than all else here.
        for news in outcome.news:
            if type(news) is ToRoom and type(news.event) is MessagePosted:
                metrics.posts += 1
        if outcome.refusal and outcome.refusal.status >= 500:
            metrics.failed[outcome.refusal.code] += 1


def finish(outcomes: Sequence[Outcome], publish: Publish, waiting: Waiting) -> None:
    """On the event loop, after the commit: first the news, in order, then the answers."""
    try:
        publish([news for outcome in outcomes for news in outcome.news])
    finally:
        for outcome in outcomes:
            waiting.finish(outcome)


def _is_post(command: Command[Any]) -> bool:
    return isinstance(command.work, Post)


def _as_outcome(command: Command[Any], answer: Posted | Refusal) -> Outcome:
    if isinstance(answer, Refusal):
        return Outcome(command, refusal=answer)
    return Outcome(command, answer)


def _check(connection: Connection, error: Exception | None) -> None:
    # A full disk ends the whole transaction, not the savepoint; statements and COMMIT would go on "successfully".
    if not is_in_transaction(connection):
        raise TransactionLost from error
