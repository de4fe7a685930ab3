"""The members of a room by name, a page at a time, however many they are and whatever happens between two pages."""

from collections.abc import Sequence
from functools import partial

import pytest
from sqlalchemy import ColumnElement, Table, insert, select

from deskchat.domain import rooms, users
from deskchat.domain.errors import Invalid, NoSuchRoom, NotAllowed
from deskchat.domain.ids import new_id
from deskchat.domain.ports import Transaction
from deskchat.domain.rooms import MemberList
from deskchat.domain.users import User
from deskchat.storage.schema import member, user
from deskchat.storage.store import DatabaseStore
from deskchat.storage.transaction import DatabaseTransaction
from deskchat.storage.users import fold
from tests.cast import NO_PASSWORD, Cast
from tests.storage.acts import leave

MANY = 5_000


async def page(
    store: DatabaseStore, by: User, room: int, after: str | None = None, limit: int = 2
) -> MemberList:
    return await store.read(lambda tx: rooms.list_members(tx, by.id, room, after, limit))


def names(listed: MemberList) -> list[str]:
    return [member.profile.name for member in listed.members]


async def walk_through(store: DatabaseStore, by: User, room: int, limit: int) -> list[list[str]]:
    pages = [await page(store, by, room, None, limit)]
    while pages[-1].next:
        pages.append(await page(store, by, room, pages[-1].next, limit))
    return [names(each) for each in pages]


def _hire(tx: Transaction, cast: Cast, numbers: Sequence[int]) -> None:
    """In few statements; some are of one name, and all in the group."""
    assert isinstance(tx, DatabaseTransaction)
    one = users.add(tx, f"one-{numbers[0]}@example.com", "One", "member", NO_PASSWORD)
    tx.rooms.add_member(cast.group, one.id, "member")
    ids = [new_id() for _ in numbers]
    people = [_name(number) | {"id": id_} for number, id_ in zip(numbers, ids, strict=True)]
    _copy(tx, user, user.c.id == one.id, people)
    _copy(tx, member, member.c.user_id == one.id, [{"user_id": id_} for id_ in ids])
    tx.rooms.remove_member(cast.group, one.id)


def _count_anew(tx: Transaction) -> None:
    """So that plans know of them: an engine that counted half-way takes seconds to join what it believes is small."""
    assert isinstance(tx, DatabaseTransaction)
    tx.connection.exec_driver_sql("ANALYZE")


def _name(number: int) -> dict[str, object]:
    name = f"Person {number // 2:04}"
    return {"name": name, "folded_name": fold(name), "email": f"p{number}@example.com"}


def _copy(
    tx: DatabaseTransaction, table: Table, which: ColumnElement[bool], changes: list[dict[str, object]]
) -> None:
    row = tx.connection.execute(select(table).where(which)).one()._asdict()
    tx.connection.execute(insert(table), [row | changed for changed in changes])


async def test_are_paged_to_the_end_without_a_gap(store: DatabaseStore, cast: Cast) -> None:
    office = [person.name for person in cast.office]
    assert await walk_through(store, cast.emre, cast.group, 2) == [office[:2], office[2:4], office[4:]]
    assert await walk_through(store, cast.emre, cast.group, 5) == [office]
    assert await walk_through(store, cast.emre, cast.group, 4) == [office[:4], office[4:]]


@pytest.mark.slow
async def test_of_five_thousand_each_is_listed_once_some_of_one_name(
    store: DatabaseStore, cast: Cast
) -> None:
    for first in range(0, MANY, MANY // 10):
        await store.write(0, partial(_hire, cast=cast, numbers=range(first, first + MANY // 10)))
    await store.write(0, _count_anew)
    pages = await walk_through(store, cast.bela, cast.group, rooms.MOST_LISTED)
    assert {len(each) for each in pages[:-1]} == {rooms.MOST_LISTED}
    assert sum(map(len, pages)) == MANY + len(cast.office)
    listed = [name for each in pages for name in each]
    assert listed == [*(person.name for person in cast.office), *sorted(listed[5:])]


async def test_go_on_where_one_was_though_some_went_came_and_were_renamed(
    store: DatabaseStore, cast: Cast
) -> None:
    first = await page(store, cast.asha, cast.group)
    assert names(first) == ["Asha Rao", "Bela Kovács"]
    await store.write(cast.bela.id, lambda tx: users.rename(tx, cast.bela.id, "Zoltan"))
    await leave(store, cast.dana, cast.group)
    await store.write(
        cast.asha.id, lambda tx: rooms.add_members(tx, cast.asha.id, cast.group, [cast.mallory.id])
    )
    second = await page(store, cast.asha, cast.group, first.next)
    assert names(second) == ["Chidi Okafor", "Emre Yıldız"]
    assert names(await page(store, cast.asha, cast.group, second.next)) == ["Mallory", "Zoltan"]


@pytest.mark.parametrize("place", ["", "4711", "-", "x-y", "1-a\0b"])
async def test_begin_at_no_place_that_is_none(store: DatabaseStore, cast: Cast, place: str) -> None:
    with pytest.raises(Invalid):
        await page(store, cast.asha, cast.group, place)


async def test_are_not_for_others(store: DatabaseStore, cast: Cast) -> None:
    first = await page(store, cast.asha, cast.group)
    with pytest.raises(NoSuchRoom):
        await page(store, cast.mallory, cast.group, first.next)


async def test_who_can_be_added_is_active_and_not_in_it(store: DatabaseStore, cast: Cast) -> None:
    async def addable(name: str, by: User, limit: int = 9) -> list[str]:
        found = await store.read(lambda tx: rooms.find_addable(tx, by.id, cast.group, name, limit))
        return [profile.name for profile in found]

    nora = await store.write(
        0, lambda tx: users.add(tx, "nora@example.com", "Nora Ek", "member", NO_PASSWORD)
    )
    assert await addable("", cast.asha) == ["Mallory", "Nora Ek"]
    assert await addable("", cast.asha, 1) == ["Mallory"]
    assert await addable("ek", cast.asha) == ["Nora Ek"]
    assert await addable("bela", cast.asha) == []
    await store.write(0, lambda tx: users.deactivate_as_operator(tx, nora.id))
    assert await addable("", cast.asha) == ["Mallory"]
    await leave(store, cast.dana, cast.group)
    assert await addable("dana", cast.asha) == ["Dana Lindqvist"]
    with pytest.raises(NotAllowed):
        await addable("", cast.bela)
    with pytest.raises(NoSuchRoom):
        await addable("", cast.mallory)
