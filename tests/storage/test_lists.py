"""The lists of the desk: what one may see now, in order, a page at a time, whatever happens between two pages."""

from functools import partial
from itertools import chain, count

import pytest

from deskchat.domain import lists, rooms, users
from deskchat.domain.errors import Invalid, NoSuchRoom, NoSuchUser
from deskchat.domain.lists import (
    MessageFilter,
    MessageList,
    MessagePlace,
    ProfileFilter,
    ProfilePlace,
    RoomFilter,
    RoomPlace,
)
from deskchat.domain.ports import Transaction
from deskchat.domain.sessions import start, touch
from deskchat.domain.users import User
from deskchat.storage import timeline, walk
from deskchat.storage.store import DatabaseStore
from tests.cast import Cast
from tests.storage.acts import delete, edit, leave, post, read_up_to
from tests.storage.conftest import Clock

OLDEST = MessagePlace("oldest")


async def messages(
    store: DatabaseStore, by: User, wanted: MessageFilter | None = None, at: MessagePlace | None = None
) -> MessageList:
    return await store.read(
        lambda tx: lists.list_messages(tx, by.id, wanted or MessageFilter(), at or MessagePlace())
    )


def texts(found: MessageList) -> list[str]:
    return [hit.message.text for hit in found.hits]


async def walk_through(
    store: DatabaseStore, by: User, wanted: MessageFilter, at: MessagePlace
) -> list[list[str]]:
    """Page after page to the end, and back again, which shows the same."""
    pages = [await messages(store, by, wanted, at)]
    while pages[-1].next:
        there = MessagePlace(at.order, after=pages[-1].next, size=at.size)
        pages.append(await messages(store, by, wanted, there))
    for earlier, later in zip(pages[-2::-1], pages[:0:-1], strict=True):
        back = await messages(store, by, wanted, MessagePlace(at.order, before=later.previous, size=at.size))
        assert texts(back) == texts(earlier)
        assert back.next is not None
    assert pages[0].previous is None
    return [texts(page) for page in pages]


def _sign_in(tx: Transaction, user: User) -> None:
    start(tx, user.id, f"token-{user.id}", "a desk")


