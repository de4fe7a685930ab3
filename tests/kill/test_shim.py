"""The model of power cuts and full disks is itself put to the test: it must lose what was not flushed."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from random import Random

import pytest

from tests.kill.power import ENDLESS, Disk

LEDGER = Path(__file__).with_name("ledger.py")
LIVES = 10

Process = subprocess.Popen[str]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "data"
    path.mkdir()
    return path


def run(disk: Disk, folder: Path, program: str) -> None:
    """Runs lines of Python in the folder, on the disk."""
    command = [sys.executable, "-c", f"import os\n{program}"]
    subprocess.run(command, cwd=folder, env=os.environ | disk.environment, check=True)


@contextmanager
def keep_ledger(disk: Disk, folder: Path, synchronous: str) -> Iterator[Process]:
    with subprocess.Popen(
        [sys.executable, LEDGER, folder / "ledger.sqlite3", synchronous],
        env=os.environ | disk.environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def read_line(process: Process) -> str:
    assert process.stdout
    return process.stdout.readline().strip()


def read_kept(folder: Path) -> int:
    """The last number in the ledger, which has every number up to it."""
    with closing(sqlite3.connect(folder / "ledger.sqlite3")) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        kept = [number for (number,) in database.execute("SELECT number FROM ledger ORDER BY number")]
    assert kept == list(range(1, len(kept) + 1))
    return len(kept)


def count_losses(disk: Disk, folder: Path, synchronous: str, luck: Random | None = None) -> int:
    """How many of a ledger's lives ended in a power cut that lost a number it had said was kept."""
    dice, losses = Random(synchronous), 0
    for _ in range(LIVES):
        disk.switch_on()
        disk.cut_power_at(dice.randrange(200, 800))
        with keep_ledger(disk, folder, synchronous) as process:
            said = process.communicate()[0].split()
        disk.lose_unflushed(luck)
        losses += int(said[-1]) > read_kept(folder)
    return losses


@pytest.fixture
def empty_ledger(disk: Disk, folder: Path) -> None:
    with closing(sqlite3.connect(folder / "ledger.sqlite3")) as database:
        database.execute("CREATE TABLE ledger (number INTEGER PRIMARY KEY, padding TEXT)")
    disk.switch_on()


def test_bytes_survive_a_power_cut_once_they_are_flushed(disk: Disk, folder: Path) -> None:
    (folder / "notes").write_bytes(b"before ")
    disk.switch_on()
    run(
        disk,
        folder,
        """
file = os.open("notes", os.O_RDWR | os.O_APPEND)
os.write(file, b"flushed ")
os.fsync(file)
os.write(file, b"not flushed")
os.pwrite(os.open("notes", os.O_RDWR), b"B", 0)
""",
    )
    assert (folder / "notes").read_bytes() == b"Before flushed not flushed"
    disk.lose_unflushed()
    assert (folder / "notes").read_bytes() == b"before flushed "


def test_names_survive_a_power_cut_once_their_folder_is_flushed(disk: Disk, folder: Path) -> None:
    for name in ("deleted", "renamed", "flushed"):
        (folder / name).write_text(name)
    disk.switch_on()
    run(
        disk,
        folder,
        """
os.unlink("flushed")
os.fdatasync(os.open("made", os.O_RDWR | os.O_CREAT))
os.fsync(os.open(".", os.O_RDONLY))
os.unlink("deleted")
os.rename("renamed", "new name")
os.fdatasync(os.open("late", os.O_RDWR | os.O_CREAT))
""",
    )
    assert sorted(path.name for path in folder.iterdir()) == ["late", "made", "new name"]
    disk.lose_unflushed()
    assert {path.name: path.read_text() for path in folder.iterdir()} == {
        "deleted": "deleted",
        "made": "",
        "renamed": "renamed",
    }


def test_a_file_put_in_place_of_another_brings_only_its_flushed_bytes(disk: Disk, folder: Path) -> None:
    (folder / "settings").write_text("old")
    disk.switch_on()
    run(
        disk,
        folder,
        """
for name in ("settings", "unflushed"):
    file = os.open("draft", os.O_RDWR | os.O_CREAT)
    os.write(file, b"new")
    if name == "settings":
        os.fsync(file)
    os.rename("draft", name)
os.fsync(os.open(".", os.O_RDONLY))
""",
    )
    disk.lose_unflushed()
    assert {path.name: path.read_text() for path in folder.iterdir()} == {"settings": "new", "unflushed": ""}


def test_some_unflushed_sectors_survive_by_luck(disk: Disk, folder: Path) -> None:
    (folder / "notes").write_bytes(b"-" * 512 * 40)
    disk.switch_on()
    run(
        disk,
        folder,
        "os.fsync(os.open('.', os.O_RDONLY)); os.pwrite(os.open('notes', os.O_RDWR), b'+' * 512 * 80, 0)",
    )
    disk.lose_unflushed(Random(1))
    content = (folder / "notes").read_bytes()
    sectors = {content[start : start + 512] for start in range(0, len(content), 512)}
    assert sectors == {b"-" * 512, b"+" * 512, bytes(512)}


@pytest.mark.usefixtures("empty_ledger")
@pytest.mark.parametrize("luck", [None, Random("some sectors")], ids=["no luck", "luck"])
def test_sqlite_loses_nothing_that_it_flushed(disk: Disk, folder: Path, luck: Random | None) -> None:
    assert count_losses(disk, folder, "FULL", luck) == 0


@pytest.mark.usefixtures("empty_ledger")
@pytest.mark.parametrize("synchronous", ["NORMAL", "OFF"])
def test_sqlite_loses_what_it_acknowledged_before_flushing(
    disk: Disk, folder: Path, synchronous: str
) -> None:
    assert count_losses(disk, folder, synchronous) > 0


@pytest.mark.usefixtures("empty_ledger")
def test_a_full_disk_refuses_and_recovers(disk: Disk, folder: Path) -> None:
    disk.space = 100_000
    with keep_ledger(disk, folder, "FULL") as process:
        number = 0
        while (line := read_line(process)) == str(number + 1):
            number += 1
        assert line == f"database or disk is full: {number}"
        assert 0 < number < 100
        disk.space = ENDLESS
        assert process.stdin
        process.stdin.write("again\n")
        process.stdin.flush()
        assert read_line(process) == str(number + 1)


def test_a_disk_that_saw_nothing_says_so(disk: Disk) -> None:
    with pytest.raises(AssertionError, match="saw nothing"):
        disk.lose_unflushed()
