"""The organisation: its name, and its rules of signing in. Its owners' affair."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from msgspec import Meta, Struct

from deskchat.domain.news import ToEverybody
from deskchat.domain.text import clean_name
from deskchat.domain.users import get_owner

if TYPE_CHECKING:
    from deskchat.domain.ports import Transaction

LONGEST_IDLE = 90
"""Days: no device stays signed in for longer, whatever it does."""


class Organisation(Struct, frozen=True, forbid_unknown_fields=True):
    """`idle_days`: after so many days without use a device is signed out."""

    name: str
    idle_days: Annotated[int, Meta(ge=1, le=LONGEST_IDLE)]


class OrganisationRenamed(Struct, frozen=True, tag="organisation"):
    """The organisation is called otherwise now."""

    name: str


def get_organisation(tx: Transaction, by: int) -> Organisation:
    get_owner(tx, by)
    return _get(tx)


def change_organisation(tx: Transaction, by: int, wanted: Organisation) -> Organisation:
    """A shorter time holds at once, for devices that are signed in as well."""
    get_owner(tx, by)
    _rename(tx, clean_name(wanted.name))
    tx.organisation.set_idle_days(wanted.idle_days)
    return _get(tx)


def _rename(tx: Transaction, name: str) -> None:
    """Its name stands before everybody who is signed in: so everybody is told."""
    if name != tx.organisation.name():
        tx.organisation.rename(name)
        tx.tell(ToEverybody(OrganisationRenamed(name)))


def _get(tx: Transaction) -> Organisation:
    return Organisation(tx.organisation.name(), tx.organisation.idle_days())
