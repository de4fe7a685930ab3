"""Workers: processes that are looked after, each of which may end in any way."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

from deskchat.config import BadSetting, Settings

CREW = """
import os, signal, sys
from deskchat import workers

def work(number):
    told, tell = os.pipe()
    os.set_blocking(tell, False)
    signal.set_wakeup_fd(tell)
    signal.signal(signal.SIGTERM, lambda *_: None)
    os.write(1, f"{number} {os.getpid()}\\n".encode())
    if sys.argv[1:] == ["fail"] and number == 1:
        sys.exit(3)
    # Not a pause: it would sleep through a signal that comes in the moment before.
    os.read(told, 1)

try:
    workers.run(2, work)
except workers.WorkerFailed as failed:
    sys.exit(str(failed))
"""


class Crew:
    def __init__(self, *arguments: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", CREW, *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def see_worker(self) -> tuple[int, int]:
        """The number and the process of the next one that begins."""
        assert self.process.stdout
        number, process = self.process.stdout.readline().split()
        return int(number), int(process)

    def wait(self) -> tuple[int, str]:
        """The exit code and what was said; every worker has let go of the output by then."""
        _, said = self.process.communicate(timeout=60)
        return self.process.returncode, said


@contextmanager
def running_crew(*arguments: str) -> Iterator[Crew]:
    crew = Crew(*arguments)
    try:
        yield crew
    finally:
        crew.process.kill()
        with suppress(ValueError):
            crew.process.communicate(timeout=60)


def test_all_end_when_they_are_told_to() -> None:
    with running_crew() as crew:
        assert {crew.see_worker()[0], crew.see_worker()[0]} == {0, 1}
        crew.process.terminate()
        assert crew.wait() == (0, "")


def test_an_interrupt_from_the_terminal_reaches_each_once() -> None:
    with running_crew() as crew:
        crew.see_worker()
        crew.see_worker()
        os.killpg(crew.process.pid, signal.SIGINT)
        assert crew.wait() == (0, "")


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_one_that_is_killed_or_told_to_end_is_replaced(how: signal.Signals) -> None:
    with running_crew() as crew:
        processes = dict([crew.see_worker(), crew.see_worker()])
        os.kill(processes[1], how)
        number, process = crew.see_worker()
        assert number == 1
        assert process not in processes.values()
        crew.process.terminate()
        assert crew.wait() == (0, "")


def test_one_that_fails_ends_all() -> None:
    with running_crew("fail") as crew:
        code, said = crew.wait()
        assert code == 1
        assert "A worker could not go on" in said


def test_none_is_left_behind_when_the_one_that_looks_after_them_is_killed() -> None:
    with running_crew() as crew:
        crew.see_worker()
        crew.see_worker()
        crew.process.kill()
        # The output ends when the last of them has.
        assert crew.wait() == (-signal.SIGKILL, "")


def test_several_workers_need_a_bus_and_a_bus_a_database() -> None:
    with pytest.raises(BadSetting, match="DESKCHAT_BUS"):
        Settings(workers=2)
    with pytest.raises(BadSetting, match="DESKCHAT_DATABASE"):
        Settings(bus="redis://bus.example.com")


@pytest.mark.parametrize(
    "bus",
    [
        "bus.example.com",
        "http://bus.example.com",
        "redis://host:no-port/secret",
        "redis://:secret@host/0?unheard=of",
        "redis://:secret@host/0?socket_timeout=long",
    ],
)
def test_what_is_no_address_of_a_bus_is_refused_and_not_quoted(bus: str) -> None:
    with pytest.raises(BadSetting, match="should look like redis://") as refused:
        Settings(database="postgresql://db", bus=bus)
    assert "secret" not in str(refused.value)
