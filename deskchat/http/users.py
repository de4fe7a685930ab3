"""People: the owner's list of accounts, one's own password, and the profiles that everybody sees."""

from functools import partial
from typing import Annotated, Any

from litestar import Request
from litestar.params import JSONBody, QueryParameter
from msgspec import Struct

from deskchat.domain import users
from deskchat.domain.errors import Invalid, LastOwner, NoSuchUser, NotAllowed, WrongCredentials
from deskchat.domain.ids import Id
from deskchat.domain.ports import Transaction
from deskchat.domain.text import LONGEST_NAME
from deskchat.domain.users import Profile, Role, User
from deskchat.http.caller import ByCaller
from deskchat.http.limits import get_address
from deskchat.http.parameters import PathId
from deskchat.http.parts import get_parts
from deskchat.http.passwords import NewPassword
from deskchat.http.routing import route


class PasswordChange(Struct, forbid_unknown_fields=True):
    current: str
    new: NewPassword


class OwnName(Struct, forbid_unknown_fields=True):
    name: str


class UserRole(Struct, forbid_unknown_fields=True):
    role: Role


@route("PATCH", "/profile")
async def rename_profile(caller: ByCaller, data: JSONBody[OwnName]) -> User:
    """One's own name, as everybody sees it."""
    return await caller.write(users.rename, data.name)


@route("GET", "/users", refuses=[NotAllowed])
async def list_users(caller: ByCaller) -> list[User]:
    """Everybody's account, for an owner of the organisation."""
    return await caller.read(users.list_all)


@route("PATCH", "/users/{user:str}", refuses=[NotAllowed, NoSuchUser, LastOwner])
async def change_user_role(caller: ByCaller, user: PathId, data: JSONBody[UserRole]) -> User:
    """Makes somebody an owner of the organisation, or a member. For an owner."""
    return await caller.write(users.change_role, user, data.role)


@route("POST", "/users/{user:str}/deactivate", status=200, refuses=[NotAllowed, NoSuchUser, LastOwner])
async def deactivate_user(caller: ByCaller, user: PathId) -> User:
    """Signs somebody out everywhere and keeps them out; what they wrote stays. For an owner."""
    return await caller.write(users.deactivate, user)


@route("POST", "/users/{user:str}/reactivate", status=200, refuses=[NotAllowed, NoSuchUser])
async def reactivate_user(caller: ByCaller, user: PathId) -> User:
    """Lets somebody in again, with the password they had. For an owner."""
    return await caller.write(users.reactivate, user)


@route("PUT", "/password", status=204, refuses=[WrongCredentials])
async def change_password(
    request: Request[Any, Any, Any], caller: ByCaller, data: JSONBody[PasswordChange]
) -> None:
    """Sets one's own password and signs every other device out."""
    parts = get_parts(request)
    email, address = caller.signed_in.user.email, get_address(request)
    parts.limits.take_guess(email, address)
    found = await caller.read(lambda tx, _by: tx.users.find_password(email))
    kept = found[1] if found else None
    if not await parts.passwords.verify(data.current, kept) or kept is None:
        raise WrongCredentials("The current password is not right.")
    parts.limits.forgive_guess(email, address)
    change = partial(_change_if_unchanged, email=email, kept=kept, new=await parts.passwords.hash(data.new))
    await caller.write(change, caller.signed_in.session)


@route("GET", "/profiles")
async def find_profiles(
    caller: ByCaller,
    name: Annotated[str | None, QueryParameter(max_length=LONGEST_NAME)] = None,
    ids: Annotated[list[Id] | None, QueryParameter(max_items=100)] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=50)] = 20,
) -> list[Profile]:
    """Active people any of whose names begins with `name`; or those with these `ids`, active or not."""
    if ids is None:
        return await caller.read(users.find_profiles, name or "", limit)
    if name is not None:
        raise Invalid("Ask for people by name or by id, not both.")
    return await caller.read(users.list_profiles, ids)


def _change_if_unchanged(tx: Transaction, by: int, session: int, email: str, kept: str, new: str) -> None:
    # The current password was checked before this transaction: another device may have changed it since.
    found = tx.users.find_password(email)
    if found is None or found[1] != kept:
        raise WrongCredentials("The current password is not right.")
    users.change_password(tx, by, session, new)
