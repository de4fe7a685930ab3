"""The system as its owners see it: what runs, how it does, and how much room it takes."""

from msgspec import Struct

from deskchat.domain.ids import Count, Milliseconds


class StoreReport(Struct, frozen=True):
    """`engine`: the database by name and version; `size` and, if known, `free` in bytes; `waiting`: commands not written yet."""

    engine: str
    size: Count
    free: Count | None
    waiting: Count


class SystemReport(Struct, frozen=True):
    """`connections`: tabs and devices that are connected now, of so many `people`."""

    version: str
    started: Milliseconds
    now: Milliseconds
    connections: Count
    people: Count
    store: StoreReport
