"""Empties the buckets, as if so much had just come that the next has to wait for hours: no test waits, or races."""

from deskchat.domain.users import User
from tests.serving import Serving

_FAR_AHEAD = 1e12


def exhaust_commands(serving: Serving, user: User) -> None:
    def exhaust() -> None:
        for _ in range(200):
            serving.parts.limits.commands.take(user.id, _FAR_AHEAD)

    serving.call(exhaust)


def exhaust_guesses(serving: Serving, account: str, address: str) -> None:
    def exhaust() -> None:
        for _ in range(5):
            serving.parts.limits.guesses.take((account, address), _FAR_AHEAD)

    serving.call(exhaust)


def exhaust_strangers(serving: Serving, address: str = "127.0.0.1") -> None:
    def exhaust() -> None:
        for _ in range(60):
            serving.parts.limits.strangers.take(address, _FAR_AHEAD)

    serving.call(exhaust)
