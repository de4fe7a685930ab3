"""What is read together is of one state, whatever is written meanwhile."""

import asyncio
import threading

import pytest
from sqlalchemy import text

from deskchat.domain import events, messages, rooms
from deskchat.domain.errors import Busy, NoSuchRoom, Unavailable, Unexpected
from deskchat.domain.ports import Transaction
from deskchat.storage import reader
from deskchat.storage.reader import MOST_WAITING
from deskchat.storage.store import DatabaseStore
from deskchat.storage.transaction import DatabaseTransaction
from tests.cast import Cast
from tests.storage.acts import delete, edit, look_at, post
from tests.storage.steps import PATIENCE, begin


async def test_a_page_and_its_seq_are_of_one_state(store: DatabaseStore, cast: Cast) -> None:
    """Every post is one event, so the newest number tells the seq."""
    writing = asyncio.ensure_future(_post_many(store, cast, 300))
    while not writing.done():
        page, replayed = await store.read(
            lambda tx: (
                messages.get_page(tx, cast.bela.id, cast.direct),
                events.replay(tx, cast.bela.id, cast.direct, 2 + _last_number(tx, cast), 100),
            )
        )
        last = page.messages[-1].number if page.messages else 0
        assert page.seq == last + 2
        assert not replayed.events
    await writing


async def test_a_room_list_and_its_counters_are_of_one_state(store: DatabaseStore, cast: Cast) -> None:
    writing = asyncio.ensure_future(_post_many(store, cast, 200))
    while not writing.done():
        listed = (await store.read(lambda tx: rooms.list_rooms(tx, cast.bela.id))).rooms
        (direct,) = [room for room in listed if room.id == cast.direct]
        assert direct.unread == direct.last_number == direct.seq - 2
        assert (direct.last_message.number if direct.last_message else 0) == direct.last_number
    await writing


async def test_an_edit_shows_in_text_and_seq_at_once(store: DatabaseStore, cast: Cast) -> None:
    await post(store, cast.asha, cast.direct, "3")

    async def change() -> None:
        for seq in range(4, 100):
            await edit(store, cast.asha, cast.direct, 1, f"{seq}")

    changing = asyncio.ensure_future(change())
    while not changing.done():
        page = await look_at(store, cast.bela, cast.direct)
        assert page.messages[0].text == f"{page.seq}" == f"{page.messages[0].changed}"
    await changing


async def test_replay_shows_messages_as_they_are_now(store: DatabaseStore, cast: Cast) -> None:
    await post(store, cast.asha, cast.direct, "first thought")
    await post(store, cast.asha, cast.direct, "second thought")
    await edit(store, cast.asha, cast.direct, 1, "better thought")
    await delete(store, cast.asha, cast.direct, 2)
    replayed = await store.read(lambda tx: events.replay(tx, cast.bela.id, cast.direct, 2))
    told = [
        (type(event), event.seq, event.message.text)
        for event in replayed.events
        if isinstance(event, messages.MessagePosted | messages.MessageEdited | messages.MessageDeleted)
    ]
    assert told == [
        (messages.MessagePosted, 3, "better thought"),
        (messages.MessagePosted, 4, ""),
        (messages.MessageEdited, 5, "better thought"),
        (messages.MessageDeleted, 6, ""),
    ]


async def test_reading_changes_nothing(store: DatabaseStore, cast: Cast) -> None:
    with pytest.raises(Unavailable):
        await store.read(lambda tx: tx.organisation.rename("Mallory & Co"))
    with pytest.raises(Unavailable):
        await store.read(lambda tx: messages.post(tx, cast.asha.id, cast.direct, "k", "hello"))
    assert await store.read(lambda tx: tx.organisation.name()) == ""


async def test_refusals_and_faults_reach_the_reader(store: DatabaseStore, cast: Cast) -> None:
    with pytest.raises(NoSuchRoom):
        await look_at(store, cast.mallory, cast.direct)

    def break_down(_tx: Transaction) -> None:
        raise LookupError

    with pytest.raises(Unexpected):
        await store.read(break_down)
    assert (await look_at(store, cast.asha, cast.direct)).seq == 2


async def test_a_question_that_takes_too_long_is_broken_off(
    store: DatabaseStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def count_for_ever(tx: DatabaseTransaction) -> None:
        tx.connection.execute(
            text("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n")
        )

    with monkeypatch.context() as patience:
        patience.setattr(reader, "LONGEST", 0.01)
        with pytest.raises(Unavailable):
            await store.read(count_for_ever)
    assert await store.read(lambda tx: tx.organisation.name()) == ""


async def test_only_so_many_questions_wait(store: DatabaseStore) -> None:
    released = threading.Event()
    waiting = await begin([store.read(lambda _: released.wait(PATIENCE)) for _ in range(MOST_WAITING)])
    try:
        with pytest.raises(Busy):
            await store.read(bool)
    finally:
        released.set()
    assert all(await asyncio.gather(*waiting))
    assert await store.read(bool)


async def _post_many(store: DatabaseStore, cast: Cast, many: int) -> None:
    for turn in range(many):
        await post(store, cast.asha, cast.direct, f"{turn}")


def _last_number(tx: Transaction, cast: Cast) -> int:
    return tx.rooms.get_head(cast.direct).number
