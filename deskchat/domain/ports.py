"""What the domain needs of the outside, as the domain says it. `app` puts the real parts in.

Every part of a `Transaction` sees one state of the database. Within `Store.write` it also sees its own changes, which
are kept together or not at all; within `Store.read` nothing can be changed.
"""

from __future__ import annotations

from asyncio import Future
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol, TypeAlias, TypeVar

if TYPE_CHECKING:
    from deskchat.domain.backups import Backup, BackupList
    from deskchat.domain.events import RoomEvent
    from deskchat.domain.lines import Line
    from deskchat.domain.links import Invitation, Link
    from deskchat.domain.lists import (
        MessageFilter,
        MessagePlace,
        MessageStretch,
        ProfileFilter,
        ProfilePlace,
        ProfileRow,
    )
    from deskchat.domain.membership import MemberRole, Membership, Notify, RoomKind
    from deskchat.domain.messages import Message, MessageEventKind, Name, Original, Revision
    from deskchat.domain.news import News
    from deskchat.domain.preferences import Preferences
    from deskchat.domain.reading import Mark, SeenMark
    from deskchat.domain.rooms import Head, Member, MemberList, Room
    from deskchat.domain.search import Hit, Phrase
    from deskchat.domain.sessions import Device, SignedIn
    from deskchat.domain.users import Profile, Role, User

T = TypeVar("T")


class Store(Protocol):
    """Where everything is kept."""

    async def read(self, work: Callable[[Transaction], T]) -> T:
        """Runs `work` in one read transaction. Busy if too many wait; Unavailable if it takes over 2 seconds."""

    def write(self, by: int, work: Callable[[Transaction], T]) -> Future[T]:
        """Runs `work` on the writer; done after its changes are committed and flushed, and its news handed on.

        Work is queued at once, in the order of the calls. `by` is whose share of the queue it takes (0: the server
        itself). Gives the Refusal that `work` raised (and keeps nothing of it), Busy if the queue is full, StorageFull
        or Unavailable if the outcome is unknown.
        """


class Backups(Protocol):
    """Copies of everything, which the server makes of itself."""

    async def list_kept(self) -> BackupList: ...
    async def make(self) -> Backup:
        """Busy while another is being made; StorageFull."""


Publish: TypeAlias = "Callable[[Sequence[News]], None]"
"""Takes news in commit order, on the event loop, after the commit."""


class Transaction(Protocol):
    """One state of everything, by noun. `now` is the server's time in milliseconds since 1970 UTC."""

    @property
    def now(self) -> int: ...
    @property
    def organisation(self) -> OrganisationTable: ...
    @property
    def users(self) -> UserTable: ...
    @property
    def sessions(self) -> SessionTable: ...
    @property
    def links(self) -> LinkTable: ...
    @property
    def rooms(self) -> RoomTable: ...
    @property
    def messages(self) -> MessageTable: ...
    @property
    def reading(self) -> ReadingTable: ...
    @property
    def events(self) -> EventTable: ...
    @property
    def search(self) -> SearchTable: ...
    @property
    def lists(self) -> ListTable: ...

    def tell(self, news: News) -> None:
        """Published after the commit, in this order; never if the command is refused or the commit fails."""


class OrganisationTable(Protocol):
    def name(self) -> str: ...
    def rename(self, name: str) -> None: ...
    def idle_days(self) -> int: ...
    def set_idle_days(self, days: int) -> None: ...
    def epoch(self) -> str:
        """Changes when a backup is restored: what clients hold from before is then void."""


class UserTable(Protocol):
    def add(self, user: User, password_hash: str) -> None: ...
    def find(self, user: int) -> User | None: ...
    def find_by_email(self, email: str) -> User | None: ...
    def find_password(self, email: str) -> tuple[User, str] | None:
        """The user of an e-mail address, active or not, and the password hash."""

    def list_all(self) -> list[User]:
        """Everybody, by name."""

    def list_profiles(self, users: Sequence[int]) -> list[Profile]:
        """The profiles of those who exist, active or not, in the order asked for."""

    def find_profiles(self, name: str, limit: int) -> list[Profile]:
        """Active profiles any word of whose name begins with these letters, folded as in search; by name."""

    def count_active_owners(self) -> int: ...
    def rename(self, user: int, name: str) -> None: ...
    def set_role(self, user: int, role: Role) -> None: ...
    def set_active(self, user: int, active: bool) -> None: ...
    def set_password(self, user: int, password_hash: str) -> None: ...
    def get_preferences(self, user: int) -> Preferences: ...
    def set_preferences(self, user: int, preferences: Preferences) -> None: ...
    def set_last_seen(self, user: int, at: int) -> None: ...
    def get_changes(self, user: int) -> int: ...
    def find_changes(self, users: Sequence[int]) -> dict[int, int]:
        """Each one's own count of changes."""

    def count_change(self, user: int) -> int:
        """The next number of the user's own count of changes."""

    def count_changes(self, counts: Mapping[int, int]) -> dict[int, list[int]]:
        """The next so many numbers of each user's own count, in order."""


