"""What must hold of everything that a crowd sent, whatever became of the server."""

from __future__ import annotations

from deskchat.domain.messages import Message, MessagePosted
from tests.kill.crowd import WORD_OF_ALL, Crowd, Post
from tests.kill.library import Library

Content = tuple[int, str, int, str]
"""Author, key, room and text."""

Placed = tuple[Content, int, int]
"""A content, its number and its seq."""


async def check_that_nothing_is_lost(crowd: Crowd, url: str) -> None:
    """Whatever was acknowledged or announced is there, once, at its place; nothing is there that was not sent."""
    async with Library(url, crowd.people[0]) as library:
        kept = await _read_placed(library)
    lost = {_place_answered(post) for post in crowd.answered} - kept
    assert not lost, f"{len(lost)} acknowledged messages are lost, the first: {min(lost)}"
    unfounded = {_place(event.room, event.message) for event in crowd.heard} - kept
    assert not unfounded, f"{len(unfounded)} announced messages are not there, the first: {min(unfounded)}"
    unsent = {content for content, *_ in kept} - {_get_content(post) for post in crowd.posts}
    assert not unsent, f"{len(unsent)} messages are there that nobody sent, the first: {min(unsent)}"
    assert len({content[:2] for content, *_ in kept}) == len(kept), "a message is there twice"


async def check_that_all_is_there(crowd: Crowd, url: str) -> None:
    """Every post was answered in the end: exactly these are in the rooms' events, and are found."""
    assert not crowd.unanswered
    sent = {_place_answered(post) for post in crowd.posts}
    assert len(sent) == len(crowd.posts)
    async with Library(url, crowd.people[0]) as library:
        assert await _read_events(library) == sent, "the events are not what was sent"
        assert await _read_found(library) == sent, "what is found is not what was sent"


async def _read_placed(library: Library) -> set[Placed]:
    """All messages; each room's are numbered without a hole."""
    placed: set[Placed] = set()
    for room in await library.read_rooms():
        messages = await library.read_messages(room.id)
        assert [message.number for message in messages] == list(range(1, room.last_number + 1))
        placed.update(_place(room.id, message) for message in messages)
    return placed


async def _read_events(library: Library) -> set[Placed]:
    """All messages, by their events; each room has both without a hole."""
    placed: set[Placed] = set()
    for room in await library.read_rooms():
        events = await library.read_events(room.id)
        assert [event.seq for event in events] == list(range(1, room.seq + 1))
        posted = [event for event in events if isinstance(event, MessagePosted)]
        assert [event.message.number for event in posted] == list(range(1, room.last_number + 1))
        assert len(posted) + room.members == len(events)
        placed.update(_place(room.id, event.message) for event in posted)
    return placed


async def _read_found(library: Library) -> set[Placed]:
    """All messages by the word that is in each of them."""
    hits = await library.search(WORD_OF_ALL)
    found = {_place(hit.room, hit.message) for hit in hits}
    assert len(found) == len(hits)
    return found


def _get_content(post: Post) -> Content:
    return post.author.id, post.key, post.room, post.text


def _place_answered(post: Post) -> Placed:
    assert post.posted
    return _get_content(post), post.posted.number, post.posted.seq


def _place(room: int, message: Message) -> Placed:
    return (message.author, message.key, room, message.text), message.number, message.changed
