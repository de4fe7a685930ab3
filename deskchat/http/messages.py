"""Messages of a room: pages of them, posting, editing, deleting."""

from typing import Annotated

from litestar.params import JSONBody, QueryParameter
from msgspec import Struct

from deskchat.domain import messages
from deskchat.domain.errors import KeyUsed, NoSuchMessage, NoSuchRoom, NotAllowed
from deskchat.domain.messages import LARGEST_PAGE, Key, Message, Page, Posted, Revision
from deskchat.http.caller import ByCaller
from deskchat.http.parameters import OptionalCount, OptionalId, PathId
from deskchat.http.routing import route


class NewMessage(Struct, forbid_unknown_fields=True):
    key: Key
    text: str


class NewText(Struct, forbid_unknown_fields=True):
    text: str


@route("GET", "/rooms/{room:str}/messages", refuses=[NoSuchRoom])
async def list_messages(
    caller: ByCaller,
    room: PathId,
    before: OptionalId = None,
    after: OptionalCount = None,
    limit: Annotated[int, QueryParameter(ge=1, le=LARGEST_PAGE)] = 50,
) -> Page:
    """The newest messages; those before a number, or those after one, 0 for the first ones. In ascending order, as they were at `seq`."""
    return await caller.read(messages.get_page, room, before=before, after=after, limit=limit)


@route("POST", "/rooms/{room:str}/messages", refuses=[NoSuchRoom, KeyUsed])
async def post_message(caller: ByCaller, room: PathId, data: JSONBody[NewMessage]) -> Posted:
    """Answered once the message is kept. The same key again answers the first message's number."""
    return await caller.post(room, data.key, data.text)


@route("PATCH", "/rooms/{room:str}/messages/{number:str}", refuses=[NoSuchRoom, NoSuchMessage, NotAllowed])
async def edit_message(caller: ByCaller, room: PathId, number: PathId, data: JSONBody[NewText]) -> Message:
    """For its author; the earlier text becomes a revision."""
    return await caller.write(messages.edit, room, number, data.text)


@route(
    "DELETE",
    "/rooms/{room:str}/messages/{number:str}",
    status=200,
    refuses=[NoSuchRoom, NoSuchMessage, NotAllowed],
)
async def delete_message(caller: ByCaller, room: PathId, number: PathId) -> Message:
    """For its author; a tombstone without text stays, and is answered."""
    return await caller.write(messages.delete, room, number)


@route("GET", "/rooms/{room:str}/messages/{number:str}/revisions", refuses=[NoSuchRoom, NoSuchMessage])
async def list_revisions(caller: ByCaller, room: PathId, number: PathId) -> list[Revision]:
    """Earlier texts, oldest first."""
    return await caller.read(messages.list_revisions, room, number)
