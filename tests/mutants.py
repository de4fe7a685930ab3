"""Breaks each promise in turn, in a copy of the tree, and runs the tests that guard it: they must fail.

Run as `make mutants`. Ends with 1 if a mutant survives, or if the tests fail without one.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).parent.parent
NOT_COPIED = shutil.ignore_patterns(
    ".git", ".venv", ".lock", "build", "node_modules", "__pycache__", "data", ".*_cache", ".hypothesis"
)
SHARED = (".venv", "web/node_modules")

PYTEST = (".venv/bin/python", "-m", "pytest", "-x", "-q", "-n0", "--tb=line", "-p", "no:cacheprovider")
STORAGE = (*PYTEST, "tests/storage/test_writer.py", "tests/storage/test_posting.py")
REALTIME = (*PYTEST, "tests/realtime")
MODEL = (*PYTEST, "tests/model")
POWER = (*PYTEST, "tests/kill/test_power.py")
IDENTITY = (*PYTEST, "tests/api/test_identity.py")
OPENING = (*PYTEST, "tests/servers/test_opening.py")
AT_ONCE = (*PYTEST, "tests/servers/test_at_once.py")
TROUBLE = (*PYTEST, "tests/servers/test_trouble.py", "-k", "bus_is")
CLIENT = ("scripts/npm", "test")


@dataclass(frozen=True)
class Edit:
    file: str
    before: str
    after: str


@dataclass(frozen=True)
class Mutant:
    name: str
    guards: tuple[str, ...]
    edits: tuple[Edit, ...]


MUTANTS = (
    Mutant(
        "acknowledge before commit",
        STORAGE,
        (
            Edit(
                "deskchat/storage/writer.py",
                "                    outcomes = carry_out(connection, batch, self._clock, self._metrics)\n",
                "                    outcomes = run_batch(connection, batch, self._clock)\n"
                "                    for outcome in outcomes:\n"
                "                        self._loop.call_soon_threadsafe(outcome.resolve)\n"
                "                    commit(connection)\n",
            ),
        ),
    ),
    Mutant(
        "publish before commit",
        STORAGE,
        (
            Edit(
                "deskchat/storage/writer.py",
                "                    outcomes = carry_out(connection, batch, self._clock, self._metrics)\n",
                "                    outcomes = run_batch(connection, batch, self._clock)\n"
                "                    told = [news for outcome in outcomes for news in outcome.news]\n"
                "                    self._loop.call_soon_threadsafe(self._publish, told)\n"
                "                    commit(connection)\n",
            ),
        ),
    ),
    Mutant(
        "snapshot before subscribe",
        REALTIME,
        (
            Edit("deskchat/realtime/session.py", "        hub.subscribe(self)\n", ""),
            Edit(
                "deskchat/realtime/session.py",
                "            await asyncio.wait({self._spawn(self._show_first)})\n",
                "            await asyncio.wait({self._spawn(self._show_first)})\n"
                "            self._services.hub.subscribe(self)\n",
            ),
        ),
    ),
    Mutant(
        "no key look-up",
        STORAGE,
        (
            Edit(
                "deskchat/domain/messages.py",
                "originals = tx.messages.find_originals({post.name for post in asked})",
                "originals: dict[Name, Original] = {}",
            ),
        ),
    ),
    Mutant(
        "the client ignores holes",
        CLIENT,
        (
            Edit(
                "web/src/state/sequence.ts",
                "    this.#early.set(position, item);\n",
                "    this.#have = position - 1;\n    this.#early.set(position, item);\n",
            ),
        ),
    ),
    Mutant(
        "skip without `behind`",
        MODEL,
        (
            Edit(
                "deskchat/realtime/session.py",
                "        if self._held and self._held.overflowed:\n            self._showing",
                "        if self._held is None:\n            self._showing",
            ),
        ),
    ),
    Mutant(
        "membership checked in the handler, not on the writer",
        REALTIME,
        (
            Edit(
                "deskchat/domain/messages.py",
                "may_post = find_memberships(tx, {(post.by, post.room) for post in fresh})",
                "may_post = {(post.by, post.room) for post in fresh}",
            ),
            Edit(
                "deskchat/realtime/session.py",
                "            done = self._services.store.write(self.user, self._work(command))\n",
                "            async def look_and_write(command: Writing) -> Result:\n"
                "                from deskchat.domain.membership import get_membership\n\n"
                "                store = self._services.store\n"
                "                await store.read(partial(get_membership, by=self.user, room=command.room))\n"
                "                return await store.write(self.user, self._work(command))\n\n"
                "            done = asyncio.ensure_future(look_and_write(command))\n",
            ),
        ),
    ),
    Mutant(
        "flush after a membership change",
        REALTIME,
        (
            Edit(
                "deskchat/realtime/hub.py",
                "        topic = self._rooms.get(room)\n        if topic:\n            self.metrics.deliveries += topic.flush()\n",
                "        topic = self._rooms.get(room)\n        if topic:\n            self._soon(topic.flush)\n",
            ),
        ),
    ),
    Mutant(
        "servers take no turns",
        AT_ONCE,
        (
            Edit(
                "deskchat/storage/postgresql.py",
                "        driver.execute(_BE_BESIDE if beside else _BE_ALONE)\n",
                "",
            ),
        ),
    ),
    Mutant(
        "news of other servers in any order",
        REALTIME,
        (
            Edit(
                "deskchat/realtime/hub.py",
                "    for next_ in topic.course.take(number, event):\n        tell(next_)\n",
                "    topic.course.take(number, event)\n    tell(event)\n",
            ),
        ),
    ),
    Mutant(
        "what a room lacks is not read back",
        TROUBLE,
        (
            Edit(
                "deskchat/realtime/servers.py",
                "            await self._read_back(store, room)\n",
                "            continue\n",
            ),
        ),
    ),
    Mutant(
        "what a user lacks is not shown anew",
        TROUBLE,
        (
            Edit(
                "deskchat/realtime/servers.py",
                "            self._hub.renew_user(user)\n",
                "            continue\n",
            ),
        ),
    ),
    Mutant(
        "no look at the numbers after a channel opens",
        OPENING,
        (
            Edit(
                "deskchat/realtime/servers.py",
                "            self.miss_room(int(name))\n",
                "            pass\n",
            ),
        ),
    ),
    Mutant(
        "removed, and still told",
        REALTIME,
        (
            Edit(
                "deskchat/realtime/hub.py",
                "            self._part(event.room, event.user.id)\n",
                "            pass\n",
            ),
        ),
    ),
    Mutant(
        "what was held is told to who has left",
        REALTIME,
        (
            Edit(
                "deskchat/realtime/session.py",
                "        if self._held and self._live - self.rooms:\n",
                "        if False:\n",
            ),
        ),
    ),
    Mutant(
        "synchronous=OFF",
        POWER,
        (Edit("deskchat/storage/sqlite.py", '"synchronous": "FULL"', '"synchronous": "OFF"'),),
    ),
    Mutant(
        "identity from the body",
        IDENTITY,
        (
            Edit(
                "deskchat/http/messages.py",
                "    text: str\n\n\nclass NewText",
                "    text: str\n    author: int | None = None\n\n\nclass NewText",
            ),
            Edit(
                "deskchat/http/messages.py",
                "    return await caller.post(room, data.key, data.text)",
                "    by = data.author or caller.user\n"
                "    return await caller._parts.store.write(by, lambda tx: messages.post(tx, by, room, data.key, data.text))",
            ),
        ),
    ),
)


def main() -> int:
    console = Console()
    with tempfile.TemporaryDirectory(prefix="deskchat-mutants-") as folder:
        copy = _copy_tree(Path(folder))
        for guards in dict.fromkeys(mutant.guards for mutant in MUTANTS):
            console.print("without a mutant:", " ".join(guards[-2:]))
            if not _run(copy, guards).passed:
                console.print("[bold]These tests fail without a mutant.[/bold]")
                return 1
        table = Table("mutant", "noticed by", "seconds")
        survivors = [mutant for mutant in MUTANTS if not _is_noticed(copy, mutant, table)]
    console.print(table)
    for survivor in survivors:
        console.print(f"[bold]Survived:[/bold] {survivor.name}")
    return 1 if survivors else 0


@dataclass(frozen=True)
class Run:
    status: int
    output: str

    @property
    def passed(self) -> bool:
        return self.status == 0

    @property
    def failed_test(self) -> str | None:
        """The first test that failed; None if none did, as when the mutant does not even start."""
        marks = ("FAILED ", " FAIL ")
        for line in self.output.splitlines():
            for mark in marks:
                if mark in line:
                    return line.split(mark, 1)[1].split(" - ")[0].strip()
        return None


def _is_noticed(copy: Path, mutant: Mutant, table: Table) -> bool:
    began = monotonic()
    originals = {edit.file: (copy / edit.file).read_text() for edit in mutant.edits}
    try:
        for edit in mutant.edits:
            _apply(copy / edit.file, edit)
        run = _run(copy, mutant.guards)
    finally:
        for file, original in originals.items():
            (copy / file).write_text(original)
    noticed = not run.passed and run.failed_test is not None
    table.add_row(mutant.name, run.failed_test or "nobody", f"{monotonic() - began:.0f}")
    return noticed


def _apply(file: Path, edit: Edit) -> None:
    text = file.read_text()
    assert text.count(edit.before) == 1, f"{edit.file} does not hold this once any more:\n{edit.before}"
    file.write_text(text.replace(edit.before, edit.after))


def _copy_tree(folder: Path) -> Path:
    copy = folder / "deskchat"
    shutil.copytree(ROOT, copy, ignore=NOT_COPIED)
    for shared in SHARED:
        (copy / shared).symlink_to(ROOT / shared)
    return copy


def _run(copy: Path, command: tuple[str, ...]) -> Run:
    # The installed package points at the original; the path of the copy goes first.
    done = subprocess.run(
        ["env", f"PYTHONPATH={copy}", "PYTHONDONTWRITEBYTECODE=1", *command],
        cwd=copy,
        capture_output=True,
        text=True,
        check=False,
    )
    return Run(done.returncode, done.stdout + done.stderr)


if __name__ == "__main__":
    sys.exit(main())
