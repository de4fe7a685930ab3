"""Posted once, in order, without holes."""

import asyncio

import pytest

from deskchat.domain import rooms
from deskchat.domain.errors import KeyUsed, NoSuchMessage, NoSuchRoom, NotAllowed
from deskchat.domain.messages import MessagePosted, Posted, list_revisions
from deskchat.domain.news import News, ToRoom
from deskchat.storage.engine import Database
from deskchat.storage.store import DatabaseStore
from tests.cast import Cast
from tests.storage.acts import delete, edit, find, leave, look_at, post, replay
from tests.storage.conftest import Clock, started


async def test_a_message_comes_back_as_it_was_written(store: DatabaseStore, cast: Cast, clock: Clock) -> None:
    clock.now += 5
    posted = await post(store, cast.asha, cast.direct, "Good morning, Bela", key="first")
    (message,) = (await look_at(store, cast.bela, cast.direct)).messages
    assert (message.number, message.changed) == (posted.number, posted.seq) == (1, 3)
    assert (message.author, message.key, message.text) == (cast.asha.id, "first", "Good morning, Bela")
    assert (message.created, message.edited, message.deleted) == (clock.now, None, None)


async def test_numbers_and_seqs_are_dense_whoever_posts_at_once(store: DatabaseStore, cast: Cast) -> None:
    posted = await asyncio.gather(
        *(
            post(store, person, cast.group, f"{person.name} {turn}")
            for turn in range(40)
            for person in cast.office
        )
    )
    assert sorted(post.number for post in posted) == list(range(1, 201))
    page = await look_at(store, cast.emre, cast.group)
    assert [message.number for message in page.messages] == list(range(101, 201))
    assert page.seq == 205
    seen: list[int] = []
    while len(seen) < page.seq:
        seen += [event.seq for event in (await replay(store, cast.emre, cast.group, len(seen))).events]
    assert seen == list(range(1, 206))


async def test_rooms_are_counted_apart(store: DatabaseStore, cast: Cast) -> None:
    assert await post(store, cast.asha, cast.direct, "one") == Posted(1, 3)
    assert await post(store, cast.asha, cast.group, "one") == Posted(1, 6)
    assert await post(store, cast.bela, cast.direct, "two") == Posted(2, 4)


async def test_the_same_key_again_gives_the_first_message_back(
    store: DatabaseStore, cast: Cast, published: list[News]
) -> None:
    first = await post(store, cast.asha, cast.direct, "Hello", key="k")
    published.clear()
    assert await post(store, cast.asha, cast.direct, "Hello", key="k") == first
    assert not published
    assert len((await look_at(store, cast.asha, cast.direct)).messages) == 1


async def test_the_same_key_many_times_in_one_batch_is_one_message(
    store: DatabaseStore, cast: Cast, published: list[News]
) -> None:
    posted = await asyncio.gather(*(post(store, cast.asha, cast.direct, "Hello", key="k") for _ in range(20)))
    assert set(posted) == {Posted(1, 3)}
    told = [news.event for news in published if isinstance(news, ToRoom)]
    assert len(told) == 1
    assert isinstance(told[0], MessagePosted)


async def test_two_people_may_use_the_same_key(store: DatabaseStore, cast: Cast) -> None:
    assert (await post(store, cast.asha, cast.direct, "Hello", key="k")).number == 1
    assert (await post(store, cast.bela, cast.direct, "Hello", key="k")).number == 2


async def test_a_key_of_another_room_is_refused(store: DatabaseStore, cast: Cast) -> None:
    await post(store, cast.asha, cast.direct, "Hello", key="k")
    with pytest.raises(KeyUsed):
        await post(store, cast.asha, cast.group, "Hello", key="k")
    assert not (await look_at(store, cast.asha, cast.group)).messages


async def test_a_key_of_another_text_is_refused(store: DatabaseStore, cast: Cast) -> None:
    await post(store, cast.asha, cast.direct, "Hello", key="k")
    with pytest.raises(KeyUsed):
        await post(store, cast.asha, cast.direct, "Good bye", key="k")


async def test_a_key_is_known_by_the_first_text_after_edits(store: DatabaseStore, cast: Cast) -> None:
    first = await post(store, cast.asha, cast.direct, "Helo", key="k")
    await edit(store, cast.asha, cast.direct, first.number, "Hello")
    await edit(store, cast.asha, cast.direct, first.number, "Hello, Bela")
    assert await post(store, cast.asha, cast.direct, "Helo", key="k") == first
    with pytest.raises(KeyUsed):
        await post(store, cast.asha, cast.direct, "Hello, Bela", key="k")