class TestMessages:
    async def test_come_from_all_of_ones_rooms_in_the_order_of_time(
        self, store: DatabaseStore, cast: Cast, clock: Clock
    ) -> None:
        for number, room in enumerate([cast.group, cast.direct, cast.group, cast.direct], 1):
            clock.now += 1_000
            await post(store, cast.asha, room, f"pump {number}")
        assert texts(await messages(store, cast.bela)) == ["pump 4", "pump 3", "pump 2", "pump 1"]
        assert texts(await messages(store, cast.bela, at=OLDEST)) == ["pump 1", "pump 2", "pump 3", "pump 4"]
        assert texts(await messages(store, cast.chidi)) == ["pump 3", "pump 1"]
        assert texts(await messages(store, cast.mallory)) == []

    @pytest.mark.parametrize("text", ["", "pump"])
    @pytest.mark.parametrize("order", ["newest", "oldest"])
    async def test_are_paged_to_the_end_and_back_without_a_gap(
        self, store: DatabaseStore, cast: Cast, clock: Clock, text: str, order: lists.MessageOrder
    ) -> None:
        """Some of them at the very same time, in several rooms."""
        written = []
        for number in range(1, 2 * timeline._AT_ONCE + 6):
            clock.now += number % 3
            room = cast.direct if number % 5 == 0 else cast.group
            written.append(f"pump {number}")
            await post(store, cast.asha, room, written[-1])
        pages = await walk_through(store, cast.bela, MessageFilter(text), MessagePlace(order, size=7))
        assert {len(page) for page in pages[:-1]} == {7}
        assert sorted(chain(*pages)) == sorted(written)
        every = await messages(store, cast.bela, MessageFilter(text), MessagePlace(order, size=100))
        assert list(chain(*pages)) == texts(every)
        times = [hit.message.created for hit in every.hits]
        assert times == sorted(times, reverse=order == "newest")

    async def test_are_paged_on_from_where_one_was_though_more_came_and_some_went(
        self, store: DatabaseStore, cast: Cast, clock: Clock
    ) -> None:
        for number in range(6):
            clock.now += 1
            await post(store, cast.asha, cast.group, f"pump {number}")
        first = await messages(store, cast.bela, at=MessagePlace(size=2))
        clock.now += 1
        await post(store, cast.asha, cast.direct, "new")
        await delete(store, cast.asha, cast.group, 5)
        await delete(store, cast.asha, cast.group, 4)
        second = await messages(store, cast.bela, at=MessagePlace(after=first.next, size=2))
        assert texts(second) == ["pump 2", "pump 1"]
        back = await messages(store, cast.bela, at=MessagePlace(before=second.previous, size=2))
        assert texts(back) == ["new", "pump 5"]

    async def test_are_filtered_by_author_room_time_and_words_together(
        self, store: DatabaseStore, cast: Cast, clock: Clock
    ) -> None:
        began = clock.now
        for by, room, text in (
            (cast.asha, cast.group, "the red pump"),
            (cast.bela, cast.group, "a red valve"),
            (cast.bela, cast.direct, "the green pump"),
            (cast.asha, cast.direct, "no news"),
        ):
            await post(store, by, room, text)
            clock.now += 1_000
        for wanted, expected in (
            (MessageFilter(author=cast.bela.id), ["the green pump", "a red valve"]),
            (MessageFilter(room=cast.direct), ["no news", "the green pump"]),
            (MessageFilter(since=began + 2_000), ["no news", "the green pump"]),
            (MessageFilter(until=began + 1_000), ["the red pump"]),
            (MessageFilter(since=began + 1_000, until=began + 3_000), ["the green pump", "a red valve"]),
            (MessageFilter("pum"), ["the green pump", "the red pump"]),
            (MessageFilter("red", author=cast.bela.id), ["a red valve"]),
            (MessageFilter("pump", since=began + 1_000), ["the green pump"]),
            (MessageFilter("pump", until=began + 1_000), ["the red pump"]),
            (MessageFilter("pump", room=cast.direct, author=cast.asha.id), []),
            (MessageFilter("?!"), []),
            (MessageFilter(author=1), []),
        ):
            found = await messages(store, cast.bela, wanted)
            assert (texts(found), found.total, found.beyond) == (expected, len(expected), False), wanted

    async def test_are_shown_as_they_are_now_and_not_once_they_are_deleted(
        self, store: DatabaseStore, cast: Cast
    ) -> None:
        for text in ("first pump", "second pump"):
            await post(store, cast.asha, cast.group, text)
        await edit(store, cast.asha, cast.group, 1, "first valve")
        await delete(store, cast.asha, cast.group, 2)
        found = await messages(store, cast.bela)
        assert (texts(found), found.total) == (["first valve"], 1)
        assert [profile.name for profile in found.people] == ["Asha Rao"]
        assert texts(await messages(store, cast.bela, MessageFilter("pump"))) == []

    async def test_of_a_room_one_has_left_are_gone_at_once_from_every_page(
        self, store: DatabaseStore, cast: Cast
    ) -> None:
        for number in range(4):
            await post(store, cast.asha, cast.group, f"pump {number}")
        first = await messages(store, cast.bela, at=MessagePlace(size=2))
        words = await messages(store, cast.bela, MessageFilter("pump"), MessagePlace(size=2))
        await leave(store, cast.bela, cast.group)
        for wanted, place in ((MessageFilter(), first.next), (MessageFilter("pump"), words.next)):
            for at in (MessagePlace(), MessagePlace(after=place), MessagePlace(before=place)):
                found = await messages(store, cast.bela, wanted, at)
                assert (found.hits, found.total, found.next) == ([], 0, None)
        for room in (cast.group, 1):
            with pytest.raises(NoSuchRoom):
                await messages(store, cast.bela, MessageFilter(room=room))

    async def test_are_counted_so_far_and_no_further(
        self, store: DatabaseStore, cast: Cast, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(lists, "MOST_COUNTED", 3)
        for number in range(2):
            await post(store, cast.asha, cast.group, f"pump {number}")
        await post(store, cast.asha, cast.direct, "pump")
        for wanted in (MessageFilter(), MessageFilter("pump")):
            found = await messages(store, cast.bela, wanted)
            assert (found.total, found.beyond) == (3, False)
        await post(store, cast.asha, cast.direct, "pump again")
        for wanted in (MessageFilter(), MessageFilter("pump")):
            found = await messages(store, cast.bela, wanted)
            assert (found.total, found.beyond) == (3, True)

    async def test_that_are_rare_among_many_with_the_same_word_are_looked_for_in_steps(
        self, store: DatabaseStore, cast: Cast, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(walk, "PROBED", 2)
        monkeypatch.setattr(walk, "MOST_PASSED", 4)
        await post(store, cast.bela, cast.group, "pump by Bela")
        for number in range(9):
            await post(store, cast.asha, cast.group, f"pump {number}")
        pages = []
        wanted, at = MessageFilter("pump", author=cast.bela.id), MessagePlace()
        for _ in count():
            found = await messages(store, cast.bela, wanted, at)
            pages.append(texts(found))
            if found.next is None:
                break
            at = MessagePlace(after=found.next)
        assert pages == [[], [], ["pump by Bela"]]
        assert (await messages(store, cast.bela, wanted)).beyond
        back = await messages(store, cast.bela, wanted, MessagePlace("oldest"))
        assert texts(back) == ["pump by Bela"]

    async def test_have_no_place_that_is_of_another_list(self, store: DatabaseStore, cast: Cast) -> None:
        for wanted, place in (
            (MessageFilter(), "12"),
            (MessageFilter("pump"), "1-2-3"),
            (MessageFilter(), "x"),
            (MessageFilter(), ""),
        ):
            for at in (MessagePlace(after=place), MessagePlace(before=place)):
                with pytest.raises(Invalid):
                    await messages(store, cast.bela, wanted, at)

    async def test_are_not_listed_for_somebody_deactivated(self, store: DatabaseStore, cast: Cast) -> None:
        await store.write(0, lambda tx: users.deactivate(tx, cast.asha.id, cast.emre.id))
        with pytest.raises(NoSuchUser):
            await messages(store, cast.emre)


class TestRooms:
    async def names(
        self, store: DatabaseStore, by: User, wanted: RoomFilter, at: RoomPlace | None = None
    ) -> list[str]:
        found = await store.read(lambda tx: lists.list_rooms(tx, by.id, wanted, at or RoomPlace()))
        return [room.name for room in found.rooms]

    async def test_are_ones_own_filtered(self, store: DatabaseStore, cast: Cast, clock: Clock) -> None:
        clock.now += 1
        await post(store, cast.bela, cast.direct, "hello")
        for wanted, expected in (
            (RoomFilter(), ["Bela Kovács", "Launch"]),
            (RoomFilter(name="kov"), ["Bela Kovács"]),
            (RoomFilter(name="KOVÁ bel"), ["Bela Kovács"]),
            (RoomFilter(name="ova"), []),
            (RoomFilter(kind="group"), ["Launch"]),
            (RoomFilter(member=cast.chidi.id), ["Launch"]),
            (RoomFilter(member=cast.mallory.id), []),
            (RoomFilter(unread=True), ["Bela Kovács"]),
        ):
            assert await self.names(store, cast.asha, wanted) == expected, wanted
        assert await self.names(store, cast.mallory, RoomFilter()) == []
        await read_up_to(store, cast.asha, cast.direct, 1)
        assert await self.names(store, cast.asha, RoomFilter(unread=True)) == []

    @pytest.mark.parametrize(
        ("sort", "ascending"),
        [
            ("name", ["Bela Kovács", "Launch", "Östersund"]),
            ("kind", ["Bela Kovács", "Östersund", "Launch"]),
            ("members", ["Östersund", "Bela Kovács", "Launch"]),
            ("messages", ["Östersund", "Launch", "Bela Kovács"]),
            ("last", ["Launch", "Bela Kovács", "Östersund"]),
            ("unread", ["Östersund", "Launch", "Bela Kovács"]),
        ],
    )
    async def test_are_sorted_the_last_active_first_where_they_are_equal(
        self, store: DatabaseStore, cast: Cast, clock: Clock, sort: lists.RoomSort, ascending: list[str]
    ) -> None:
        await post(store, cast.asha, cast.group, "one")
        clock.now += 1
        for text in ("one", "two"):
            await post(store, cast.bela, cast.direct, text)
        clock.now += 1
        await store.write(0, lambda tx: rooms.create_group(tx, cast.asha.id, "k", "Östersund", []))
        assert await self.names(store, cast.asha, RoomFilter(), RoomPlace(sort, "ascending")) == ascending
        descending = await self.names(store, cast.asha, RoomFilter(), RoomPlace(sort, "descending"))
        equal = {
            "kind": ["Östersund", "Launch", "Bela Kovács"],
            "unread": ["Bela Kovács", "Östersund", "Launch"],
        }
        assert descending == equal.get(sort, ascending[::-1])

    async def test_are_paged(self, store: DatabaseStore, cast: Cast) -> None:
        def page(number: int) -> RoomPlace:
            return RoomPlace("name", "ascending", page=number, size=1)

        shown = [await self.names(store, cast.asha, RoomFilter(), page(number)) for number in (1, 2, 3)]
        assert shown == [["Bela Kovács"], ["Launch"], []]
        found = await store.read(lambda tx: lists.list_rooms(tx, cast.asha.id, RoomFilter(), page(3)))
        assert found.total == 2


class TestProfiles:
    async def names(
        self, store: DatabaseStore, by: User, name: str = "", at: ProfilePlace | None = None
    ) -> list[str]:
        found = await store.read(
            lambda tx: lists.list_profiles(tx, by.id, ProfileFilter(name), at or ProfilePlace())
        )
        return [row.profile.name for row in found.rows]

    async def test_are_everybody_active_with_the_rooms_one_shares_with_them(
        self, store: DatabaseStore, cast: Cast
    ) -> None:
        await store.write(0, lambda tx: users.deactivate(tx, cast.asha.id, cast.emre.id))
        await store.write(0, lambda tx: rooms.open_direct(tx, cast.chidi.id, cast.dana.id))
        found = await store.read(
            lambda tx: lists.list_profiles(tx, cast.bela.id, ProfileFilter(), ProfilePlace())
        )
        assert [(row.profile.name, row.rooms) for row in found.rows] == [
            ("Asha Rao", 2),
            ("Bela Kovács", 2),
            ("Chidi Okafor", 1),
            ("Dana Lindqvist", 1),
            ("Mallory", 0),
        ]
        assert found.total == 5

    async def test_are_filtered_sorted_and_paged(
        self, store: DatabaseStore, cast: Cast, clock: Clock
    ) -> None:
        for user in (cast.dana, cast.chidi):
            clock.now += 1_000
            await store.write(0, partial(_sign_in, user=user))
        assert await self.names(store, cast.bela, "o") == ["Chidi Okafor"]
        seen = await self.names(store, cast.bela, at=ProfilePlace("last", "descending", size=3))
        assert seen == ["Chidi Okafor", "Dana Lindqvist", "Asha Rao"]
        by_rooms = await self.names(store, cast.bela, at=ProfilePlace("rooms", "ascending", size=2))
        assert by_rooms == ["Mallory", "Chidi Okafor"]
        pages = [await self.names(store, cast.bela, at=ProfilePlace(page=page, size=4)) for page in (1, 2, 3)]
        assert [len(page) for page in pages] == [4, 2, 0]
        assert list(chain(*pages)) == await self.names(store, cast.bela)

    async def test_are_exported_by_name_from_one_on(self, store: DatabaseStore, cast: Cast) -> None:
        names: list[str] = []
        after: int | None = None
        while True:
            rows = await store.read(
                partial(
                    lists.list_profiles_after, by=cast.bela.id, wanted=ProfileFilter(), after=after, limit=4
                )
            )
            if not rows:
                break
            names += [row.profile.name for row in rows]
            after = rows[-1].profile.id
        assert names == await self.names(store, cast.bela)

    async def test_say_when_somebody_was_here_last_though_they_have_signed_out(
        self, store: DatabaseStore, cast: Cast, clock: Clock
    ) -> None:
        async def last_seen() -> int | None:
            found = await store.read(
                lambda tx: lists.list_profiles(tx, cast.bela.id, ProfileFilter("dana"), ProfilePlace())
            )
            return found.rows[0].last_seen

        assert await last_seen() is None
        clock.now += 1_000
        began = clock.now
        signed_in = await store.write(0, lambda tx: start(tx, cast.dana.id, "token", "a desk"))
        assert await last_seen() == began
        clock.now += 1_000
        await store.write(0, lambda tx: touch(tx, signed_in.session))
        assert await last_seen() == began + 1_000
        await store.write(0, lambda tx: users.end_sessions(tx, cast.dana.id))
        assert await last_seen() == began + 1_000
