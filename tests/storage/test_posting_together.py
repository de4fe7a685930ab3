"""Posts that wait at the same time are carried out together, and each is answered as if it were alone."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import Connection
from structlog.testing import capture_logs

from deskchat.domain import rooms
from deskchat.domain.errors import Invalid, KeyUsed, NoSuchRoom, Unavailable, Unexpected
from deskchat.domain.messages import MessagePosted, Post, Posted
from deskchat.domain.news import News, ToRoom, ToUser
from deskchat.domain.reading import ReadMoved
from deskchat.storage import postgresql
from deskchat.storage.engine import Database
from deskchat.storage.store import DatabaseStore
from tests.cast import Cast
from tests.storage.acts import look_at, look_up
from tests.storage.conftest import Clock, on_sqlite_only
from tests.storage.steps import begin, busy_writer, carry_out_one, gather_by_hand
from tests.storage.test_plans import record


async def post_together(store: DatabaseStore, posts: Sequence[Post]) -> list[Any]:
    """Answers or refusals. All of them wait for the writer before it takes the first."""
    async with busy_writer(store):
        tasks = await begin([store.write(post.by, post) for post in posts])
    return await asyncio.gather(*tasks, return_exceptions=True)


async def test_a_refusal_is_of_one_post_only(store: DatabaseStore, cast: Cast) -> None:
    answers = await post_together(
        store,
        [
            Post(cast.asha.id, cast.direct, "one", "Lunch?"),
            Post(cast.mallory.id, cast.direct, "one", "Let me in."),
            Post(cast.chidi.id, cast.group, "one", "   "),
            Post(cast.bela.id, cast.direct, "one", "At noon."),
        ],
    )
    assert answers[0] == Posted(1, 3)
    assert isinstance(answers[1], NoSuchRoom)
    assert isinstance(answers[2], Invalid)
    assert answers[3] == Posted(2, 4)


async def test_a_fault_is_of_one_post_only(store: DatabaseStore, cast: Cast, published: list[News]) -> None:
    answers = await post_together(
        store,
        [
            Post(cast.asha.id, cast.direct, "one", "Lunch?"),
            Post(cast.chidi.id, cast.group, "\ud800", "A key that no database takes."),
            Post(cast.bela.id, cast.direct, "one", "At noon."),
        ],
    )
    assert answers[0] == Posted(1, 3)
    assert isinstance(answers[1], Unexpected)
    assert answers[2] == Posted(2, 4)
    told = [news.event for news in published if isinstance(news, ToRoom)]
    assert [event.message.text for event in told if isinstance(event, MessagePosted)] == [
        "Lunch?",
        "At noon.",
    ]


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
async def test_all_are_refused_at_once_where_the_engine_fails(
    store: DatabaseStore, cast: Cast, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgresql, "LONGEST_LOCK", 100)
    posts = [Post(by.id, cast.group, f"key {turn}", "Lunch?") for by in cast.office for turn in range(4)]
    with database.create_writer().connect() as other:
        with other.begin(), capture_logs() as logs:
            other.exec_driver_sql("SELECT id FROM room FOR UPDATE")
            answers = await post_together(store, posts)
        assert {type(answer) for answer in answers} == {Unavailable}
        assert [line["event"] for line in logs] == ["storage.failed"]
    assert {posted.number for posted in await post_together(store, posts)} == {*range(1, 21)}


async def test_the_same_key_at_once_with_another_text_is_refused(store: DatabaseStore, cast: Cast) -> None:
    first, other, again = await post_together(
        store, [Post(cast.asha.id, cast.direct, "k", text) for text in ("Lunch?", "Dinner?", "Lunch?")]
    )
    assert first == again == Posted(1, 3)
    assert isinstance(other, KeyUsed)
    assert len((await look_at(store, cast.asha, cast.direct)).messages) == 1


async def test_everybodys_messages_keep_their_order(store: DatabaseStore, cast: Cast) -> None:
    await post_together(
        store,
        [
            Post(person.id, room, f"{turn} {room}", f"{turn}")
            for turn in range(30)
            for person in (cast.asha, cast.bela)
            for room in (cast.direct, cast.group)
        ],
    )
    for room in (cast.direct, cast.group):
        messages = (await look_at(store, cast.asha, room)).messages
        assert [message.number for message in messages] == list(range(1, 61))
        for person in (cast.asha, cast.bela):
            assert [int(message.text) for message in messages if message.author == person.id] == [*range(30)]


async def test_the_mark_of_who_posts_stands_at_their_last_message_and_counts_what_came_after(
    store: DatabaseStore, cast: Cast, published: list[News]
) -> None:
    before = {person.id: await look_up(store, person, cast.direct) for person in (cast.asha, cast.bela)}
    published.clear()
    await post_together(
        store,
        [
            Post(cast.asha.id, cast.direct, "one", "Lunch?"),
            Post(cast.bela.id, cast.direct, "one", "At noon, @Asha Rao."),
        ],
    )
    moved = {
        news.user: news.event
        for news in published
        if isinstance(news, ToUser) and isinstance(news.event, ReadMoved)
    }
    assert [(moved[user].number, moved[user].unread, moved[user].mentions) for user in before] == [
        (1, 1, [2]),
        (2, 0, []),
    ]
    for user, room in before.items():
        assert moved[user].read_change == room.read_change + 1
    assert (await look_up(store, cast.asha, cast.direct)).unread == 1


async def test_who_posts_in_two_rooms_at_once_is_told_of_both(
    store: DatabaseStore, cast: Cast, published: list[News]
) -> None:
    changes = (await store.read(lambda tx: rooms.list_rooms(tx, cast.asha.id))).changes
    published.clear()
    await post_together(
        store, [Post(cast.asha.id, room, str(room), "Lunch?") for room in (cast.direct, cast.group)]
    )
    told = [news.event for news in published if isinstance(news, ToUser) and news.user == cast.asha.id]
    assert [event.changes for event in told] == [changes + 1, changes + 2]
    assert {event.room for event in told if isinstance(event, ReadMoved)} == {cast.direct, cast.group}
    assert (await store.read(lambda tx: rooms.list_rooms(tx, cast.asha.id))).changes == changes + 2


@on_sqlite_only
@pytest.mark.parametrize("count", [2, 50])
async def test_what_is_looked_up_or_moved_on_is_so_once(
    connection: Connection, clock: Clock, count: int
) -> None:
    cast = await gather_by_hand(connection, clock)
    carry_out_one(connection, clock, Post(cast.asha.id, cast.group, "first", "Lunch?"))
    posts = [
        Post(person.id, cast.group, f"{turn}", "At noon.")
        for turn in range(count)
        for person in (cast.asha, cast.bela)
    ]
    asked = record(connection, clock, *posts)
    assert sum(statement.startswith("SELECT") for statement in asked) == 6
    one_room, two_members, two_users = (
        [statement for statement in asked if statement.startswith(f"UPDATE {table} ")]
        for table in ("room", "member", "user")
    )
    assert (len(one_room), len(two_members), len(two_users)) == (1, 2, 2)
