"""What a session is told first, and what it has to know for that."""

from __future__ import annotations

from deskchat.domain.errors import NotSignedIn
from deskchat.domain.ports import Transaction
from deskchat.domain.sessions import SignedIn, find_ended
from deskchat.domain.text import LONGEST_TEXT
from deskchat.domain.users import get_active
from deskchat.realtime.frames import HEARTBEAT, LARGEST_FRAME, MOST_IN_FLIGHT, Hello, Limits

_LIMITS = Limits(LONGEST_TEXT, LARGEST_FRAME, MOST_IN_FLIGHT)


def introduce(tx: Transaction, signed_in: SignedIn) -> tuple[Hello, int, list[int]]:
    """The first frame, the count of the user's changes, and the rooms that they are in.

    NotSignedIn: the device may have been signed out between the check at the door and the subscription.
    """
    if find_ended(tx, [signed_in.session]):
        raise NotSignedIn
    # What the door knew of them may be older.
    user = get_active(tx, signed_in.user.id)
    hello = Hello(user.profile, tx.organisation.name(), tx.organisation.epoch(), tx.now, HEARTBEAT, _LIMITS)
    return hello, tx.users.get_changes(user.id), tx.rooms.list_rooms_of(user.id)