class SessionTable(Protocol):
    """`live_since`: the earliest last use and the earliest start of a session that still counts."""

    def add(self, session: int, token_hash: str, user: int, device: str) -> None: ...
    def find(self, token_hash: str, used_since: int, started_since: int) -> SignedIn | None: ...
    def find_alive(self, sessions: Sequence[int], used_since: int, started_since: int) -> set[int]:
        """Those of these that are not expired and whose user is active."""

    def touch(self, session: int) -> None:
        """Last used now; its user was last here now."""

    def list_of_user(self, user: int, current: int, used_since: int, started_since: int) -> list[Device]:
        """Last used first."""

    def remove(self, user: int, session: int) -> bool: ...
    def remove_of_user(self, user: int, keep: int | None) -> list[int]:
        """Removes all of a user's but one; which it were."""

    def remove_expired(self, used_since: int, started_since: int, *, limit: int) -> int: ...


class LinkTable(Protocol):
    def add(self, link: Link, token_hash: str) -> None: ...
    def find(self, token_hash: str) -> Link | None: ...
    def remove(self, link: int) -> None: ...
    def list_invitations(self) -> list[Invitation]:
        """Those that can still be accepted, the newest first."""

    def withdraw_set_up(self) -> None: ...
    def withdraw_invitation(self, link: int) -> bool: ...
    def withdraw_invitations_of(self, email: str) -> None: ...
    def withdraw_of_user(self, user: int) -> None: ...


class RoomTable(Protocol):
    def add(
        self,
        room: int,
        kind: RoomKind,
        *,
        name: str | None,
        pair_key: str | None,
        creator: int,
        key: str | None,
    ) -> None: ...
    def find_direct(self, pair_key: str) -> int | None: ...
    def find_created(self, creator: int, key: str) -> int | None: ...
    def get_name(self, room: int) -> str | None: ...
    def rename(self, room: int, name: str) -> None: ...
    def get_head(self, room: int) -> Head: ...
    def advance(self, room: int, numbers: int = 0) -> Head:
        """Moves a room on by one event, and by `numbers` messages; where it then stands. Locks the room."""

    def advance_all(self, numbers: Mapping[int, int]) -> dict[int, Head]:
        """Moves rooms on by so many messages each, an event for each message; where they then stand. Locks the rooms."""

    def find_membership(self, user: int, room: int) -> Membership | None:
        """None as well for a user who is deactivated."""

    def find_memberships(self, wanted: Collection[tuple[int, int]]) -> set[tuple[int, int]]:
        """Of users and rooms, those that have a membership."""

    def find_member(self, room: int, user: int) -> Member | None: ...
    def list_members(self, room: int, after: str | None, limit: int) -> MemberList:
        """By name, from the `next` of another page on; Invalid for any other text."""

    def list_present(self, room: int, users: Sequence[int]) -> set[int]:
        """Those of these who are members."""

    def find_members(self, room: int, name: str, but: int, limit: int) -> list[Profile]:
        """Active ones any word of whose name begins with these letters, folded as in search; by name."""

    def find_addable(self, room: int, name: str, limit: int) -> list[Profile]:
        """Active people so called who are not in it; by name."""

    def find_named(self, room: int, names: Sequence[str]) -> dict[int, str]:
        """The active members whose names are these when folded as in search, and their names."""

    def set_notify(self, user: int, room: int, notify: Notify) -> bool:
        """Whether it was another."""

    def list_rooms_of(self, user: int) -> list[int]:
        """The ids of the rooms that an active user is in; none for one who is deactivated."""

    def count_members(self, room: int) -> int:
        """Those whose account is active."""

    def count_owners(self, room: int) -> int:
        """Those whose account is active."""

    def list_unowned(self, user: int, limit: int) -> list[int]:
        """The user's groups that nobody active owns, the liveliest first."""

    def find_longest(self, room: int) -> Profile | None:
        """The active member who has been in it longest; of several, the first by name."""

    def add_member(self, room: int, user: int, role: MemberRole) -> None:
        """With nothing unread."""

    def remove_member(self, room: int, user: int) -> None: ...
    def set_role(self, room: int, user: int, role: MemberRole) -> None: ...
    def list_seen_by(self, user: int) -> list[Room]:
        """All of an active user's rooms, the last active first, each with its counters; none for one deactivated."""

    def get_as_seen_by(self, room: int, users: Sequence[int]) -> dict[int, Room]:
        """One room as each of these members sees it."""


