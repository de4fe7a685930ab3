"""What can be wrong with a workspace and the machine it is on, looked at from outside."""

import resource
import shutil
import stat
from collections.abc import Iterable, Iterator
from http.client import HTTPException
from typing import Literal
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import ProxyHandler, build_opener

from msgspec import Struct
from rich.table import Table
from rich.text import Text
from websockets.exceptions import InvalidStatus, WebSocketException
from websockets.sync.client import connect
from websockets.typing import Origin

from deskchat import control
from deskchat.app import PortTaken, listen
from deskchat.config import Settings, is_loopback
from deskchat.http import client
from deskchat.storage.checks import check, find_refusal
from deskchat.storage.engine import Database, choose
from deskchat.storage.folder import DataFolder, FolderInUse

State = Literal["fine", "note", "problem"]

LITTLE_ROOM = 1_000_000_000
NO_ROOM = 100_000_000
FEW_FILES = 4_096
LONGEST_LOOK = 10.0
"""Seconds that the way by the public address may take."""


class Finding(Struct, frozen=True):
    """`note`: good to know. `problem`: to be mended; the text says how."""

    about: str
    state: State
    text: str


def examine(settings: Settings) -> Iterator[Finding]:
    yield _look_at_client()
    yield _look_at_files()
    yield _look_at_address(settings)
    if settings.url:
        yield from _look_at_way(settings)
    if settings.bus:
        yield _look_at_bus(settings.bus)
    if settings.database or (settings.data / "deskchat.sqlite3").is_file():
        yield from _look_at_workspace(settings)
    else:
        yield Finding(
            "data folder", "note", f"{settings.data} holds no workspace yet; `deskchat serve` makes one."
        )


def tabulate(findings: Iterable[Finding]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), show_header=False)
    for finding in findings:
        table.add_row(_COLOURED[finding.state], finding.about, Text(finding.text))
    return table


_COLOURED = {"fine": "[green]fine[/]", "note": "[yellow]note[/]", "problem": "[red bold]problem[/]"}


def _look_at_bus(url: str) -> Finding:
    from deskchat.realtime.bus import find_fault

    fault = find_fault(url)
    if fault is None:
        return Finding("bus", "fine", "What is sent on it is heard.")
    text = f"{fault} Nothing is lost: servers learn of each other's news later. Mend: DESKCHAT_BUS, or start the bus."
    return Finding("bus", "problem", text)


def _look_at_workspace(settings: Settings) -> Iterator[Finding]:
    folder = DataFolder(settings.data.absolute())
    database = choose(settings.database, folder.database)
    yield _look_at_permissions(folder)
    yield _look_at_room(folder)
    try:
        with folder.lock():
            yield _look_at_port(settings)
            yield from _look_at_database(database, settings, in_use=False)
    except FolderInUse as running:
        yield _look_at_server(folder, running.pid)
        yield from _look_at_database(database, settings, in_use=True)


def _look_at_permissions(folder: DataFolder) -> Finding:
    mode = stat.S_IMODE(folder.path.stat().st_mode)
    if mode & 0o077:
        return Finding(
            "data folder", "problem", f"Others on this machine can open it. Mend: chmod 700 {folder.path}"
        )
    return Finding("data folder", "fine", f"{folder.path} is open to its owner alone.")


def _look_at_room(folder: DataFolder) -> Finding:
    free = shutil.disk_usage(folder.path).free
    text = f"{free / 1e9:.1f} GB are free."
    if free < NO_ROOM:
        return Finding("disk", "problem", f"{text} Messages are about to be refused: make room.")
    return Finding("disk", "note" if free < LITTLE_ROOM else "fine", text)


def _look_at_database(database: Database, settings: Settings, *, in_use: bool) -> Iterator[Finding]:
    refusal = find_refusal(database)
    if refusal:
        yield Finding("database", "problem", refusal)
        return
    findings = check(database, in_use=in_use)
    if not any(finding.serious for finding in findings):
        yield Finding("database", "fine", "Nothing in it is damaged.")
    for finding in findings:
        # What is wrong on a server of its own is said by that, in its own words.
        mending = " Mend: restore a backup." if finding.serious and not settings.database else ""
        yield Finding("database", "problem" if finding.serious else "note", finding.text + mending)


def _look_at_server(folder: DataFolder, pid: int | None) -> Finding:
    if control.ask(folder.control, control.ListUsers()) is None:
        text = f"Process {pid} has the data folder, but does not answer. End it, and start the server again."
        return Finding("server", "problem", text)
    return Finding("server", "fine", f"Process {pid} runs and answers.")


