"""Messages: posted once, in order, edited and deleted by their author."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias

from msgspec import Meta, Struct
from msgspec.structs import astuple, replace

from deskchat.domain import reading
from deskchat.domain.errors import Invalid, KeyUsed, NoSuchMessage, NoSuchRoom, NotAllowed, Refusal
from deskchat.domain.ids import Count, Id, Milliseconds
from deskchat.domain.lines import MOST_IN_PAGE, Line
from deskchat.domain.membership import Membership, find_memberships, get_membership
from deskchat.domain.mentions import find_mentioned
from deskchat.domain.news import ToRoom
from deskchat.domain.text import clean_text
from deskchat.domain.users import Profile

if TYPE_CHECKING:
    from deskchat.domain.ports import Transaction

LARGEST_PAGE = 100

Key = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=64,
        pattern=r"^[\x21-\x7e]+$",
        description="The client's own id of what it sends; sent again, it gives the first one back",
    ),
]


class Message(Struct, frozen=True):
    """A message as it is now. A deleted one has no text and mentions nobody."""

    number: Id
    author: Id
    key: str
    text: str
    created: Milliseconds
    changed: Id
    """The seq of its last change."""
    edited: Milliseconds | None = None
    deleted: Milliseconds | None = None
    mentions: tuple[Id, ...] = ()
    """The members whom it names; never its author."""


class Revision(Struct, frozen=True):
    """An earlier text of an edited message, and when it was replaced."""

    text: str
    replaced: Milliseconds


class Posted(Struct, frozen=True):
    """The address of a message and the seq of its posting."""

    number: Id
    seq: Id


Name: TypeAlias = tuple[int, str]
"""What a message is known by before it has a number: its author and their key."""


class Post(Struct, frozen=True):
    """A message that is to be posted: a command that can be carried out together with others of its kind."""

    by: int
    room: int
    key: str
    text: str

    @property
    def name(self) -> Name:
        return self.by, self.key

    def __call__(self, tx: Transaction) -> Posted:
        (answer,) = post_all(tx, [self])
        if isinstance(answer, Refusal):
            raise answer
        return answer


class Original(Struct, frozen=True):
    """A message as it was first posted; `text` is None once it is deleted."""

    room: int
    posted: Posted
    text: str | None


class Page(Struct, frozen=True):
    """Messages of a room in ascending order, as the room was at `seq`, the profiles of their authors and of whom they
    name, and the lines that stand after each of them (and above the room's first one)."""

    seq: Count
    messages: list[Message]
    earlier: bool
    """Whether the room has messages before the first of these."""
    later: bool
    """Whether the room has messages after the last of these."""
    people: list[Profile]
    lines: list[Line]


MessageEventKind = Literal["message.posted", "message.edited", "message.deleted"]


class MessagePosted(Struct, frozen=True, tag="message.posted"):
    room: Id
    seq: Id
    at: Milliseconds
    message: Message


class MessageEdited(Struct, frozen=True, tag="message.edited"):
    room: Id
    seq: Id
    at: Milliseconds
    message: Message


class MessageDeleted(Struct, frozen=True, tag="message.deleted"):
    room: Id
    seq: Id
    at: Milliseconds
    message: Message


def may_change(message: Message, by: int) -> bool:
    return message.author == by


def post(tx: Transaction, by: int, room: int, key: str, text: str) -> Posted:
    """The new message's number; for a key posted before, the first one's, even if the author has left since.

    NoSuchRoom for a room one is not in; KeyUsed for a key of another room or text; Invalid for the text.
    """
    return Post(by, room, key, text)(tx)


def post_all(tx: Transaction, posts: Sequence[Post]) -> list[Posted | Refusal]:
    """What `post` would answer to each, in their order: a handful of statements, however many they are."""
    cleaned = [_clean(post) for post in posts]
    asked = [post for post in cleaned if isinstance(post, Post)]
    originals = tx.messages.find_originals({post.name for post in asked})
    fresh = [post for post in asked if post.name not in originals]
    may_post = find_memberships(tx, {(post.by, post.room) for post in fresh})
    new: dict[Name, Post] = {}
    for post in fresh:
        if (post.by, post.room) in may_post:
            new.setdefault(post.name, post)
    if new:
        originals |= _add_all(tx, list(new.values()))
    return [_answer(post, originals) if isinstance(post, Post) else post for post in cleaned]


def edit(tx: Transaction, by: int, room: int, number: int, text: str) -> Message:
    """The message with its new text; the earlier one becomes a revision. The same text again changes nothing."""
    text = clean_text(text)
    message = _get_own(tx, by, room, number)
    if message.deleted:
        raise NoSuchMessage
    if message.text == text:
        return message
    seq = tx.rooms.advance(room).seq
    tx.messages.replace_text(room, number, text, _find_mentioned(tx, by, room, text), seq)
    tx.events.add(room, seq, "message.edited", number=number)
    edited = _get(tx, room, number)
    tx.tell(ToRoom(MessageEdited(room, seq, tx.now, edited)))
    return edited


def delete(tx: Transaction, by: int, room: int, number: int) -> Message:
    """The tombstone that stays: text, revisions and search tokens are gone. Deleting again changes nothing."""
    message = _get_own(tx, by, room, number)
    if message.deleted:
        return message
    seq = tx.rooms.advance(room).seq
    tx.messages.erase(room, number, seq)
    tx.events.add(room, seq, "message.deleted", number=number)
    deleted = _get(tx, room, number)
    tx.tell(ToRoom(MessageDeleted(room, seq, tx.now, deleted)))
    return deleted


def get_page(
    tx: Transaction,
    by: int,
    room: int,
    *,
    before: int | None = None,
    after: int | None = None,
    limit: int = 50,
) -> Page:
    """The newest `limit` messages; those before a number, or those after one (not both: Invalid)."""
    if before is not None and after is not None:
        raise Invalid("Ask for messages before a number or after one, not both.")
    membership = get_membership(tx, by, room)
    head = tx.rooms.get_head(room)
    found = tx.messages.list_page(room, before=before, after=after, limit=limit)
    first, last = (found[0].number, found[-1].number) if found else (1, head.number)
    authors = {message.author for message in found}
    named = {user for message in found for user in message.mentions}
    people = tx.users.list_profiles(sorted(authors | named))
    lines = _list_lines(tx, membership, found, head.number)
    return Page(head.seq, found, earlier=first > 1, later=last < head.number, people=people, lines=lines)


def list_revisions(tx: Transaction, by: int, room: int, number: int) -> list[Revision]:
    """Earlier texts, oldest first; none of a message deleted."""
    get_membership(tx, by, room)
    return tx.messages.list_revisions(room, _get(tx, room, number).number)


def _clean(post: Post) -> Post | Invalid:
    try:
        text = clean_text(post.text)
    except Invalid as refusal:
        return refusal
    return post if text == post.text else replace(post, text=text)


def _add_all(tx: Transaction, posts: Sequence[Post]) -> dict[Name, Original]:
    """In the order of the posts, which may all be made."""
    numbered = _number(tx, posts)
    tx.messages.add_all(numbered)
    tx.events.add_all(
        [(room, message.changed, "message.posted", message.number) for room, message in numbered]
    )
    for room, message in numbered:
        tx.tell(ToRoom(MessagePosted(room, message.changed, tx.now, message)))
    reading.move_marks(tx, numbered)
    return {
        (message.author, message.key): Original(room, Posted(message.number, message.changed), message.text)
        for room, message in numbered
    }


def _number(tx: Transaction, posts: Sequence[Post]) -> list[tuple[int, Message]]:
    """Rooms with their new messages: number and seq of a room go on by one for each."""
    left = Counter(post.room for post in posts)
    heads = tx.rooms.advance_all(left)
    numbered = []
    for by, room, key, text in map(astuple, posts):
        left[room] -= 1
        number, seq = heads[room].number - left[room], heads[room].seq - left[room]
        mentions = _find_mentioned(tx, by, room, text)
        numbered.append((room, Message(number, by, key, text, tx.now, seq, mentions=mentions)))
    return numbered


def _answer(post: Post, originals: Mapping[Name, Original]) -> Posted | Refusal:
    original = originals.get(post.name)
    if original is None:
        return NoSuchRoom()
    if original.room != post.room or original.text not in (None, post.text):
        return KeyUsed()
    return original.posted


def _find_mentioned(tx: Transaction, by: int, room: int, text: str) -> tuple[int, ...]:
    return tuple(user for user in find_mentioned(tx, room, text) if user != by)


def _get_own(tx: Transaction, by: int, room: int, number: int) -> Message:
    get_membership(tx, by, room)
    message = _get(tx, room, number)
    if not may_change(message, by):
        raise NotAllowed("Only its author can change a message.")
    return message


def _list_lines(tx: Transaction, membership: Membership, page: list[Message], newest: int) -> list[Line]:
    """Those after each message of a page, and above the room's first one. The two of a direct chat need none."""
    if membership.kind == "direct":
        return []
    first, last = (page[0].number, page[-1].number) if page else (newest, newest)
    return tx.events.list_lines(membership.room, 0 if first == 1 else first, last, MOST_IN_PAGE)


def _get(tx: Transaction, room: int, number: int) -> Message:
    message = tx.messages.find(room, number)
    if message is None:
        raise NoSuchMessage
    return message
