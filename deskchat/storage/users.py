"""Users, and the words of their names."""

from collections.abc import Mapping, Sequence

import msgspec
from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    bindparam,
    delete,
    func,
    insert,
    select,
    true,
    update,
)

from deskchat.domain.preferences import DEFAULTS, Preferences
from deskchat.domain.search import name_words
from deskchat.domain.users import Profile, Role, User
from deskchat.storage.prepared import Prepared
from deskchat.storage.schema import name_word, user
from deskchat.storage.updates import Updates
from deskchat.storage.wanted import IDS, wanting

PROFILE = (user.c.id, user.c.name, user.c.active)
USER = (user.c.id, user.c.name, user.c.email, user.c.role, user.c.active, user.c.created)

# After every word that begins with something: no text holds a higher character.
_AFTER_ALL = "\U0010ffff"

_FIND = select(*USER).where(user.c.id == bindparam("user"))
_FIND_BY_EMAIL = select(*USER).where(user.c.email == bindparam("email"))
_FIND_PASSWORD = select(*USER, user.c.password_hash).where(user.c.email == bindparam("email"))
_LIST_ALL = select(*USER).order_by(user.c.folded_name, user.c.id)
_LIST_PROFILES = Prepared(select(*PROFILE).where(user.c.id.in_(IDS)))
FIND_PROFILES = select(*PROFILE).where(user.c.active == true()).order_by(user.c.folded_name, user.c.id)
_COUNT_ACTIVE_OWNERS = (
    select(func.count()).select_from(user).where(user.c.role == "owner", user.c.active == true())
)
_ADD = insert(user)
_UPDATE = update(user).where(user.c.id == bindparam("user"))
_SET_NAME = _UPDATE.values(name=bindparam("new"))
_SET_ROLE = _UPDATE.values(role=bindparam("new"))
_SET_ACTIVE = _UPDATE.values(active=bindparam("new"))
_SET_PASSWORD = _UPDATE.values(password_hash=bindparam("new"))
_SET_LAST_SEEN = _UPDATE.values(last_seen=bindparam("new"))
_SET_FOLDED_NAME = _UPDATE.values(folded_name=bindparam("new"))
_GET_PREFERENCES = select(user.c.preferences).where(user.c.id == bindparam("user"))
_SET_PREFERENCES = _UPDATE.values(preferences=bindparam("new"))
_GET_CHANGES = select(user.c.changes).where(user.c.id == bindparam("user"))
_COUNT_CHANGE = _UPDATE.values(changes=user.c.changes + 1).returning(user.c.changes)
_CHANGES = select(user.c.id, user.c.changes).where(user.c.id.in_(IDS))
_FIND_CHANGES = Prepared(_CHANGES)
_LOCK_CHANGES = Prepared(_CHANGES.order_by(user.c.id).with_for_update())
_SET_CHANGES = Updates(user, by=[user.c.id], to=[user.c.changes])
_ADD_WORDS = insert(name_word)
_REMOVE_WORDS = delete(name_word).where(name_word.c.user_id == bindparam("user"))


_DEFAULTS: dict[str, object] = msgspec.to_builtins(DEFAULTS)


