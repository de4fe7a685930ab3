"""A group has an owner while anybody active is in it: who is deactivated leaves it to who has been there longest."""

import pytest
import pytest_asyncio

from deskchat.domain import rooms, users
from deskchat.domain.lines import OwnerMade
from deskchat.domain.news import News, ToRoom, ToUser
from deskchat.domain.rooms import RoomChanged
from deskchat.domain.users import User
from deskchat.storage.store import DatabaseStore
from tests.cast import Cast
from tests.storage.conftest import Clock


async def owners(store: DatabaseStore, group: int) -> list[str]:
    listed = await store.read(lambda tx: tx.rooms.list_members(group, None, 9))
    return [member.profile.name for member in listed.members if member.role == "owner"]


async def deactivate(store: DatabaseStore, user: User) -> None:
    await store.write(0, lambda tx: users.deactivate_as_operator(tx, user.id))


async def reactivate(store: DatabaseStore, user: User) -> None:
    await store.write(0, lambda tx: users.reactivate_as_operator(tx, user.id))


@pytest_asyncio.fixture
async def group(store: DatabaseStore, cast: Cast, clock: Clock) -> int:
    """Of Bela, in which Emre and Dana have been longer than Chidi."""
    bela = cast.bela.id
    made = await store.write(
        bela, lambda tx: rooms.create_group(tx, bela, "paint", "Paint shop", [cast.emre.id, cast.dana.id])
    )
    clock.now += 1
    await store.write(bela, lambda tx: rooms.add_members(tx, bela, made, [cast.chidi.id]))
    return made


async def test_it_goes_to_who_has_been_there_longest_and_all_are_told(
    store: DatabaseStore, cast: Cast, group: int, published: list[News]
) -> None:
    published.clear()
    await deactivate(store, cast.bela)
    assert await owners(store, group) == ["Bela Kovács", "Dana Lindqvist"]
    (line,) = [news.event for news in published if isinstance(news, ToRoom)]
    assert isinstance(line, OwnerMade)
    assert (line.by, line.user) == (cast.dana.profile, cast.dana.profile)
    (shown,) = [news for news in published if isinstance(news, ToUser)]
    assert isinstance(shown.event, RoomChanged)
    assert (shown.user, shown.event.room.role) == (cast.dana.id, "owner")


async def test_it_stays_with_another_owner(store: DatabaseStore, cast: Cast, group: int) -> None:
    bela, chidi = cast.bela.id, cast.chidi.id
    await store.write(bela, lambda tx: rooms.change_role(tx, bela, group, chidi, "owner"))
    await deactivate(store, cast.bela)
    await deactivate(store, cast.emre)
    assert await owners(store, group) == ["Bela Kovács", "Chidi Okafor"]


async def test_who_comes_back_shares_it(store: DatabaseStore, cast: Cast, group: int) -> None:
    await deactivate(store, cast.bela)
    await reactivate(store, cast.bela)
    await deactivate(store, cast.dana)
    assert await owners(store, group) == ["Bela Kovács", "Dana Lindqvist"]


async def test_one_that_all_have_left_goes_to_the_first_who_comes_back(
    store: DatabaseStore, cast: Cast, group: int
) -> None:
    for user in (cast.chidi, cast.dana, cast.emre, cast.bela):
        await deactivate(store, user)
    assert await owners(store, group) == ["Bela Kovács"]
    await reactivate(store, cast.chidi)
    assert await owners(store, group) == ["Bela Kovács", "Chidi Okafor"]


async def test_the_liveliest_go_first_and_no_more_than_a_command_may_hold(
    store: DatabaseStore, cast: Cast, monkeypatch: pytest.MonkeyPatch, group: int
) -> None:
    monkeypatch.setattr(rooms, "MOST_HANDED_OVER", 1)
    bela = cast.bela.id
    quiet = await store.write(bela, lambda tx: rooms.create_group(tx, bela, "quiet", "Quiet", [cast.emre.id]))
    await deactivate(store, cast.bela)
    assert await owners(store, group) == ["Bela Kovács", "Dana Lindqvist"]
    assert await owners(store, quiet) == ["Bela Kovács"]


async def test_a_direct_chat_has_none(store: DatabaseStore, cast: Cast) -> None:
    await deactivate(store, cast.bela)
    assert await owners(store, cast.direct) == []
