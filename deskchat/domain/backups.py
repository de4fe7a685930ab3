"""Backups that the server makes of itself, when an owner asks for one: whole copies, in a folder beside the database."""

from msgspec import Struct

from deskchat.domain.ids import Count, Milliseconds

KEPT = 7
"""The newest so many; making one more removes the oldest."""


class Backup(Struct, frozen=True):
    """`size` in bytes."""

    name: str
    made: Milliseconds
    size: Count


class BackupList(Struct, frozen=True):
    """The newest first. `folder`: where they are, on the server's machine. `kept` is 0 where it makes none."""

    folder: str
    kept: Count
    backups: list[Backup]
