"""What happened is replayed from anywhere, and forgotten only when it is old."""

from deskchat.domain import rooms
from deskchat.domain.events import Replay
from deskchat.domain.lines import MemberLeft
from deskchat.storage.store import DatabaseStore
from tests.cast import Cast
from tests.storage.acts import post, replay
from tests.storage.conftest import Clock


async def remove_old(store: DatabaseStore, *, before: int, keep: int, limit: int = 500) -> int:
    return await store.write(0, lambda tx: tx.events.remove_old(before=before, keep=keep, limit=limit))


async def test_who_left_is_named(store: DatabaseStore, cast: Cast, clock: Clock) -> None:
    await store.write(
        cast.asha.id, lambda tx: rooms.remove_member(tx, cast.asha.id, cast.group, cast.dana.id)
    )
    replayed = await replay(store, cast.asha, cast.group, after=5)
    left = MemberLeft(cast.group, 6, clock.now, 0, by=cast.asha.profile, user=cast.dana.profile)
    assert replayed == Replay(6, reset=False, events=[left])


async def test_replay_goes_on_where_it_stopped(store: DatabaseStore, cast: Cast) -> None:
    for turn in range(5):
        await post(store, cast.asha, cast.direct, f"{turn}")
    first = await replay(store, cast.bela, cast.direct, after=2, limit=3)
    assert [event.seq for event in first.events] == [3, 4, 5]
    assert not first.reached_head
    second = await replay(store, cast.bela, cast.direct, after=5, limit=3)
    assert [event.seq for event in second.events] == [6, 7]
    assert second.reached_head
    assert (await replay(store, cast.bela, cast.direct, after=7)).events == []
    assert (await replay(store, cast.bela, cast.direct, after=8)).reset


async def test_only_events_both_old_and_many_are_forgotten(
    store: DatabaseStore, cast: Cast, clock: Clock
) -> None:
    clock.now += 100
    for turn in range(10):
        clock.now += 1
        await post(store, cast.asha, cast.direct, f"{turn}")
    first_post = clock.now - 9
    assert await remove_old(store, before=clock.now + 1, keep=12) == 0
    assert await remove_old(store, before=first_post - 101, keep=0) == 0
    assert await remove_old(store, before=first_post + 2, keep=5) == 4
    assert await remove_old(store, before=first_post + 2, keep=5) == 0
    assert (await replay(store, cast.bela, cast.direct, after=3)).reset
    kept = await replay(store, cast.bela, cast.direct, after=4)
    assert [event.seq for event in kept.events] == list(range(5, 13))
    assert await remove_old(store, before=clock.now + 1, keep=5) == 3
    kept = await replay(store, cast.bela, cast.direct, after=7)
    assert [event.seq for event in kept.events] == list(range(8, 13))


async def test_a_little_is_forgotten_at_a_time_and_of_every_room_in_the_end(
    store: DatabaseStore, cast: Cast, clock: Clock
) -> None:
    for room in (cast.direct, cast.group):
        for turn in range(20):
            await post(store, cast.asha, room, f"{turn}")
    removed: list[int] = []
    while not removed or removed[-1]:
        removed.append(await remove_old(store, before=clock.now + 1, keep=5, limit=8))
    assert sorted(removed) == [0, 1, 4, 8, 8, 8, 8]
    for room, seq in ((cast.direct, 22), (cast.group, 25)):
        kept = await replay(store, cast.asha, room, after=seq - 5)
        assert [event.seq for event in kept.events] == list(range(seq - 4, seq + 1))
        assert (await replay(store, cast.asha, room, after=seq - 6)).reset