class Users:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, user: User, password_hash: str) -> None:
        self._connection.execute(
            _ADD,
            {
                "id": user.id,
                "name": user.name,
                "folded_name": "",
                "email": user.email,
                "role": user.role,
                "active": user.active,
                "password_hash": password_hash,
                "preferences": "{}",
                "changes": 0,
                "created": user.created,
            },
        )
        fold_name(self._connection, user.id, user.name)

    def find(self, user: int) -> User | None:
        row = self._connection.execute(_FIND, {"user": user}).one_or_none()
        return User(*row) if row else None

    def find_by_email(self, email: str) -> User | None:
        row = self._connection.execute(_FIND_BY_EMAIL, {"email": email}).one_or_none()
        return User(*row) if row else None

    def find_password(self, email: str) -> tuple[User, str] | None:
        row = self._connection.execute(_FIND_PASSWORD, {"email": email}).one_or_none()
        return (User(*row[:-1]), row.password_hash) if row else None

    def list_all(self) -> list[User]:
        return [User(*row) for row in self._connection.execute(_LIST_ALL)]

    def list_profiles(self, users: Sequence[int]) -> list[Profile]:
        rows = _LIST_PROFILES.fetch(self._connection, wanting([(id_,) for id_ in users]))
        # SQLite has no truth, only numbers.
        found = {id_: Profile(id_, name, bool(active)) for id_, name, active in rows}
        return [found[user] for user in users if user in found]

    def find_profiles(self, name: str, limit: int) -> list[Profile]:
        wanted = FIND_PROFILES.where(*having_words(name)).limit(limit)
        return [Profile(*row) for row in self._connection.execute(wanted)]

    def count_active_owners(self) -> int:
        return self._connection.execute(_COUNT_ACTIVE_OWNERS).scalar_one()

    def rename(self, user: int, name: str) -> None:
        self._connection.execute(_SET_NAME, {"user": user, "new": name})
        fold_name(self._connection, user, name)

    def set_role(self, user: int, role: Role) -> None:
        self._connection.execute(_SET_ROLE, {"user": user, "new": role})

    def set_active(self, user: int, active: bool) -> None:
        self._connection.execute(_SET_ACTIVE, {"user": user, "new": active})

    def set_password(self, user: int, password_hash: str) -> None:
        self._connection.execute(_SET_PASSWORD, {"user": user, "new": password_hash})

    def get_preferences(self, user: int) -> Preferences:
        kept = self._connection.execute(_GET_PREFERENCES, {"user": user}).scalar_one()
        return msgspec.convert({**_DEFAULTS, **msgspec.json.decode(kept)}, Preferences)

    def set_preferences(self, user: int, preferences: Preferences) -> None:
        wanted: dict[str, object] = msgspec.to_builtins(preferences)
        kept = {name: value for name, value in wanted.items() if value != _DEFAULTS[name]}
        asked = {"user": user, "new": msgspec.json.encode(kept).decode()}
        self._connection.execute(_SET_PREFERENCES, asked)

    def set_last_seen(self, user: int, at: int) -> None:
        self._connection.execute(_SET_LAST_SEEN, {"user": user, "new": at})

    def get_changes(self, user: int) -> int:
        return int(self._connection.execute(_GET_CHANGES, {"user": user}).scalar_one())

    def find_changes(self, users: Sequence[int]) -> dict[int, int]:
        return dict(_FIND_CHANGES.fetch(self._connection, wanting([(user,) for user in users])))

    def count_change(self, user: int) -> int:
        return int(self._connection.execute(_COUNT_CHANGE, {"user": user}).scalar_one())

    def count_changes(self, counts: Mapping[int, int]) -> dict[int, list[int]]:
        rows = _LOCK_CHANGES.fetch(self._connection, wanting([(user,) for user in counts]))
        next_ = {user: [changes + 1 + more for more in range(counts[user])] for user, changes in rows}
        _SET_CHANGES.make(self._connection, [(user, changes[-1]) for user, changes in next_.items()])
        return next_


def fold(name: str) -> str:
    """A name as it is kept beside the one that is shown."""
    return " ".join(name_words(name))


def fold_name(connection: Connection, user: int, name: str) -> None:
    """Keeps by which words a user is found and listed."""
    words = name_words(name)
    connection.execute(_SET_FOLDED_NAME, {"user": user, "new": fold(name)})
    connection.execute(_REMOVE_WORDS, {"user": user})
    connection.execute(_ADD_WORDS, [{"word": word, "user_id": user} for word in set(words)])


def having_words(name: str) -> list[ColumnElement[bool]]:
    """Conditions: each of these words begins a word of the user's name."""
    return [user.c.id.in_(_having_word(word)) for word in name_words(name)]


def _having_word(beginning: str) -> Select[int]:
    return select(name_word.c.user_id).where(
        name_word.c.word >= beginning, name_word.c.word < beginning + _AFTER_ALL
    )