class MessageTable(Protocol):
    """Text and search tokens are kept together, in the same transaction."""

    def add_all(self, added: Sequence[tuple[int, Message]]) -> None:
        """Rooms with their new messages."""

    def find(self, room: int, number: int) -> Message | None: ...
    def find_originals(self, names: Collection[Name]) -> dict[Name, Original]: ...
    def list_page(self, room: int, *, before: int | None, after: int | None, limit: int) -> list[Message]:
        """In ascending order: the newest, those just before a number, or those just after one."""

    def replace_text(
        self, room: int, number: int, text: str, mentions: tuple[int, ...], changed: int
    ) -> None:
        """Keeps the earlier text as a revision."""

    def erase(self, room: int, number: int, changed: int) -> None:
        """Leaves a tombstone: no text, no mention, no revision, no search token."""

    def list_revisions(self, room: int, number: int) -> list[Revision]: ...


class ReadingTable(Protocol):
    def raise_marks(self, user: int, room: int, number: int) -> bool:
        """Read and seen; whether the read mark moved."""

    def raise_all(self, marks: Mapping[tuple[int, int], int]) -> dict[tuple[int, int], int]:
        """Read and seen, by user and room, each to a number beyond what they were; how often each mark has moved."""

    def lower_mark(self, user: int, room: int, number: int) -> bool:
        """Whether the read mark moved."""

    def get_mark(self, user: int, room: int) -> Mark: ...
    def list_seen_marks(self, room: int, but: int, limit: int) -> list[SeenMark]:
        """Of active members, the furthest first."""

    def find_who_saw(self, room: int, number: int, but: int, limit: int) -> tuple[int, list[Profile]]:
        """Active members: how many, and the first of them by name."""


class EventTable(Protocol):
    def add_all(self, added: Sequence[tuple[int, int, MessageEventKind, int]]) -> None:
        """Each a room, a seq, a kind and the number of the message."""

    def add(self, room: int, seq: int, kind: MessageEventKind, *, number: int) -> None: ...
    def add_line(self, line: Line) -> None: ...
    def get_oldest(self, room: int) -> int:
        """The oldest seq that is kept; 1 for a room without events."""

    def find_heads(self, rooms: Sequence[int]) -> dict[int, int]:
        """The last seq of each of these rooms."""

    def list_after(self, room: int, after: int, limit: int) -> list[RoomEvent]:
        """In ascending order, with messages and people as they are now."""

    def list_lines(self, room: int, first: int, last: int, limit: int) -> list[Line]:
        """Those that stand after the messages `first` to `last`, in ascending order; the newest, if there are more."""

    def remove_old(self, *, before: int, keep: int, limit: int) -> int:
        """Of one room, from its beginning; how many, 0 once no room has any such event."""


class SearchTable(Protocol):
    def find(
        self,
        user: int,
        wanted: list[Phrase],
        *,
        room: int | None,
        before: int | None,
        limit: int,
    ) -> tuple[list[Hit], int | None]:
        """The newest hits in the user's rooms, and where to go on after them (None at the end)."""


class ListTable(Protocol):
    def list_shared_rooms(self, user: int, other: int) -> set[int]:
        """The user's rooms that the other one is in as well."""

    def find_messages(self, user: int, wanted: MessageFilter, at: MessagePlace) -> MessageStretch:
        """Messages of the user's rooms that are not deleted. Invalid for a place that no page has named."""

    def count_messages(self, user: int, wanted: MessageFilter, most: int) -> tuple[int, bool]:
        """Counts no further than `most`; whether there may be more than were counted."""

    def list_profiles(self, user: int, wanted: ProfileFilter, at: ProfilePlace) -> list[ProfileRow]:
        """Active ones, as the user sees them; those never seen come after those seen."""

    def list_profiles_after(
        self, user: int, wanted: ProfileFilter, after: int | None, limit: int
    ) -> list[ProfileRow]:
        """By name, after this one."""

    def count_profiles(self, wanted: ProfileFilter) -> int: ...
