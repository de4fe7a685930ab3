"""Who has seen what: shared marks that only rise."""

import pytest

from deskchat.domain import reading, rooms
from deskchat.domain.errors import NoSuchMessage, NoSuchRoom
from deskchat.domain.news import News, Seen
from deskchat.domain.reading import SeenBy
from deskchat.domain.users import User
from deskchat.storage.store import DatabaseStore
from tests.cast import Cast
from tests.storage.acts import look_up, post, read_up_to


async def who_saw(store: DatabaseStore, by: User, room: int, number: int) -> SeenBy:
    return await store.read(lambda tx: reading.find_who_saw(tx, by.id, room, number))


async def test_others_learn_how_far_one_has_read(
    store: DatabaseStore, cast: Cast, published: list[News]
) -> None:
    await post(store, cast.asha, cast.group, "one")
    await post(store, cast.asha, cast.group, "two")
    assert (await look_up(store, cast.asha, cast.group)).seen_number == 0
    published.clear()
    await read_up_to(store, cast.bela, cast.group, 1)
    await read_up_to(store, cast.bela, cast.group, 1)
    assert [news for news in published if isinstance(news, Seen)] == [Seen(cast.group, cast.bela.id, 1)]
    assert (await look_up(store, cast.asha, cast.group)).seen_number == 1
    assert (await look_up(store, cast.bela, cast.group)).seen_number == 2


async def test_who_writes_has_seen_all_before_it_and_nobody_is_told_twice(
    store: DatabaseStore, cast: Cast, published: list[News]
) -> None:
    await post(store, cast.asha, cast.group, "one")
    published.clear()
    await post(store, cast.bela, cast.group, "two")
    assert not [news for news in published if isinstance(news, Seen)]
    assert (await look_up(store, cast.asha, cast.group)).seen_number == 2


async def test_who_has_seen_a_message_is_told_by_name_without_its_author(
    store: DatabaseStore, cast: Cast
) -> None:
    await post(store, cast.asha, cast.group, "one")
    for reader in (cast.dana, cast.bela):
        await read_up_to(store, reader, cast.group, 1)
    seen = await who_saw(store, cast.emre, cast.group, 1)
    assert seen == SeenBy(2, [cast.bela.profile, cast.dana.profile])
    with pytest.raises(NoSuchMessage):
        await who_saw(store, cast.emre, cast.group, 2)
    with pytest.raises(NoSuchRoom):
        await who_saw(store, cast.mallory, cast.group, 1)


async def test_what_one_is_told_of_is_shown_on_all_devices(
    store: DatabaseStore, cast: Cast, published: list[News]
) -> None:
    published.clear()
    for _ in range(2):
        await store.write(0, lambda tx: rooms.set_notify(tx, cast.bela.id, cast.group, "mentions"))
    assert len(published) == 1
    assert (await look_up(store, cast.bela, cast.group)).notify == "mentions"
    assert (await look_up(store, cast.asha, cast.group)).notify == "everything"
