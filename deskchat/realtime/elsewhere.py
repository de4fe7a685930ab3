"""What happens elsewhere: the other servers of the organisation, as the hub knows them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, Protocol

if TYPE_CHECKING:
    from deskchat.realtime.frames import TypingHeard
    from deskchat.realtime.letters import Attending


class Elsewhere(Protocol):
    """`exists`: whether there may be other servers. Called on the event loop; nothing here waits."""

    @property
    def exists(self) -> bool: ...
    def follow_room(self, room: int) -> None:
        """Somebody here hears of it from now on."""

    def leave_room(self, room: int) -> None: ...
    def follow_user(self, user: int) -> None: ...
    def leave_user(self, user: int) -> None: ...
    def miss_room(self, room: int) -> None:
        """News of it have come, and not the ones before them."""

    def miss_user(self, user: int) -> None: ...
    def tell_typing(self, typing: TypingHeard) -> None: ...
    def tell_attending(self, people: Sequence[Attending]) -> None:
        """How it is with people who have devices here, or have them no longer."""


class NobodyElse:
    """There is one server: its own news are all there are, and come in order."""

    exists: ClassVar = False

    def follow_room(self, room: int) -> None: ...
    def leave_room(self, room: int) -> None: ...
    def follow_user(self, user: int) -> None: ...
    def leave_user(self, user: int) -> None: ...
    def miss_room(self, room: int) -> None: ...
    def miss_user(self, user: int) -> None: ...
    def tell_typing(self, typing: TypingHeard) -> None: ...
    def tell_attending(self, people: Sequence[Attending]) -> None: ...


NOBODY_ELSE = NobodyElse()
