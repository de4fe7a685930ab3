"""Read marks and unread counts."""

from deskchat.domain import rooms
from deskchat.domain.news import News, ToUser
from deskchat.domain.reading import Mark, ReadMoved
from deskchat.storage.store import DatabaseStore
from tests.cast import Cast
from tests.storage.acts import delete, list_rooms, look_up, post, read_up_to
from tests.storage.conftest import Clock


async def test_what_others_write_is_unread_and_ones_own_is_not(store: DatabaseStore, cast: Cast) -> None:
    for turn in range(3):
        await post(store, cast.asha, cast.group, f"{turn}")
    assert (await look_up(store, cast.asha, cast.group)).unread == 0
    assert (await look_up(store, cast.bela, cast.group)).unread == 3
    await post(store, cast.bela, cast.group, "I have read you all")
    assert (await look_up(store, cast.bela, cast.group)).unread == 0
    assert (await look_up(store, cast.asha, cast.group)).unread == 1


async def test_the_mark_only_rises(store: DatabaseStore, cast: Cast, published: list[News]) -> None:
    for turn in range(4):
        await post(store, cast.asha, cast.direct, f"{turn}")
    published.clear()
    assert await read_up_to(store, cast.bela, cast.direct, 3) == Mark(3, 2, unread=1, mentions=[], seq=6)
    assert await read_up_to(store, cast.bela, cast.direct, 2) == Mark(3, 2, unread=1, mentions=[], seq=6)
    assert await read_up_to(store, cast.bela, cast.direct, 3) == Mark(3, 2, unread=1, mentions=[], seq=6)
    assert await read_up_to(store, cast.bela, cast.direct, 99) == Mark(4, 3, unread=0, mentions=[], seq=6)
    moved = [news.event for news in published if isinstance(news, ToUser)]
    assert moved == [
        ReadMoved(changes=3, room=cast.direct, number=3, read_change=2, unread=1, mentions=[], seq=6),
        ReadMoved(changes=4, room=cast.direct, number=4, read_change=3, unread=0, mentions=[], seq=6),
    ]


async def test_deleted_messages_do_not_count_as_unread(store: DatabaseStore, cast: Cast) -> None:
    for turn in range(5):
        await post(store, cast.asha, cast.direct, f"{turn}")
    await read_up_to(store, cast.bela, cast.direct, 2)
    for number in (1, 3, 5):
        await delete(store, cast.asha, cast.direct, number)
    room = await look_up(store, cast.bela, cast.direct)
    assert (room.read_number, room.last_number, room.unread) == (2, 5, 1)
    assert (await read_up_to(store, cast.bela, cast.direct, 4)).unread == 0


async def test_who_joins_has_nothing_unread(store: DatabaseStore, cast: Cast) -> None:
    await post(store, cast.asha, cast.group, "before")
    await store.write(
        cast.asha.id, lambda tx: rooms.add_members(tx, cast.asha.id, cast.group, [cast.mallory.id])
    )
    room = await look_up(store, cast.mallory, cast.group)
    assert (room.read_number, room.unread, room.members) == (1, 0, 6)
    await post(store, cast.asha, cast.group, "after")
    assert (await look_up(store, cast.mallory, cast.group)).unread == 1


async def test_a_direct_room_is_called_by_the_other(store: DatabaseStore, cast: Cast) -> None:
    seen_by_asha = await look_up(store, cast.asha, cast.direct)
    seen_by_bela = await look_up(store, cast.bela, cast.direct)
    assert (seen_by_asha.name, seen_by_asha.other) == ("Bela Kovács", cast.bela.profile)
    assert (seen_by_bela.name, seen_by_bela.other) == ("Asha Rao", cast.asha.profile)
    group = await look_up(store, cast.asha, cast.group)
    assert (group.name, group.other, group.role, group.members) == ("Launch", None, "owner", 5)


async def test_rooms_are_listed_with_their_last_message_the_last_active_first(
    store: DatabaseStore, cast: Cast, clock: Clock
) -> None:
    clock.now += 1
    await post(store, cast.asha, cast.group, "in the group")
    clock.now += 1
    await post(store, cast.bela, cast.direct, "to you alone")
    clock.now += 1
    new = await store.write(
        cast.asha.id, lambda tx: rooms.create_group(tx, cast.asha.id, "k", "New", [cast.bela.id])
    )
    listed = await list_rooms(store, cast.asha)
    assert [room.id for room in listed] == [new, cast.direct, cast.group]
    assert [room.last_message.text if room.last_message else None for room in listed] == [
        None,
        "to you alone",
        "in the group",
    ]
    assert [room.unread for room in listed] == [0, 1, 0]
    assert listed == [await look_up(store, cast.asha, room.id) for room in listed]
    assert await list_rooms(store, cast.mallory) == []


async def test_who_is_deactivated_is_in_no_room(store: DatabaseStore, cast: Cast) -> None:
    await store.write(0, lambda tx: tx.users.set_active(cast.bela.id, False))
    assert await list_rooms(store, cast.bela) == []
    assert await store.read(lambda tx: tx.rooms.list_rooms_of(cast.bela.id)) == []
    assert await store.read(lambda tx: tx.rooms.find_membership(cast.bela.id, cast.direct)) is None
    other = (await look_up(store, cast.asha, cast.direct)).other
    assert other is not None
    assert not other.active
    assert await store.read(lambda tx: tx.rooms.count_members(cast.group)) == 4


async def test_members_are_listed_by_name(store: DatabaseStore, cast: Cast) -> None:
    listed = await store.read(lambda tx: rooms.list_members(tx, cast.emre.id, cast.group, None, 5))
    assert [member.profile for member in listed.members] == [person.profile for person in cast.office]
    assert [member.role for member in listed.members] == ["owner", *["member"] * 4]
    assert listed.next is None
    present = await store.read(
        lambda tx: tx.rooms.list_present(cast.group, [cast.asha.id, cast.mallory.id, 4711])
    )
    assert present == {cast.asha.id}


async def test_who_leaves_is_counted_out(store: DatabaseStore, cast: Cast) -> None:
    await store.write(
        cast.dana.id, lambda tx: rooms.remove_member(tx, cast.dana.id, cast.group, cast.dana.id)
    )
    assert (await look_up(store, cast.asha, cast.group)).members == 4
    assert await store.read(lambda tx: tx.rooms.find_member(cast.group, cast.dana.id)) is None
