"""What happened to a group stands between its messages, in their pages and in the replay alike."""

from deskchat.domain import lines, messages, rooms
from deskchat.domain.lines import Line, RoomRenamed
from deskchat.domain.messages import Page
from deskchat.domain.ports import Store
from deskchat.storage.store import DatabaseStore
from tests.cast import Cast
from tests.storage.acts import delete, look_at, post, replay
from tests.storage.conftest import Clock


def told(page: Page) -> list[tuple[int, str, str, str]]:
    """After which message, what, by whom, and whom or what it is about."""
    return [(line.after, tag(line), line.by.name, about(line)) for line in page.lines]


def tag(line: Line) -> str:
    return str(line.__struct_config__.tag)


def about(line: Line) -> str:
    return line.name if isinstance(line, RoomRenamed) else line.user.name


async def rename(store: Store, cast: Cast, name: str) -> None:
    await store.write(cast.asha.id, lambda tx: rooms.rename(tx, cast.asha.id, cast.group, name))


async def page_before(store: Store, cast: Cast, before: int, limit: int) -> Page:
    return await store.read(
        lambda tx: messages.get_page(tx, cast.asha.id, cast.group, before=before, limit=limit)
    )


async def test_a_new_group_says_who_made_it_and_whom_they_added(store: DatabaseStore, cast: Cast) -> None:
    page = await look_at(store, cast.bela, cast.group)
    assert told(page)[0] == (0, "member.joined", "Asha Rao", "Asha Rao")
    assert sorted(told(page)) == [(0, "member.joined", "Asha Rao", user.name) for user in cast.office]


async def test_each_line_stands_after_the_message_before_it(store: DatabaseStore, cast: Cast) -> None:
    asha, group = cast.asha.id, cast.group
    await post(store, cast.asha, group, "One.")
    await rename(store, cast, "Launch 2")
    await store.write(asha, lambda tx: rooms.change_role(tx, asha, group, cast.bela.id, "owner"))
    await post(store, cast.asha, group, "Two.")
    await store.write(asha, lambda tx: rooms.change_role(tx, asha, group, cast.bela.id, "member"))
    await store.write(asha, lambda tx: rooms.remove_member(tx, asha, group, cast.dana.id))
    page = await look_at(store, cast.bela, group)
    assert told(page)[5:] == [
        (1, "room.renamed", "Asha Rao", "Launch 2"),
        (1, "owner.made", "Asha Rao", "Bela Kovács"),
        (2, "owner.unmade", "Asha Rao", "Bela Kovács"),
        (2, "member.left", "Asha Rao", "Dana Lindqvist"),
    ]
    replayed = (await replay(store, cast.bela, group)).events
    assert [event for event in replayed if is_line(event)] == page.lines


def is_line(event: object) -> bool:
    return isinstance(event, lines.MemberLine | RoomRenamed)


async def test_pages_next_to_each_other_share_no_line_and_miss_none(store: DatabaseStore, cast: Cast) -> None:
    for turn in range(6):
        await post(store, cast.asha, cast.group, f"{turn}")
        await rename(store, cast, f"Launch {turn}")
    newest = await page_before(store, cast, 7, 3)
    oldest = await page_before(store, cast, 4, 3)
    assert [about(line) for line in newest.lines] == ["Launch 3", "Launch 4", "Launch 5"]
    assert [about(line) for line in oldest.lines[5:]] == ["Launch 0", "Launch 1", "Launch 2"]


async def test_a_name_in_a_line_is_the_one_given_then_and_the_room_has_the_last(
    store: DatabaseStore, cast: Cast
) -> None:
    await rename(store, cast, "Launch 2")
    await rename(store, cast, "Launch 2")
    await rename(store, cast, "Launch 3")
    page = await look_at(store, cast.asha, cast.group)
    assert [about(line) for line in page.lines if isinstance(line, RoomRenamed)] == ["Launch 2", "Launch 3"]
    assert (await store.read(lambda tx: rooms.get_room(tx, cast.bela.id, cast.group))).name == "Launch 3"


async def test_a_line_stays_where_its_message_was_deleted(store: DatabaseStore, cast: Cast) -> None:
    await post(store, cast.asha, cast.group, "One.")
    await rename(store, cast, "Launch 2")
    await delete(store, cast.asha, cast.group, 1)
    assert told(await look_at(store, cast.asha, cast.group))[-1][0] == 1


async def test_a_direct_chat_has_no_lines(store: DatabaseStore, cast: Cast) -> None:
    assert (await look_at(store, cast.asha, cast.direct)).lines == []


async def test_a_page_holds_the_newest_of_too_many_lines(store: DatabaseStore, cast: Cast) -> None:
    for turn in range(lines.MOST_IN_PAGE + 10):
        await rename(store, cast, f"Launch {turn}")
    page = await look_at(store, cast.asha, cast.group)
    assert len(page.lines) == lines.MOST_IN_PAGE
    assert about(page.lines[-1]) == f"Launch {lines.MOST_IN_PAGE + 9}"


async def test_lines_go_as_old_events_go(store: DatabaseStore, cast: Cast, clock: Clock) -> None:
    await rename(store, cast, "Launch 2")
    while await store.write(0, lambda tx: tx.events.remove_old(before=clock.now + 1, keep=1, limit=500)):
        pass
    assert [about(line) for line in (await look_at(store, cast.asha, cast.group)).lines] == ["Launch 2"]
