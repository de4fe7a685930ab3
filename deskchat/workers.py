"""Several processes that do the work of one server: forked from one that only looks after them."""

from __future__ import annotations

import os
import signal
import sys
import traceback
from collections.abc import Callable
from threading import Thread

Work = Callable[[int], None]
"""Called in the worker, with its number, the first one's 0."""

_WATCHED = {signal.SIGCHLD, signal.SIGTERM, signal.SIGINT}


class WorkerFailed(Exception):
    """One ended by itself, and so all have: each would."""

    def __init__(self) -> None:
        super().__init__(
            "A worker could not go on, and said why. All have ended; what they acknowledged is kept."
        )


def run(count: int, work: Work) -> None:
    """Until SIGTERM or SIGINT, which every worker is passed. Called while this process has one thread.

    A worker that is killed, or that was told to end, is started anew; one that fails ends all: WorkerFailed.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _WATCHED)
    crew = _Crew(work, before)
    try:
        for number in range(count):
            crew.start(number)
        while crew.numbers:
            if signal.sigwait(_WATCHED) == signal.SIGCHLD:
                for process, status in _list_ended():
                    crew.replace(process, status)
            else:
                crew.stop()
    finally:
        crew.leave()
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    if crew.has_failed:
        raise WorkerFailed


class _Crew:
    """`mask`: the signals that are blocked in a worker. `numbers`: of those that run, by process."""

    def __init__(self, work: Work, mask: set[signal.Signals | int]) -> None:
        self.numbers: dict[int, int] = {}
        self.has_failed = False
        self._work = work
        self._mask = mask
        self._stopping = False
        # Its other end closes when this process ends, however it does.
        self._alive, self._held = os.pipe()

    def start(self, number: int) -> None:
        process = os.fork()
        if process == 0:
            os.close(self._held)
            # An interrupt from the terminal reaches a whole group: told twice, a worker breaks off what it has begun.
            os.setpgid(0, 0)
            signal.pthread_sigmask(signal.SIG_SETMASK, self._mask)
            os._exit(_do(self._work, number, self._alive))
        self.numbers[process] = number

    def replace(self, process: int, status: int) -> None:
        """One has ended: another one takes its place, unless it failed or all are to end."""
        number = self.numbers.pop(process)
        if self._stopping:
            return
        if os.WIFEXITED(status) and os.WEXITSTATUS(status):
            self.has_failed = True
            self.stop()
        else:
            self.start(number)

    def stop(self) -> None:
        self._stopping = True
        for process in self.numbers:
            os.kill(process, signal.SIGTERM)

    def leave(self) -> None:
        os.close(self._held)
        os.close(self._alive)


def _do(work: Work, number: int, alive: int) -> int:
    """The exit code."""
    try:
        _end_with_parent(alive)
        work(number)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 1
    except BaseException:
        traceback.print_exc()
        return 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
    return 0


def _end_with_parent(alive: int) -> None:
    """This process ends as by SIGTERM when the other end of the pipe is closed."""

    def wait() -> None:
        os.read(alive, 1)
        os.kill(os.getpid(), signal.SIGTERM)

    Thread(target=wait, name="parent", daemon=True).start()


def _list_ended() -> list[tuple[int, int]]:
    """Processes and their statuses."""
    ended: list[tuple[int, int]] = []
    while True:
        try:
            process, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return ended
        if process == 0:
            return ended
        ended.append((process, status))
