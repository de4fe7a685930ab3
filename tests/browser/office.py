"""What people of the cast do while nobody watches them: without a browser, by the domain's own commands."""

from deskchat.domain import messages, reading
from deskchat.domain.sessions import new_token
from deskchat.domain.users import User
from tests.serving import Serving

DAY = 24 * 3600 * 1000
"""Milliseconds."""


def say(serving: Serving, by: User, room: int, *texts: str) -> list[int]:
    """Each as a message; their numbers."""
    return serving.do(lambda tx: [messages.post(tx, by.id, room, new_token(), text).number for text in texts])


def say_days_ago(serving: Serving, days: int, by: User, room: int, *texts: str) -> list[int]:
    serving.clock.ahead -= days * DAY
    numbers = say(serving, by, room, *texts)
    serving.clock.ahead += days * DAY
    return numbers


def read_all(serving: Serving, by: User, room: int) -> None:
    serving.do(lambda tx: reading.read(tx, by.id, room, tx.rooms.get_head(room).number))