def _look_at_port(settings: Settings) -> Finding:
    try:
        with listen(settings):
            return Finding("server", "note", "None runs.")
    except PortTaken as taken:
        return Finding("server", "problem", f"None runs. {taken}")


def _look_at_address(settings: Settings) -> Finding:
    if settings.url or is_loopback(settings.host):
        return Finding("address", "fine", f"People come to {settings.public_url}.")
    text = "Browsers of other machines are refused until DESKCHAT_URL is the address that people type."
    return Finding("address", "problem", text)


def _look_at_way(settings: Settings) -> Iterator[Finding]:
    """From here to the public address, and back to the server: by what stands between them, if anything does."""
    yield _look_at_encryption(settings)
    yield _look_at_trust(settings)
    fault = _find_fault(settings.public_url)
    if fault:
        yield Finding("way", "problem", f"{settings.public_url} {fault}")
        return
    yield Finding("way", "fine", f"{settings.public_url} leads to a Deskchat.")
    yield _look_at_socket(settings)


def _look_at_encryption(settings: Settings) -> Finding:
    if settings.secure or is_loopback(urlsplit(settings.url).hostname or ""):
        return Finding("encryption", "fine", "Nothing travels readable.")
    text = "Passwords and messages can be read on the way. Mend: a proxy with TLS, and its https:// address as DESKCHAT_URL."
    return Finding("encryption", "problem", text)


def _look_at_trust(settings: Settings) -> Finding:
    if settings.trusted_proxies or not settings.secure:
        return Finding("proxies", "fine", f"Believed are: {', '.join(settings.trusted_proxies) or 'none'}.")
    text = "TLS means a proxy, and none is believed: all seem to sign in from it. Mend: DESKCHAT_TRUSTED_PROXIES."
    return Finding("proxies", "note", text)


def _find_fault(url: str) -> str | None:
    """Why no Deskchat answers there; None if one does."""
    try:
        # The way that browsers here would take, not the one by which this machine's programs fetch their packages.
        with build_opener(ProxyHandler({})).open(f"{url}/healthz", timeout=LONGEST_LOOK) as answer:
            is_ours = answer.read(100) == b"alive\n"
    except HTTPError as error:
        return f"answers {error.code}. Does the proxy lead to the host and port of the server, and does that run?"
    except (URLError, OSError, HTTPException) as error:
        reason = getattr(error, "reason", None) or error
        return f"does not answer: {reason}. Is the name known, the proxy running, the certificate valid?"
    return None if is_ours else "is answered by something else. Does the proxy lead to the server?"


def _look_at_socket(settings: Settings) -> Finding:
    """Without a session it is refused, and by that one knows who refused it: a proxy, or the server."""
    address = f"{settings.public_url.replace('http', 'ws', 1)}/api/v1/socket"
    about = "WebSocket"
    try:
        connect(address, origin=_own_origin(settings), open_timeout=LONGEST_LOOK, proxy=None).close()
    except InvalidStatus as refused:
        status = refused.response.status_code
        if status == 401:
            return Finding(about, "fine", "It comes through.")
        if status == 403:
            text = f"The server that answers does not take what is sent from {settings.public_url}. Mend: DESKCHAT_URL there."
            return Finding(about, "problem", text)
        return Finding(about, "problem", f"It is answered with {status}. {_LET_IT_THROUGH}")
    except (WebSocketException, OSError) as error:
        return Finding(about, "problem", f"It does not come through: {error}. {_LET_IT_THROUGH}")
    return Finding(about, "problem", f"Something else answers it. {_LET_IT_THROUGH}")


_LET_IT_THROUGH = "People get messages by long polling, later. Mend: let the proxy pass Upgrade and Connection on (docs/operate.md)."


def _own_origin(settings: Settings) -> Origin:
    (origin,) = settings.origins
    return Origin(origin)


def _look_at_files() -> Finding:
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < FEW_FILES:
        text = f"This process may open {soft} files, and each connected device is one. Mend: ulimit -n {FEW_FILES}"
        return Finding("open files", "note", text)
    return Finding("open files", "fine", f"Up to {soft} can be open, one for each connected device.")


def _look_at_client() -> Finding:
    folder = client.find_folder()
    if folder is None:
        return Finding(
            "web client", "problem", "It is not built. Mend: make setup, in the folder of the source code."
        )
    return Finding("web client", "fine", f"It is in {folder}.")
