"""Mentions: the text says whom, and they are counted until they are read."""

import pytest

from deskchat.domain import messages, reading, rooms, users
from deskchat.domain.users import User
from deskchat.storage.store import DatabaseStore
from tests.cast import Cast
from tests.storage.acts import delete, list_rooms, look_up, post, read_up_to


async def mentioned_by(store: DatabaseStore, cast: Cast, text: str) -> list[User]:
    """Whom Asha's text names in the group, in its order."""
    posted = await post(store, cast.asha, cast.group, text)
    [message] = (
        await store.read(lambda tx: messages.get_page(tx, cast.asha.id, cast.group, after=posted.number - 1))
    ).messages
    by_id = {user.id: user for user in [*cast.office, cast.mallory]}
    return [by_id[user] for user in message.mentions]


@pytest.mark.parametrize(
    "text",
    [
        "@Bela Kovács",
        "Look, @Bela Kovács, please.",
        "(@bela kovács)",
        "one\n@Bela Kovács\ntwo",
        "@@Bela Kovács",
    ],
)
async def test_a_whole_name_after_the_sign_mentions_a_member(
    store: DatabaseStore, cast: Cast, text: str
) -> None:
    assert await mentioned_by(store, cast, text) == [cast.bela]


@pytest.mark.parametrize(
    "text",
    [
        "Bela Kovács",
        "@Bela",
        "@Bela Kovácsné",
        "x@Bela Kovács",
        "@ Bela Kovács",
        "@Bela\nKovács",
        "@Mallory",
        "@",
    ],
)
async def test_nothing_else_mentions_anybody(store: DatabaseStore, cast: Cast, text: str) -> None:
    assert await mentioned_by(store, cast, text) == []


async def test_each_is_mentioned_once_and_nobody_mentions_themselves(
    store: DatabaseStore, cast: Cast
) -> None:
    text = "@Dana Lindqvist and @Bela Kovács, and @Dana Lindqvist again, says @Asha Rao"
    assert await mentioned_by(store, cast, text) == [cast.dana, cast.bela]


async def test_of_two_names_the_longer_one_is_meant(store: DatabaseStore, cast: Cast) -> None:
    longer = await store.write(
        0, lambda tx: users.add(tx, "bk@example.com", "Bela Kovács Junior", "member", "!")
    )
    await store.write(0, lambda tx: rooms.add_members(tx, cast.asha.id, cast.group, [longer.id]))
    posted = await post(store, cast.asha, cast.group, "@Bela Kovács Junior, and @Bela Kovács")
    found = await store.read(lambda tx: tx.messages.find(cast.group, posted.number))
    assert found
    assert found.mentions == (longer.id, cast.bela.id)


async def test_unread_mentions_are_counted_until_they_are_read(store: DatabaseStore, cast: Cast) -> None:
    for text in ("@Bela Kovács, one", "two", "@Bela Kovács, three"):
        await post(store, cast.asha, cast.group, text)
    assert (await look_up(store, cast.bela, cast.group)).mentions == [1, 3]
    listed = {room.id: room.mentions for room in await list_rooms(store, cast.bela)}
    assert listed == {cast.group: [1, 3], cast.direct: []}
    assert (await look_up(store, cast.chidi, cast.group)).mentions == []
    assert (await read_up_to(store, cast.bela, cast.group, 2)).mentions == [3]
    assert (await read_up_to(store, cast.bela, cast.group, 3)).mentions == []


async def test_an_edit_mentions_anew_and_a_deleted_message_nobody(store: DatabaseStore, cast: Cast) -> None:
    for text in ("@Bela Kovács, one", "@Bela Kovács, two"):
        await post(store, cast.asha, cast.group, text)

    edited = await store.write(
        0, lambda tx: messages.edit(tx, cast.asha.id, cast.group, 1, "@Chidi Okafor, one")
    )
    assert edited.mentions == (cast.chidi.id,)
    deleted = await delete(store, cast.asha, cast.group, 2)
    assert deleted.mentions == ()
    assert (await look_up(store, cast.bela, cast.group)).mentions == []
    assert (await look_up(store, cast.chidi, cast.group)).mentions == [1]


async def test_what_is_marked_unread_counts_again_for_oneself_alone(store: DatabaseStore, cast: Cast) -> None:
    for text in ("one", "@Bela Kovács, two", "three"):
        await post(store, cast.asha, cast.group, text)
    read = await read_up_to(store, cast.bela, cast.group, 3)
    back = await store.write(0, lambda tx: reading.mark_unread(tx, cast.bela.id, cast.group, 2))
    assert (back.number, back.unread, back.mentions) == (1, 2, [2])
    assert back.read_change > read.read_change
    marks = await store.read(lambda tx: reading.list_seen_marks(tx, cast.asha.id, cast.group))
    assert {mark.user: mark.number for mark in marks.marks}[cast.bela.id] == 3
    assert (await look_up(store, cast.asha, cast.group)).seen_number == 3
