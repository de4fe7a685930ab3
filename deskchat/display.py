"""What commands show: tables, and how far long work has come."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Table

if TYPE_CHECKING:
    from deskchat.demo import Ready
    from deskchat.domain.users import User
    from deskchat.storage.move import Sum, Tell


def show_people(ready: Ready) -> None:
    table = Table("Name", "Email", "Password", box=None, padding=(0, 3, 0, 0))
    for person in ready.people:
        table.add_row(f"[link={person.link}]{person.name}[/]", person.email, person.password)
    console = Console(highlight=False)
    console.print(f"\nA throwaway Deskchat is on {ready.url} (Ctrl-C ends it, and nothing is kept).\n")
    console.print(table)
    console.print(
        f"\nOr open this to be {ready.people[0].name} at once:\n{ready.people[0].link}\n", soft_wrap=True
    )


@contextmanager
def show_progress() -> Iterator[Tell]:
    """A bar of what is done, from when there is any; to whoever waits for it, not into the output."""
    columns = BarColumn(), TaskProgressColumn(), TimeRemainingColumn(), TextColumn("{task.description}")
    progress = Progress(*columns, console=Console(stderr=True))
    bar = progress.add_task("")

    def tell(what: str, done: int, work: int) -> None:
        progress.start()
        progress.update(bar, description=what, completed=done, total=work)

    try:
        yield tell
    finally:
        if progress.live.is_started:
            progress.stop()


def show_sums(sums: dict[str, Sum]) -> None:
    table = Table("Table", "Rows", "Checksum", box=None, padding=(0, 3, 0, 0))
    for name, one in sums.items():
        table.add_row(name, f"{one.rows:,}", one.checksum)
    Console(highlight=False).print(table)


def show_users(users: list[User]) -> None:
    table = Table("Name", "Email", "Role", "State", box=None, padding=(0, 3, 0, 0))
    for one in users:
        table.add_row(one.name, one.email, one.role, "active" if one.active else "deactivated")
    # What people call themselves is text, also where it looks like markup.
    Console(highlight=False, markup=False, emoji=False).print(table)
