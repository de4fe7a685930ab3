import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.program import Run, Said
from tests.cli.terminal import Terminal
from tests.serving import Serving, running_server


@pytest.fixture
def terminal(tmp_path: Path, run: Run) -> Terminal:
    return Terminal(tmp_path, run)


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """A command in this process, for one that ends by itself."""
    for name in [name for name in os.environ if name.startswith("DESKCHAT_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    # Tables are as wide as the terminal, and here is none.
    monkeypatch.setenv("COLUMNS", "200")

    def run(*arguments: object) -> Said:
        from deskchat.cli import main

        monkeypatch.setattr(sys, "argv", ["deskchat", *map(str, arguments)])
        capfd.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        code = ended.value.code or 0
        assert isinstance(code, int)
        return Said(code, *capfd.readouterr())

    return run


@pytest.fixture
def serving(tmp_path: Path) -> Iterator[Serving]:
    """On the folder `data`."""
    with running_server(tmp_path / "data") as serving:
        yield serving


@pytest.fixture
def stopped(tmp_path: Path) -> Serving:
    """One that has been, on the folder `data`."""
    with running_server(tmp_path / "data") as serving:
        pass
    return serving
