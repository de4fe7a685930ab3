"""One process owns the data folder."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from deskchat.storage.folder import DataFolder, FolderInUse

_HOLD = """
import sys
from pathlib import Path
from deskchat.storage.folder import DataFolder
with DataFolder(Path(sys.argv[1])).lock():
    print("mine", flush=True)
    sys.stdin.read()
"""


def test_the_folder_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "var" / "data")
    assert stat.S_IMODE(folder.path.stat().st_mode) == 0o700
    with folder.lock():
        assert [stat.S_IMODE(path.stat().st_mode) for path in folder.path.iterdir()] == [0o600]


def test_a_second_process_is_told_who_has_the_folder(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdin
        assert other.stdout
        assert other.stdout.readline() == "mine\n"
        with pytest.raises(FolderInUse, match=str(other.pid)) as refused, DataFolder(tmp_path).lock():
            pass
        assert refused.value.pid == other.pid
        other.stdin.close()
    with DataFolder(tmp_path).lock():
        pass


def test_the_folder_is_free_after_its_process_was_killed(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout
        assert other.stdout.readline() == "mine\n"
        other.kill()
    with DataFolder(tmp_path).lock():
        assert (tmp_path / "lock").read_text() == str(os.getpid())


def test_a_folder_is_locked_once_within_a_process_too(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    with folder.lock(), pytest.raises(FolderInUse), DataFolder(tmp_path).lock():
        pass
    with folder.lock():
        pass
