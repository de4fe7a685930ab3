"""An office of its own for every cell of the matrix that changes something, on a server that they share: no cell feels
what another did.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from msgspec.structs import replace

from deskchat.domain import events, links, messages, reading, rooms, sessions, users
from deskchat.domain.ids import new_id
from deskchat.domain.links import Link
from deskchat.domain.ports import Transaction
from deskchat.domain.sessions import DAY, new_token
from deskchat.domain.users import User
from deskchat.http.auth import cookie_name
from tests.permissions.matrix import Who
from tests.serving import PASSWORD, Serving

Names = Mapping[str, object]
"""What the `$names` of a row stand for."""


@dataclass(frozen=True)
class Person:
    """`token`: of the session that a browser of theirs holds. `message`: the number of what they wrote in the room."""

    user: User
    token: str
    session: int
    message: int
    reset_token: str


@dataclass(frozen=True)
class Office:
    """Asha owns all of it, Bela and Dana are in the room, Chidi was, Emre is deactivated, Mallory never was in it."""

    asha: Person
    bela: Person
    chidi: Person
    dana: Person
    emre: Person
    mallory: Person
    room: int
    """What the matrix is about."""
    hidden: int
    """Dana and Emre: a room of neither member nor owner of the other one."""
    canteen: int
    """Everybody is in it, Mallory too."""
    invitation: int
    tokens: Names
    """Of links."""
    connections: Names = field(default_factory=dict)

    @property
    def people(self) -> list[Person]:
        return [self.asha, self.bela, self.chidi, self.dana, self.emre, self.mallory]

    def person(self, who: Who) -> Person:
        """The anonymous one tries what Mallory would."""
        return {
            Who.ANONYMOUS: self.mallory,
            Who.NON_MEMBER: self.mallory,
            Who.FORMER: self.chidi,
            Who.MEMBER: self.bela,
            Who.OWNER: self.asha,
            Who.DEACTIVATED: self.emre,
        }[who]

    def names(self, who: Who) -> Names:
        one = self.person(who)
        return {
            "room": self.room,
            "oneself": one.user.id,
            "colleague": self.dana.user.id,
            "inactive": self.emre.user.id,
            "stranger": self.mallory.user.id,
            "own_message": one.message,
            "others_message": self.dana.message,
            "own_session": one.session,
            "others_session": self.dana.session,
            "invitation": self.invitation,
            "email": one.user.email if who is not Who.ANONYMOUS else "nobody@example.com",
            "password": PASSWORD,
            "own_reset_token": one.reset_token if who is not Who.ANONYMOUS else "guessed",
            "reset_token": self.dana.reset_token,
            **self.tokens,
            **self.connections,
        }

    def settle(self, tx: Transaction) -> None:
        """Chidi is removed from the room, and Emre deactivated: until now both were as all others."""
        rooms.remove_member(tx, self.asha.user.id, self.room, self.chidi.user.id)
        users.deactivate(tx, self.asha.user.id, self.emre.user.id)

    def as_kept(self, tx: Transaction) -> object:
        """Everything that a request could change."""
        asha = self.asha.user.id
        page = messages.get_page(tx, asha, self.room)
        return (
            page,
            [messages.list_revisions(tx, asha, self.room, message.number) for message in page.messages],
            events.replay(tx, asha, self.room, 0),
            rooms.list_members(tx, asha, self.room, None, rooms.MOST_LISTED),
            tx.organisation.name(),
            [links.get_purpose(tx, str(token)) for token in self.tokens.values()],
            [self._as_kept_of(tx, one) for one in self.people],
        )

    def _as_kept_of(self, tx: Transaction, one: Person) -> object:
        return (
            tx.users.find_password(one.user.email),
            {device.id for device in sessions.list_devices(tx, one.user.id, 0)},
            _without_last_seen(rooms.list_rooms(tx, one.user.id)),
        )


def open_office(serving: Serving) -> Office:
    """Everybody is in and active: `Office.settle` comes after."""
    return serving.do(lambda tx: _Builder(tx, _password_hash(tx, serving)).build())


def cookie(serving: Serving, person: Person) -> dict[str, str]:
    return {"Cookie": f"{cookie_name(serving.parts.settings)}={person.token}"}


def _without_last_seen(told: rooms.Rooms) -> rooms.Rooms:
    """The server notes by itself, sooner or later, that somebody has gone."""
    return replace(told, rooms=[replace(room, last_seen=None) for room in told.rooms])


def _password_hash(tx: Transaction, serving: Serving) -> str:
    found = tx.users.find_password(serving.people.asha.email)
    assert found
    return found[1]


class _Builder:
    def __init__(self, tx: Transaction, password_hash: str) -> None:
        self._tx = tx
        self._hash = password_hash
        self._floor = new_id()

    def build(self) -> Office:
        tx = self._tx
        asha = self._hire("Asha Rao", "owner")
        names = ("Bela Kovács", "Chidi Okafor", "Dana Lindqvist", "Emre Yıldız", "Mallory")
        bela, chidi, dana, emre, mallory = (self._hire(name, "member") for name in names)
        staff = [bela.id, chidi.id, dana.id, emre.id]
        room = rooms.create_group(tx, asha.id, "room", "Launch", staff)
        hidden = rooms.open_direct(tx, dana.id, emre.id)
        messages.post(tx, dana.id, hidden, "hidden", "Between the two of us")
        canteen = rooms.create_group(tx, asha.id, "canteen", "Canteen", [*staff, mallory.id])
        invitation, set_up = new_token(), new_token()
        invited = links.invite(tx, asha.id, f"farah-{self._floor}@example.com", "member", invitation)
        self._leave_set_up_link(set_up)
        return Office(
            asha=self._seat(asha, room),
            bela=self._seat(bela, room),
            chidi=self._seat(chidi, room),
            dana=self._seat(dana, room),
            emre=self._seat(emre, room),
            mallory=self._seat(mallory, None),
            room=room,
            hidden=hidden,
            canteen=canteen,
            invitation=invited.id,
            tokens={"invitation_token": invitation, "set_up_token": set_up},
        )

    def _hire(self, name: str, role: users.Role) -> User:
        email = f"{name.split(maxsplit=1)[0].lower()}-{self._floor}@example.com"
        return users.add(self._tx, email, name, role, self._hash)

    def _seat(self, user: User, room: int | None) -> Person:
        """Somebody signed in, who has written something if they are in the room."""
        token, reset_token, number = new_token(), new_token(), 1
        session = sessions.start(self._tx, user.id, token, "a browser").session
        links.open_reset_as_operator(self._tx, user.id, reset_token)
        if room is not None:
            number = messages.post(self._tx, user.id, room, f"first-{user.id}", "The launch").number
        return Person(user, token, session, number, reset_token)

    def _leave_set_up_link(self, token: str) -> None:
        """One that was made before somebody owned the organisation."""
        link = Link(new_id(), "set-up", "", "owner", self._tx.now + DAY)
        self._tx.links.add(link, sessions.hash_token(token))


Doing = Callable[[Transaction], object]


def everything_that_can_happen(office: Office) -> list[Doing]:
    """In the room, after Chidi and Emre have left it: one after the other."""
    asha, bela, dana = office.asha, office.bela.user.id, office.dana.user.id
    room, owner = office.room, office.asha.user.id
    return [
        lambda tx: messages.post(tx, bela, room, "secret", "The secret"),
        lambda tx: messages.edit(tx, owner, room, asha.message, "The changed secret"),
        lambda tx: messages.delete(tx, owner, room, asha.message),
        lambda tx: reading.read(tx, dana, room, 100),
        lambda tx: reading.mark_unread(tx, dana, room, 1),
        lambda tx: rooms.set_notify(tx, dana, room, "nothing"),
        lambda tx: rooms.remove_member(tx, owner, room, dana),
        lambda tx: rooms.add_members(tx, owner, room, [dana]),
        lambda tx: rooms.rename(tx, owner, room, "The secret name"),
        lambda tx: rooms.change_role(tx, owner, room, bela, "owner"),
        lambda tx: rooms.create_group(tx, owner, "secret", "The secret room", [bela, dana]),
        lambda tx: messages.post(tx, dana, office.hidden, "whispered", "The whispered secret"),
    ]
