"""Users: people with an account, never deleted, only deactivated, so that history keeps its names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from deskchat.domain.errors import EmailTaken, LastOwner, NoSuchUser, NotAllowed
from deskchat.domain.ids import Id, Milliseconds, new_id
from deskchat.domain.news import SessionsEnded, ToEverybody
from deskchat.domain.text import clean_email, clean_name

if TYPE_CHECKING:
    from deskchat.domain.ports import Transaction

Role = Literal["owner", "member"]


class Profile(Struct, frozen=True):
    """What others see of a user."""

    id: Id
    name: str
    active: bool


class ProfileChanged(Struct, frozen=True, tag="profile"):
    """Somebody is called otherwise now, or is no longer or again active."""

    profile: Profile


class User(Struct, frozen=True):
    """What the owner sees of a user."""

    id: Id
    name: str
    email: str
    role: Role
    active: bool
    created: Milliseconds

    @property
    def profile(self) -> Profile:
        return Profile(self.id, self.name, self.active)


def get_active(tx: Transaction, user: int) -> User:
    """The user, unless there is none or they are deactivated: NoSuchUser."""
    found = tx.users.find(user)
    if found is None or not found.active:
        raise NoSuchUser
    return found


def get_owner(tx: Transaction, by: int) -> User:
    """The acting user, who must own the organisation: else NotAllowed."""
    user = get_active(tx, by)
    if user.role != "owner":
        raise NotAllowed("Only an owner of the organisation may do this.")
    return user


def list_all(tx: Transaction, by: int) -> list[User]:
    get_owner(tx, by)
    return tx.users.list_all()


def find_profiles(tx: Transaction, by: int, name: str, limit: int) -> list[Profile]:
    """Active people by the first letters of any of their names, for whoever is signed in."""
    get_active(tx, by)
    return tx.users.find_profiles(name, limit)


def list_profiles(tx: Transaction, by: int, users: list[int]) -> list[Profile]:
    """These people, active or not; those who do not exist are left out."""
    get_active(tx, by)
    return tx.users.list_profiles(users)


def find_changes(tx: Transaction, users: Sequence[int]) -> dict[int, int]:
    """Up to which change each one's own news go, for a server that tells them."""
    return tx.users.find_changes(users)


def add(tx: Transaction, email: str, name: str, role: Role, password_hash: str) -> User:
    """A new account. EmailTaken if the address has one."""
    email = clean_email(email)
    if tx.users.find_by_email(email):
        raise EmailTaken
    user = User(new_id(), clean_name(name), email, role, active=True, created=tx.now)
    tx.users.add(user, password_hash)
    return user


def rename(tx: Transaction, by: int, name: str) -> User:
    """One's own name. The same name again changes nothing."""
    user = get_active(tx, by)
    name = clean_name(name)
    if name == user.name:
        return user
    tx.users.rename(by, name)
    return _tell(tx, by)


def change_role(tx: Transaction, by: int, user: int, role: Role) -> User:
    """The owner's command: somebody becomes an owner of the organisation, or a member. The last owner stays: LastOwner."""
    get_owner(tx, by)
    found = _get(tx, user)
    if role == "member":
        _keep_an_owner(tx, found)
    tx.users.set_role(user, role)
    return _get(tx, user)


def deactivate(tx: Transaction, by: int, user: int) -> User:
    """The owner's command: the user is signed out everywhere and cannot sign in; what they wrote stays.

    Groups that nobody else owns go to whoever has been in them longest.
    """
    get_owner(tx, by)
    return deactivate_as_operator(tx, user)


def deactivate_as_operator(tx: Transaction, user: int) -> User:
    """The same by whoever runs the server. The last active owner cannot be deactivated: LastOwner."""
    found = _get(tx, user)
    _keep_an_owner(tx, found)
    tx.users.set_active(user, False)
    tx.links.withdraw_of_user(user)
    # Whose sessions have ended is no longer told: so they end first.
    end_sessions(tx, user)
    _keep_groups_owned(tx, user)
    return _tell(tx, user)


def reactivate(tx: Transaction, by: int, user: int) -> User:
    get_owner(tx, by)
    return reactivate_as_operator(tx, user)


def reactivate_as_operator(tx: Transaction, user: int) -> User:
    tx.users.set_active(_get(tx, user).id, True)
    _keep_groups_owned(tx, user)
    return _tell(tx, user)


def change_password(tx: Transaction, by: int, session: int, password_hash: str) -> None:
    """Ends every other session of the user: whoever knew the old password is out."""
    get_active(tx, by)
    tx.users.set_password(by, password_hash)
    end_sessions(tx, by, keep=session)


def end_sessions(tx: Transaction, user: int, keep: int | None = None) -> None:
    ended = tx.sessions.remove_of_user(user, keep)
    if ended:
        tx.tell(SessionsEnded(user, tuple(ended)))


def _keep_an_owner(tx: Transaction, user: User) -> None:
    if user.role == "owner" and user.active and tx.users.count_active_owners() == 1:
        raise LastOwner("This is the only owner. Make somebody else an owner first.")


def _keep_groups_owned(tx: Transaction, user: int) -> None:
    # Rooms know of users, and users of rooms here alone.
    from deskchat.domain import rooms

    rooms.keep_owned(tx, user)


def _tell(tx: Transaction, user: int) -> User:
    """Whoever is signed in may find anybody by name: so everybody is told."""
    changed = _get(tx, user)
    tx.tell(ToEverybody(ProfileChanged(changed.profile)))
    return changed


def _get(tx: Transaction, user: int) -> User:
    found = tx.users.find(user)
    if found is None:
        raise NoSuchUser
    return found