async def test_a_key_is_known_after_the_message_was_deleted(store: DatabaseStore, cast: Cast) -> None:
    first = await post(store, cast.asha, cast.direct, "Hello", key="k")
    await delete(store, cast.asha, cast.direct, first.number)
    assert await post(store, cast.asha, cast.direct, "Hello", key="k") == first
    assert (await look_at(store, cast.asha, cast.direct)).messages[0].text == ""


async def test_a_key_is_known_after_its_author_has_left(store: DatabaseStore, cast: Cast) -> None:
    first = await post(store, cast.dana, cast.group, "Good bye", key="k")
    await leave(store, cast.dana, cast.group)
    assert await post(store, cast.dana, cast.group, "Good bye", key="k") == first
    with pytest.raises(NoSuchRoom):
        await post(store, cast.dana, cast.group, "One more thing")


async def test_a_key_is_known_after_a_restart(
    database: Database, clock: Clock, cast: Cast, store: DatabaseStore
) -> None:
    first = await post(store, cast.asha, cast.direct, "Hello", key="k")
    await store.stop()
    async with started(database, clock, lambda news: None) as reopened:
        assert await post(reopened, cast.asha, cast.direct, "Hello", key="k") == first


async def test_nobody_posts_to_a_room_of_others(
    store: DatabaseStore, cast: Cast, published: list[News]
) -> None:
    with pytest.raises(NoSuchRoom):
        await post(store, cast.mallory, cast.direct, "Let me in")
    with pytest.raises(NoSuchRoom):
        await post(store, cast.mallory, 4711, "Let me in")
    assert not published


async def test_an_edit_keeps_the_earlier_texts(store: DatabaseStore, cast: Cast, clock: Clock) -> None:
    await post(store, cast.asha, cast.direct, "one")
    clock.now += 10
    await edit(store, cast.asha, cast.direct, 1, "two")
    clock.now += 10
    edited = await edit(store, cast.asha, cast.direct, 1, "three")
    assert (edited.text, edited.edited, edited.changed) == ("three", clock.now, 5)
    revisions = await store.read(lambda tx: list_revisions(tx, cast.bela.id, cast.direct, 1))
    assert [(revision.text, revision.replaced) for revision in revisions] == [
        ("one", clock.now - 10),
        ("two", clock.now),
    ]


async def test_a_deleted_message_leaves_a_tombstone_and_nothing_of_its_text(
    store: DatabaseStore, cast: Cast, clock: Clock
) -> None:
    await post(store, cast.asha, cast.direct, "secret plan")
    await edit(store, cast.asha, cast.direct, 1, "secret scheme")
    deleted = await delete(store, cast.asha, cast.direct, 1)
    assert (deleted.text, deleted.deleted, deleted.changed) == ("", clock.now, 5)
    assert await store.read(lambda tx: list_revisions(tx, cast.asha.id, cast.direct, 1)) == []
    assert await find(store, cast.asha, "secret") == []
    assert await delete(store, cast.asha, cast.direct, 1) == deleted
    with pytest.raises(NoSuchMessage):
        await edit(store, cast.asha, cast.direct, 1, "again")


async def test_only_the_author_changes_a_message(store: DatabaseStore, cast: Cast) -> None:
    await post(store, cast.asha, cast.direct, "mine")
    with pytest.raises(NotAllowed):
        await edit(store, cast.bela, cast.direct, 1, "yours")
    with pytest.raises(NotAllowed):
        await delete(store, cast.bela, cast.direct, 1)
    with pytest.raises(NoSuchRoom):
        await edit(store, cast.mallory, cast.direct, 1, "theirs")
    with pytest.raises(NoSuchMessage):
        await edit(store, cast.asha, cast.direct, 2, "nothing")


async def test_pages_reach_both_ways(store: DatabaseStore, cast: Cast) -> None:
    for number in range(1, 11):
        await post(store, cast.asha, cast.direct, f"message {number}")

    async def numbers(before: int | None = None, after: int | None = None) -> list[int]:
        found = await store.read(
            lambda tx: tx.messages.list_page(cast.direct, before=before, after=after, limit=3)
        )
        return [message.number for message in found]

    assert await numbers() == [8, 9, 10]
    assert await numbers(before=8) == [5, 6, 7]
    assert await numbers(before=2) == [1]
    assert await numbers(before=1) == []
    assert await numbers(after=0) == [1, 2, 3]
    assert await numbers(after=9) == [10]
    assert await numbers(after=10) == []


async def test_two_who_open_a_direct_chat_at_once_get_the_same_room(store: DatabaseStore, cast: Cast) -> None:
    chidi, dana = cast.chidi.id, cast.dana.id
    opened = await asyncio.gather(
        *(store.write(chidi, lambda tx: rooms.open_direct(tx, chidi, dana)) for _ in range(5)),
        *(store.write(dana, lambda tx: rooms.open_direct(tx, dana, chidi)) for _ in range(5)),
    )
    assert len(set(opened)) == 1
