"""When the program makes words differently, everything is found by the new words, while everybody goes on."""

import pytest

from deskchat.storage import reindexing, search_index
from deskchat.storage.store import DatabaseStore
from deskchat.storage.transaction import DatabaseTransaction
from tests.cast import Cast
from tests.storage.acts import delete, find, post


def spoil(tx: DatabaseTransaction) -> None:
    """The words and names as another version would have made them."""
    index = {
        "sqlite": "INSERT INTO search_index (search_index) VALUES ('rebuild')",
        "postgresql": "UPDATE search_index SET words = $$'old':1 'words':2$$",
    }
    for statement in (
        "UPDATE search_text SET text = 'old words'",
        index[tx.connection.dialect.name],
        "DELETE FROM name_word",
        "UPDATE \"user\" SET folded_name = 'x'",
        "UPDATE organisation SET normaliser_version = 0",
    ):
        tx.connection.exec_driver_sql(statement)


async def test_words_are_made_anew(store: DatabaseStore, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    for turn in range(12):
        await post(store, cast.asha, cast.direct, f"budget {turn}")
    await delete(store, cast.asha, cast.direct, 5)
    await store.write(0, spoil)
    assert await find(store, cast.bela, "budget") == []
    monkeypatch.setattr(reindexing.reindex_messages, "__defaults__", (5,))
    await store.reindex()
    assert len(await find(store, cast.bela, "budget")) == 11
    assert await find(store, cast.bela, "old words") == []
    assert [profile.name for profile in await store.read(lambda tx: tx.users.find_profiles("kov", 5))] == [
        "Bela Kovács"
    ]
    assert not await store.read(reindexing.is_outdated)
    assert await store.write(0, lambda tx: search_index.check(tx.connection)) == []


async def test_a_chain_that_was_broken_off_begins_again(store: DatabaseStore, cast: Cast) -> None:
    for turn in range(6):
        await post(store, cast.asha, cast.direct, f"budget {turn}")
    await store.write(0, spoil)
    last = await store.write(0, lambda tx: reindexing.reindex_messages(tx, after=0, limit=2))
    assert last is not None
    await post(store, cast.asha, cast.direct, "budget while the words are made")
    assert len(await find(store, cast.bela, "budget")) == 3
    assert await store.read(reindexing.is_outdated)
    await store.reindex()
    assert len(await find(store, cast.bela, "budget")) == 7


async def test_words_of_the_same_version_are_left_alone(store: DatabaseStore, cast: Cast) -> None:
    await post(store, cast.asha, cast.direct, "budget")
    await store.write(0, spoil)
    await store.write(0, reindexing.finish)
    await store.reindex()
    assert await find(store, cast.bela, "budget") == []
