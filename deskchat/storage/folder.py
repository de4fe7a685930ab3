"""The data folder, and that only one process has it."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class FolderInUse(Exception):
    """Another process has the folder. `pid` where it is known."""

    def __init__(self, path: Path, pid: int | None) -> None:
        self.pid = pid
        process = f" (process {pid})" if pid else ""
        super().__init__(f"Another Deskchat{process} is using the data folder {path}. Stop it first.")


class DataFolder:
    """Made with its parents if it is not there, for the eyes of its owner alone."""

    def __init__(self, path: Path) -> None:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.path = path
        self.database = path / "deskchat.sqlite3"
        self.control = path / "control.sock"
        self.backups = path / "backups"

    @contextmanager
    def lock(self) -> Iterator[None]:
        """The folder is this process's within the block, and free again however it ends. FolderInUse."""
        # The file stays: were it removed, two processes could lock two files of one name.
        with os.fdopen(os.open(self.path / "lock", os.O_CREAT | os.O_RDWR, 0o600), "r+") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise FolderInUse(self.path, _read_pid(file.read())) from None
            file.truncate()
            file.write(str(os.getpid()))
            file.flush()
            yield


def _read_pid(written: str) -> int | None:
    return int(written) if written.isdigit() else None
