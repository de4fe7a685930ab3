"""Who is here. Passing news: kept nowhere but when somebody was here last."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from deskchat.domain.ids import Id, Milliseconds

if TYPE_CHECKING:
    from deskchat.domain.ports import Transaction

State = Literal["online", "away", "offline"]
"""`online`: somebody is at one of their devices. `away`: they have devices here, and are at none of them."""


class Presence(Struct, frozen=True):
    """`last_seen`: of somebody offline, where it is known."""

    user: Id
    state: State
    last_seen: Milliseconds | None = None


def leave(tx: Transaction, left: Sequence[Presence]) -> None:
    """Keeps when they were here last."""
    for one in left:
        if one.last_seen is not None:
            tx.users.set_last_seen(one.user, one.last_seen)
