"""Preferences: how a person wants the screen, on every device of theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from deskchat.domain.ids import Id
from deskchat.domain.news import ToUser
from deskchat.domain.users import get_active

if TYPE_CHECKING:
    from deskchat.domain.ports import Transaction

Theme = Literal["system", "light", "dark"]
Contrast = Literal["system", "more"]
Density = Literal["comfortable", "compact"]
Language = Literal["system", "en", "de", "en-XA"]
"""`en-XA` is no language: every sentence of the catalogue in marked letters, to find text that is outside of it."""


class Preferences(Struct, frozen=True, forbid_unknown_fields=True):
    """`system`: as the device says."""

    theme: Theme
    contrast: Contrast
    density: Density
    language: Language


class PreferencesChanged(Struct, frozen=True, tag="preferences"):
    """One's preferences are these now, on this device or another."""

    changes: Id
    preferences: Preferences


DEFAULTS = Preferences("system", "system", "comfortable", "system")


def prefer(tx: Transaction, by: int, preferences: Preferences) -> Preferences:
    """The same again changes nothing."""
    get_active(tx, by)
    if preferences != tx.users.get_preferences(by):
        tx.users.set_preferences(by, preferences)
        tx.tell(ToUser(by, PreferencesChanged(tx.users.count_change(by), preferences)))
    return preferences
