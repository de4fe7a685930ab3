"""The commands of whoever runs the server."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from deskchat import __version__
from deskchat.config import BadSetting, Settings
from deskchat.options import Bus, Data, Database, Host, LogLevel, MetricsToken, Port, Proxies, Url, Workers

if TYPE_CHECKING:
    from deskchat.control import Request
    from deskchat.http.parts import Parts

cli = typer.Typer(
    help="Deskchat: chat for the desk of a business application.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
user = typer.Typer(name="user", help="Accounts, by whoever runs the server.", no_args_is_help=True)
cli.add_typer(user)

Email = Annotated[str, typer.Argument(help="The person's e-mail address.")]

DATA = Path("data")


class Mistake(Exception):
    """Something that a person can put right; the message says how."""


def main() -> None:
    with _plain_words():
        cli()


@cli.command()
def serve(  # noqa: PLR0913  # one for each setting
    host: Host = "127.0.0.1",
    port: Port = 8000,
    data: Data = DATA,
    url: Url = "",
    trusted_proxies: Proxies = "",
    log_level: LogLevel = "info",
    database: Database = "",
    bus: Bus = "",
    workers: Workers = 1,
    metrics_token: MetricsToken = "",
) -> None:
    """Serve until ended by Ctrl-C or SIGTERM. Settings are options, or DESKCHAT_… in the environment."""
    from deskchat import app, logs
    from deskchat.workers import run

    proxies = _split(trusted_proxies)
    settings = Settings(host, port, data, url, proxies, log_level, database, bus, workers, metrics_token)

    with app.occupy(settings) as place:

        def work(number: int) -> None:
            async def prepare(parts: Parts) -> None:
                app.spare_what_stays()
                if number == 0:
                    _say(f"Deskchat {__version__} is on {parts.settings.public_url} (Ctrl-C ends it).")
                    await app.print_set_up_link(
                        parts, lambda link: _say(f"Nobody owns it yet. This link works once:\n\n    {link}\n")
                    )

            with _plain_words(), logs.written_to(sys.stdout, log_level):
                app.serve_at(place, settings, prepare)

        if workers == 1:
            work(0)
        else:
            run(workers, work)


@cli.command()
def demo(
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on; 0: any free one.")] = 8000,
    json: Annotated[bool, typer.Option("--json", help="Say who can sign in as one line of JSON.")] = False,
) -> None:
    """Serve a throwaway workspace of five people with rooms and history, on this machine alone."""
    import msgspec

    from deskchat import app, logs
    from deskchat.demo import Demo
    from deskchat.display import show_people
    from deskchat.storage.store import read_clock

    shown = Demo(read_clock)

    async def announce(parts: Parts) -> None:
        ready = await shown.furnish(parts)
        if json:
            typer.echo(msgspec.json.encode(ready))
        else:
            show_people(ready)

    with logs.written_to(sys.stderr, "warning"), TemporaryDirectory(prefix="deskchat-demo-") as folder:
        settings = Settings(port=port, data=Path(folder))
        app.serve(settings, announce, clock=shown.clock, besides=shown.routes())


@user.command("add")
def add_user(
    email: Email,
    owner: Annotated[bool, typer.Option("--owner", help="Make them an owner of the organisation.")] = False,
    data: Data = DATA,
    url: Url = "",
    database: Database = "",
) -> None:
    """Invite somebody: prints a link that works once, for a week."""
    from deskchat.control import AddUser

    _operate(Settings(data=data, url=url, database=database), AddUser(email, "owner" if owner else "member"))


@user.command("reset")
def reset_user(email: Email, data: Data = DATA, url: Url = "", database: Database = "") -> None:
    """Print a link by which somebody sets a new password. It works once, for a day."""
    from deskchat.control import ResetUser

    _operate(Settings(data=data, url=url, database=database), ResetUser(email))


@user.command("deactivate")
def deactivate_user(email: Email, data: Data = DATA, database: Database = "") -> None:
    """Sign somebody out everywhere and keep them out. What they wrote stays."""
    from deskchat.control import DeactivateUser

    _operate(Settings(data=data, database=database), DeactivateUser(email))


@user.command("reactivate")
def reactivate_user(email: Email, data: Data = DATA, database: Database = "") -> None:
    """Let somebody in again."""
    from deskchat.control import ReactivateUser

    _operate(Settings(data=data, database=database), ReactivateUser(email))


@user.command("list")
def list_users(data: Data = DATA, database: Database = "") -> None:
    """List all accounts."""
    from deskchat.control import ListUsers

    _operate(Settings(data=data, database=database), ListUsers())


@cli.command()
def backup(
    target: Annotated[
        Path | None, typer.Argument(help="The file to make; by default one named after the time.")
    ] = None,
    data: Data = DATA,
    database: Database = "",
) -> None:
    """Copy everything into one file, also while the server runs."""
    from deskchat.storage.backup import back_up
    from deskchat.storage.folder import DataFolder

    _refuse_elsewhere(database)
    file = DataFolder(_existing(data)).database
    target = target or Path(f"deskchat-{datetime.now(UTC).astimezone():%Y-%m-%d-%H%M%S}.sqlite3")
    back_up(file, target)
    typer.echo(f"Backed up to {target}.")


@cli.command()
def restore(
    backup: Annotated[
        Path, typer.Argument(help="A file that `deskchat backup` made.", exists=True, dir_okay=False)
    ],
    data: Data = DATA,
    database: Database = "",
) -> None:
    """Put a backup in the place of the data. Stop the server first."""
    from deskchat.storage.backup import restore as put_back
    from deskchat.storage.folder import DataFolder

    _refuse_elsewhere(database)
    replaced = put_back(backup, DataFolder(data))
    typer.echo(f"Restored {backup}. Everybody signs in anew.")
    if replaced:
        typer.echo(f"What was there before is kept as {replaced}.")


@cli.command()
def move(
    to: Annotated[
        str, typer.Option(help="An empty database, as postgresql://USER@HOST/NAME, or a folder for a file.")
    ],
    data: Data = DATA,
    database: Database = "",
) -> None:
    """Move everything into PostgreSQL, or back into a file. Stop the server first.

    What is moved is what DESKCHAT_DATABASE names, or else the file in the data folder; nothing is changed there.
    Broken off, it goes on when it is given again.
    """
    from deskchat import app
    from deskchat.display import show_progress, show_sums

    source, target = Settings(data=data, database=database), _as_settings(to, data)
    if not database:
        _existing(data)
    with show_progress() as tell:
        moved_to, sums = app.move(source, target, tell)
    show_sums(sums)
    setting = f"DESKCHAT_DATABASE={moved_to}" if target.database else f"DESKCHAT_DATA={target.data.resolve()}"
    typer.echo(
        f"\nAll of this was read back and is equal. From now on, start the server with\n\n    {setting}\n"
    )
    if database and not target.database:
        typer.echo("and without DESKCHAT_DATABASE.")
    typer.echo("What it was moved from is as it was. Do not serve it again: it would part from the new one.")


@cli.command()
def doctor(  # noqa: PLR0913  # one for each setting
    host: Host = "127.0.0.1",
    port: Port = 8000,
    data: Data = DATA,
    url: Url = "",
    trusted_proxies: Proxies = "",
    database: Database = "",
    bus: Bus = "",
) -> None:
    """Look for what is wrong, and say how to mend it. Ends with 1 if something is."""
    from rich.console import Console

    from deskchat import doctor as examination

    settings = Settings(host, port, data, url, _split(trusted_proxies), database=database, bus=bus)
    findings = list(examination.examine(settings))
    Console().print(examination.tabulate(findings))
    if any(finding.state == "problem" for finding in findings):
        raise typer.Exit(1)


@cli.command()
def openapi() -> None:
    """Print the OpenAPI document of the HTTP API."""
    from deskchat.http.routes import document

    typer.echo(document(), nl=False)


def _operate(settings: Settings, request: Request) -> None:
    from deskchat.app import operate
    from deskchat.control import LinkOpened, Refused
    from deskchat.display import show_users

    if not settings.database:
        _existing(settings.data)
    answer = operate(settings, request)
    if isinstance(answer, Refused):
        raise Mistake(answer.detail)
    if isinstance(answer, LinkOpened):
        typer.echo(answer.link)
    else:
        show_users(answer.users)


def _split(proxies: str) -> tuple[str, ...]:
    return tuple(proxy.strip() for proxy in proxies.split(",") if proxy.strip())


def _existing(data: Path) -> Path:
    if not (data / "deskchat.sqlite3").is_file():
        raise Mistake(
            f"There is no workspace in {data}. --data names another folder; `deskchat serve` makes a new one."
        )
    return data


def _as_settings(to: str, data: Path) -> Settings:
    if "://" not in to:
        return Settings(data=Path(to))
    try:
        return Settings(data=data, database=to)
    except BadSetting:
        # Not quoted: it may hold a password.
        raise Mistake("--to is postgresql://USER@HOST/NAME, or a folder for a file.") from None


def _refuse_elsewhere(database: str) -> None:
    from deskchat.storage.backups import ELSEWHERE

    if database:
        raise Mistake(ELSEWHERE)


def _say(text: str) -> None:
    """To who started the server; the log is elsewhere."""
    typer.echo(text, err=True)


@contextmanager
def _plain_words() -> Iterator[None]:
    """A mistake or a mishap is told in a sentence; only a fault of ours shows a traceback."""
    try:
        yield
    except OSError as error:
        _fail(f"{error.filename}: {error.strerror}" if error.filename else str(error))
    except Exception as error:
        if not isinstance(error, _mishaps()):
            raise
        _fail(str(error))


def _mishaps() -> tuple[type[Exception], ...]:
    from deskchat.app import PortTaken, ServerFailed
    from deskchat.storage.backup import NotABackup
    from deskchat.storage.engine import Unfit
    from deskchat.storage.folder import FolderInUse
    from deskchat.storage.migrations import DatabaseTooNew
    from deskchat.workers import WorkerFailed

    return (
        Mistake,
        WorkerFailed,
        BadSetting,
        PortTaken,
        ServerFailed,
        NotABackup,
        FolderInUse,
        Unfit,
        DatabaseTooNew,
    )


def _fail(text: str) -> NoReturn:
    _say(f"deskchat: {text}")
    sys.exit(1)
