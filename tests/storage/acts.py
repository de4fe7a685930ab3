"""What people do, in a word each."""

from itertools import count

from deskchat.domain import events, messages, reading, rooms, search
from deskchat.domain.events import Replay
from deskchat.domain.messages import Message, Page, Posted
from deskchat.domain.ports import Store
from deskchat.domain.reading import Mark
from deskchat.domain.rooms import Room
from deskchat.domain.search import Found
from deskchat.domain.users import User

_keys = count(1)


async def post(store: Store, by: User, room: int, text: str, key: str | None = None) -> Posted:
    """With a key of its own if none is given."""
    chosen = key or f"key-{next(_keys)}"
    return await store.write(by.id, messages.Post(by.id, room, chosen, text))


async def edit(store: Store, by: User, room: int, number: int, text: str) -> Message:
    return await store.write(by.id, lambda tx: messages.edit(tx, by.id, room, number, text))


async def delete(store: Store, by: User, room: int, number: int) -> Message:
    return await store.write(by.id, lambda tx: messages.delete(tx, by.id, room, number))


async def read_up_to(store: Store, by: User, room: int, number: int) -> Mark:
    return await store.write(by.id, lambda tx: reading.read(tx, by.id, room, number))


async def look_at(store: Store, by: User, room: int, limit: int = 100) -> Page:
    return await store.read(lambda tx: messages.get_page(tx, by.id, room, limit=limit))


async def look_up(store: Store, by: User, room: int) -> Room:
    return await store.read(lambda tx: rooms.get_room(tx, by.id, room))


async def list_rooms(store: Store, by: User) -> list[Room]:
    return (await store.read(lambda tx: rooms.list_rooms(tx, by.id))).rooms


async def replay(store: Store, by: User, room: int, after: int = 0, limit: int = 100) -> Replay:
    return await store.read(lambda tx: events.replay(tx, by.id, room, after, limit))


async def find(store: Store, by: User, query: str, room: int | None = None) -> list[str]:
    """The texts found, the newest first."""
    found = await find_page(store, by, query, room=room, limit=search.LARGEST_FIND)
    return [hit.message.text for hit in found.hits]


async def find_page(
    store: Store,
    by: User,
    query: str,
    *,
    room: int | None = None,
    before: int | None = None,
    limit: int = 20,
) -> Found:
    return await store.read(
        lambda tx: search.find_messages(tx, by.id, query, room=room, before=before, limit=limit)
    )


async def leave(store: Store, by: User, room: int) -> None:
    await store.write(by.id, lambda tx: rooms.remove_member(tx, by.id, room, by.id))
