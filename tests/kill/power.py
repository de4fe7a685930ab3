"""A disk that can lose its power and run full, for the data folder of one process: see power.c."""

import mmap
import os
import shutil
import subprocess
from pathlib import Path
from random import Random

SECTOR = 512
ENDLESS = 2**62
_SPACE, _FUSE, _WRITES, _FLUSHES = range(4)


def build(library: Path) -> Path:
    """Makes the shim with the system's compiler."""
    options = ["-std=c11", "-shared", "-fPIC", "-O2", "-Wall", "-Wextra", "-Werror"]
    source = Path(__file__).with_name("power.c")
    subprocess.run(["cc", *options, "-o", library, source, "-ldl"], check=True)
    return library


class Disk:
    """Under a folder: remembers what of it is flushed, as long as a process with `environment` writes to it."""

    def __init__(self, folder: Path, beside: Path, library: Path) -> None:
        self._folder = folder.resolve()
        self._flushed = beside.resolve() / "flushed"
        control = beside.resolve() / "control"
        control.write_bytes(bytes(4 * 8))
        with control.open("r+b") as file:
            self._control = memoryview(mmap.mmap(file.fileno(), 0)).cast("q")
        self.environment = {
            "LD_PRELOAD": str(library),
            "POWER_FOLDER": str(self._folder),
            "POWER_DISK": str(self._flushed),
            "POWER_CONTROL": str(control),
        }
        self.switch_on()

    def switch_on(self) -> None:
        """What the folder holds now is flushed; there is space, and the power stays on."""
        shutil.rmtree(self._flushed, ignore_errors=True)
        self._flushed.mkdir()
        for file in _list_files(self._folder):
            flushed = self._flushed / f".{file.stat().st_ino}"
            shutil.copyfile(file, flushed)
            os.link(flushed, self._flushed / file.name)
        self.space = ENDLESS
        self.cut_power_at(0)
        self._control[_WRITES] = self._control[_FLUSHES] = 0

    @property
    def space(self) -> int:
        """The bytes by which the folder's files may still grow."""
        return self._control[_SPACE]

    @space.setter
    def space(self, left: int) -> None:
        self._control[_SPACE] = left

    def cut_power_at(self, step: int) -> None:
        """The process is killed as it begins its `step`-th change or flush from now; never at 0."""
        self._control[_FUSE] = step

    def lose_unflushed(self, luck: Random | None = None) -> None:
        """After the kill: the folder holds what was flushed, and with luck some sectors of what was not."""
        assert self._control[_WRITES], "power.c saw nothing: is it loaded?"
        flushed = {file.name: file for file in _list_files(self._flushed)}
        for file in _list_files(self._folder):
            kept = flushed.pop(file.name, None)
            _restore(file, kept, luck)
        for name, kept in flushed.items():
            shutil.copyfile(kept, self._folder / name)


def _list_files(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if path.is_file() and path.name[0] != "."]


def _restore(file: Path, flushed: Path | None, luck: Random | None) -> None:
    if flushed is None:
        file.unlink()
    elif luck and flushed.samefile(flushed.with_name(f".{file.stat().st_ino}")):
        file.write_bytes(_mix(flushed.read_bytes(), file.read_bytes(), luck))
    else:
        shutil.copyfile(flushed, file)


def _mix(flushed: bytes, written: bytes, luck: Random) -> bytes:
    """The flushed bytes, in which some of the written sectors have taken their place: each as likely as not."""
    mixed = bytearray(flushed)
    for start in range(0, len(written), SECTOR):
        sector = written[start : start + SECTOR]
        if sector != flushed[start : start + SECTOR] and luck.random() < 0.5:
            mixed.extend(bytes(max(0, start - len(mixed))))
            mixed[start : start + SECTOR] = sector
    return bytes(mixed)
