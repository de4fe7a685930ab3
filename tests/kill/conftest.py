"""What the tests of kills, power cuts and full disks share."""

import asyncio
import secrets
import shutil
import sys
from pathlib import Path
from random import Random

import pytest

from tests.kill import power
from tests.kill.crowd import Crowd, Person
from tests.kill.power import Disk
from tests.kill.workplace import furnish


@pytest.fixture(scope="session")
def shim(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return power.build(tmp_path_factory.mktemp("power") / "power.so")


@pytest.fixture(scope="session")
def workplace(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Person]]:
    folder = tmp_path_factory.mktemp("workplace")
    return folder, asyncio.run(furnish(folder))


@pytest.fixture
def folder(workplace: tuple[Path, list[Person]], tmp_path: Path) -> Path:
    """The data folder of the workplace, for this test alone."""
    return shutil.copytree(workplace[0], tmp_path / "data")


@pytest.fixture
def disk(folder: Path, tmp_path: Path, shim: Path) -> Disk:
    return Disk(folder, tmp_path, shim)


@pytest.fixture
def dice() -> Random:
    seed = secrets.randbelow(2**32)
    sys.stdout.write(f"seed {seed}\n")
    return Random(seed)


@pytest.fixture
def crowd(workplace: tuple[Path, list[Person]], dice: Random) -> Crowd:
    return Crowd(workplace[1], dice)
