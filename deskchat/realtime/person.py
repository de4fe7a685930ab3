"""Somebody who is here, at whatever devices and servers."""

from __future__ import annotations

from collections.abc import Collection

from deskchat.domain.presence import State
from deskchat.realtime.topics import Listener


class Person:
    """Somebody who is or was here a moment ago. `rooms`: that they are in. `elsewhere`: how it is, by server."""

    __slots__ = ("absences", "devices", "elsewhere", "passed_on", "rooms", "told")

    def __init__(self) -> None:
        self.absences = 0
        self.devices: dict[Listener, State] = {}
        self.elsewhere: dict[str, State] = {}
        self.rooms: set[int] = set()
        self.told: State = "offline"
        self.passed_on: tuple[State, frozenset[int]] = ("offline", frozenset())

    @property
    def state(self) -> State:
        """At any device is here; at none of them, away."""
        return join_states([*self.devices.values(), *self.elsewhere.values()]) or self.told

    @property
    def is_here(self) -> bool:
        return bool(self.devices or self.elsewhere)


def join_states(states: Collection[State]) -> State | None:
    """None if there are none."""
    return "online" if "online" in states else "away" if states else None
