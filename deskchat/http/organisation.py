"""The organisation, for its owners."""

from litestar.params import JSONBody

from deskchat.domain import organisation
from deskchat.domain.errors import NotAllowed
from deskchat.domain.organisation import Organisation
from deskchat.http.caller import ByCaller
from deskchat.http.routing import route


@route("GET", "/organisation", refuses=[NotAllowed])
async def get_organisation(caller: ByCaller) -> Organisation:
    """Its name and rules, for an owner."""
    return await caller.read(organisation.get_organisation)


@route("PUT", "/organisation", status=200, refuses=[NotAllowed])
async def change_organisation(caller: ByCaller, data: JSONBody[Organisation]) -> Organisation:
    """For an owner. A shorter `idle_days` signs devices out that were not used for longer."""
    return await caller.write(organisation.change_organisation, data)
