"""A PostgreSQL server of the tests' own: in a folder that goes with it, reached by a socket in there and by no network.

`scripts/test-needs` sees to it that its programs are there.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
from psycopg.sql import SQL, Identifier
from sqlalchemy import make_url

from deskchat.storage.postgresql import PostgreSQL
from deskchat.storage.schema import metadata
from deskchat.storage.store import prepare

_names = (f"test_{number}" for number in count(1))


class Postgres:
    """A server that can be killed and started again."""

    def __init__(self, folder: Path, *settings: str) -> None:
        """`settings` as in `fsync=off`."""
        self._folder = folder
        self._settings = settings
        self._spare: list[str] = []
        _run(
            "initdb",
            "--pgdata",
            f"{folder}/data",
            "--auth=trust",
            "--no-sync",
            "--encoding=UTF8",
            "--locale=C",
        )

    def start(self) -> None:
        """By the main thread: the server ends with the thread that has started it."""
        settings = ("listen_addresses=", f"unix_socket_directories={self._folder}", *self._settings)
        self._server = subprocess.Popen(
            [
                *_as_somebody(),
                _find("postgres"),
                *("-D", f"{self._folder}/data"),
                *(part for setting in settings for part in ("-c", setting)),
            ],
            cwd=self._folder,
            env={**os.environ, "LC_ALL": "C"},
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self._server.stderr
        log = []
        for line in self._server.stderr:
            log.append(line)
            if "ready to accept connections" in line:
                break
        else:
            raise AssertionError("".join(log))
        # Somebody has to read on, or the server would wait with its next word.
        self._reading = threading.Thread(target=self._server.communicate, daemon=True)
        self._reading.start()

    def kill(self) -> None:
        """At once, as `pg_ctl stop -m immediate` does: what was committed is found again by the next start."""
        self._stop(signal.SIGQUIT)

    def stop(self) -> None:
        if self._runs:
            self._stop(signal.SIGINT)

    @property
    def _runs(self) -> bool:
        return self._reading.is_alive()

    def url(self, name: str) -> str:
        return f"postgresql://{_get_somebody()}@/{name}?host={self._folder}"

    @contextmanager
    def empty_database(self, options: str = "") -> Iterator[str]:
        """The address of a new one."""
        url = self._create(options)
        try:
            yield url
        finally:
            if self._runs:
                self._say(f"DROP DATABASE {make_url(url).database} WITH (FORCE)")

    @contextmanager
    def migrated_database(self) -> Iterator[str]:
        """With all tables and nothing in them. Emptied, it serves again: making one takes long."""
        url = self._spare.pop() if self._spare else self._create_migrated()
        try:
            yield url
        finally:
            if self._runs:
                _empty(url)
                self._spare.append(url)

    def _create_migrated(self) -> str:
        url = self._create()
        prepare(PostgreSQL(url))
        _empty(url)
        return url

    def _create(self, options: str = "") -> str:
        name = next(_names)
        self._say(f"CREATE DATABASE {name} TEMPLATE template0 {options}")
        return self.url(name)

    def _say(self, statement: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())

    def _stop(self, how: signal.Signals) -> None:
        self._server.send_signal(how)
        self._reading.join()


@contextmanager
def running_postgres(*settings: str) -> Iterator[Postgres]:
    with TemporaryDirectory(prefix="deskchat-postgres-", ignore_cleanup_errors=True) as temporary:
        folder = Path(temporary)
        if os.geteuid() == 0:
            shutil.chown(folder, _get_somebody())
        postgres = Postgres(folder, *settings)
        postgres.start()
        try:
            yield postgres
        finally:
            postgres.stop()


def _empty(url: str) -> None:
    """All rows of all tables, whoever is still there."""
    tables = ["search_index", *(table.name for table in reversed(metadata.sorted_tables))]
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid != pg_backend_pid()"
        )
        # At once: each question more takes longer than emptying a table.
        connection.execute(SQL(";").join(SQL("DELETE FROM {}").format(Identifier(table)) for table in tables))
        connection.execute("SELECT setval('message_id_seq', 1, false)")


def _run(program: str, *arguments: str) -> None:
    subprocess.run([*_as_somebody(), _find(program), *arguments], check=True, capture_output=True, cwd="/")


@cache
def _find(program: str) -> str:
    """Debian keeps the programs of each version in a folder of its own, and out of the path."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    search = os.pathsep.join([*map(str, reversed(folders)), os.environ["PATH"]])
    found = shutil.which(program, path=search)
    assert found, f"The tests need PostgreSQL's {program}: scripts/test-needs"
    return found


def _as_somebody() -> Sequence[str]:
    """PostgreSQL refuses to run as root. It ends when the tests do, however they end."""
    user = _get_somebody()
    other = (
        [f"--reuid={user}", f"--regid={pwd.getpwnam(user).pw_gid}", "--clear-groups"]
        if os.geteuid() == 0
        else []
    )
    return ["setpriv", "--pdeathsig=INT", *other]


def _get_somebody() -> str:
    return "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
