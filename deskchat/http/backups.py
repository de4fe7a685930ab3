"""Backups, for owners. They stay on the server's machine: nothing here gives their content away."""

from typing import Any

from litestar import Request

from deskchat.domain.backups import Backup, BackupList
from deskchat.domain.errors import NotAllowed
from deskchat.domain.users import get_owner
from deskchat.http.caller import ByCaller
from deskchat.http.parts import get_parts
from deskchat.http.routing import route


@route("GET", "/backups", refuses=[NotAllowed])
async def list_backups(request: Request[Any, Any, Any], caller: ByCaller) -> BackupList:
    """The newest first, for an owner."""
    await caller.read(get_owner)
    return await get_parts(request).backups.list_kept()


@route("POST", "/backups", refuses=[NotAllowed])
async def make_backup(request: Request[Any, Any, Any], caller: ByCaller) -> Backup:
    """Makes one now, for an owner; answered once it is whole. The oldest beyond those that are kept is removed."""
    # On the writer: so it takes of the caller's rate, and stands after all that they have done before.
    await caller.write(get_owner)
    return await get_parts(request).backups.make()
