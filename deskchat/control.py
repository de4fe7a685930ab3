"""What the command line asks of the workspace: of the running server, by a socket in the data folder that only its
owner can open, or else done here.

One request and one answer a connection, each a line of JSON.
"""

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import msgspec
from msgspec import Struct

from deskchat.config import Settings
from deskchat.domain import links, users
from deskchat.domain.errors import NoSuchUser, Refusal
from deskchat.domain.ports import Store, Transaction
from deskchat.domain.sessions import new_token
from deskchat.domain.text import clean_email
from deskchat.domain.users import Role, User
from deskchat.http.links import address_of


class AddUser(Struct, frozen=True, tag="add"):
    email: str
    role: Role


class ResetUser(Struct, frozen=True, tag="reset"):
    email: str


class DeactivateUser(Struct, frozen=True, tag="deactivate"):
    email: str


class ReactivateUser(Struct, frozen=True, tag="reactivate"):
    email: str


class ListUsers(Struct, frozen=True, tag="list"):
    pass


Change = AddUser | ResetUser | DeactivateUser | ReactivateUser
Request = Change | ListUsers


class LinkOpened(Struct, frozen=True, tag="link"):
    link: str


class Users(Struct, frozen=True, tag="users"):
    """Everybody, or the one who was changed."""

    users: list[User]


class Refused(Struct, frozen=True, tag="refused"):
    detail: str


Answer = LinkOpened | Users | Refused

LARGEST_REQUEST = 64 * 1024

_decode_request = msgspec.json.Decoder(Request).decode
_decode_answer = msgspec.json.Decoder(Answer).decode


async def carry_out(store: Store, settings: Settings, request: Request) -> Answer:
    """By whoever runs the server: who may do it is not asked."""
    try:
        if isinstance(request, ListUsers):
            return Users(await store.read(lambda tx: tx.users.list_all()))
        return await store.write(0, lambda tx: _change(tx, settings, request))
    except Refusal as refusal:
        return Refused(refusal.detail)


def _change(tx: Transaction, settings: Settings, change: Change) -> LinkOpened | Users:
    token = new_token()
    match change:
        case AddUser(email, role):
            links.invite_as_operator(tx, email, role, token)
            return LinkOpened(address_of(settings, "invitation", token))
        case ResetUser(email):
            links.open_reset_as_operator(tx, _find(tx, email), token)
            return LinkOpened(address_of(settings, "reset", token))
        case DeactivateUser(email):
            return Users([users.deactivate_as_operator(tx, _find(tx, email))])
        case ReactivateUser(email):
            return Users([users.reactivate_as_operator(tx, _find(tx, email))])


def _find(tx: Transaction, email: str) -> int:
    found = tx.users.find_by_email(clean_email(email))
    if found is None:
        raise NoSuchUser("Nobody here has this email.")
    return found.id


def bind(path: Path) -> socket.socket:
    """The server's end. Whoever holds the folder's lock may take the place of one that a crash has left."""
    path.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX)
    with _short(path) as name:
        listener.bind(name)
    path.chmod(0o600)
    return listener


@asynccontextmanager
async def answering(
    listener: socket.socket, answer: Callable[[Request], Awaitable[Answer]]
) -> AsyncIterator[None]:
    """Within it, requests that come are answered."""

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            request = _decode_request(await reader.readline())
        except (msgspec.DecodeError, ValueError) as error:
            writer.write(
                _line(Refused(f"The server does not understand this: {error}. Is it of another version?"))
            )
        else:
            writer.write(_line(await answer(request)))
        await writer.drain()
        writer.close()

    async with await asyncio.start_unix_server(converse, sock=listener, limit=LARGEST_REQUEST):
        yield


def ask(path: Path, request: Request) -> Answer | None:
    """What the running server answers; None if none runs."""
    with socket.socket(socket.AF_UNIX) as connection:
        try:
            with _short(path) as name:
                connection.connect(name)
        except (FileNotFoundError, ConnectionRefusedError):
            return None
        connection.sendall(_line(request))
        with connection.makefile("rb") as answer:
            answered: Answer = _decode_answer(answer.read())
            return answered


def _line(said: Request | Answer) -> bytes:
    return msgspec.json.encode(said) + b"\n"


@contextmanager
def _short(path: Path) -> Iterator[str]:
    """A name for the socket that fits: the system allows some hundred bytes, and data folders can lie deep."""
    if not Path("/proc/self/fd").is_dir():
        yield str(path)
        return
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)
