"""A throwaway workspace: five people of a pump maker, their rooms, and what they wrote in them (`demo_history`)."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from litestar import MediaType, Request, Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import JSONBody
from msgspec import Struct

from deskchat.demo_history import CHATS, ORGANISATION, PEOPLE, Chat, Said
from deskchat.domain import messages, reading, rooms, users
from deskchat.domain.errors import NoSuchLink
from deskchat.domain.ports import Store, Transaction
from deskchat.domain.sessions import new_token
from deskchat.http.auth import session_cookie
from deskchat.http.parts import Parts, get_parts
from deskchat.http.routing import route
from deskchat.http.sessions import SessionView, describe, start_session

ALL_SAID_BY = timedelta(hours=9, minutes=20)
"""The time of day by which the last word of the history has been written."""

DAY = timedelta(days=1)


class Person(Struct, frozen=True):
    """`link` signs in whoever opens it, as long as the demo runs."""

    name: str
    email: str
    password: str
    link: str


class Ready(Struct, frozen=True):
    """What `deskchat demo --json` says once it serves."""

    url: str
    people: list[Person]


class Entry(Struct, frozen=True, forbid_unknown_fields=True):
    token: str


class Clock:
    """Stands at the moment of the history that is being written; afterwards it goes as the real one."""

    def __init__(self, real: Callable[[], int]) -> None:
        self.real = real
        self.stands_at: int | None = None

    def __call__(self) -> int:
        return self.real() if self.stands_at is None else self.stands_at


class Demo:
    """One demo: its clock, its people, and the links by which they come in."""

    def __init__(self, real_clock: Callable[[], int]) -> None:
        self.clock = Clock(real_clock)
        self._today = _last_working_day(datetime.fromtimestamp(real_clock() / 1000, UTC).astimezone())
        self._users: dict[str, int] = {}
        self._entrances: dict[str, int] = {}

    def routes(self) -> list[HTTPRouteHandler]:
        """Signing in by a link: no other server than a demo has this."""
        return [
            _serve("/demo", MediaType.HTML, _PAGE),
            _serve("/demo.js", "text/javascript", _SCRIPT),
            self._enter(),
        ]

    async def furnish(self, parts: Parts) -> Ready:
        """Writes the history by the domain's own commands, each at its time."""
        self.clock.stands_at = min(self._begin(chat) for chat in CHATS)
        people = [await self._add_person(parts, nick) for nick in PEOPLE]
        chats = [(await self._open(parts.store, chat), chat) for chat in CHATS]
        history = [(self._at(said), room, said) for room, chat in chats for said in chat.said]
        for at, room, said in sorted(history, key=lambda moment: moment[0]):
            await self._say(parts.store, at, room, said)
        for room, chat in chats:
            await parts.store.write(0, partial(self._read, room=room, chat=chat))
        self.clock.stands_at = None
        return Ready(parts.settings.public_url, people)

    async def _add_person(self, parts: Parts, nick: str) -> Person:
        email, password, token = f"{nick.lower()}@halden.example", f"{nick.lower()}-likes-pumps", new_token()
        password_hash = await parts.passwords.hash(password)

        def add(tx: Transaction) -> int:
            tx.organisation.rename(ORGANISATION)
            return users.add(tx, email, PEOPLE[nick], "member" if self._users else "owner", password_hash).id

        self._users[nick] = self._entrances[token] = await parts.store.write(0, add)
        return Person(PEOPLE[nick], email, password, f"{parts.settings.public_url}/demo#{token}")

    async def _open(self, store: Store, chat: Chat) -> int:
        self.clock.stands_at = self._begin(chat)
        first, *others = (self._users[nick] for nick in chat.people)
        if chat.name is None:
            return await store.write(0, lambda tx: rooms.open_direct(tx, first, others[0]))
        name = chat.name
        return await store.write(0, lambda tx: rooms.create_group(tx, first, new_token(), name, others))

    async def _say(self, store: Store, at: int, room: int, said: Said) -> None:
        by = self._users[said.by]
        self.clock.stands_at = at
        text = said.at_first or said.text
        posted = await store.write(0, lambda tx: messages.post(tx, by, room, new_token(), text))
        if said.at_first:
            self.clock.stands_at = at + 40_000
            await store.write(0, lambda tx: messages.edit(tx, by, room, posted.number, said.text))
        if said.deleted:
            self.clock.stands_at = at + 20_000
            await store.write(0, lambda tx: messages.delete(tx, by, room, posted.number))

    def _read(self, tx: Transaction, room: int, chat: Chat) -> None:
        last = tx.rooms.get_head(room).number
        for nick in chat.people:
            reading.read(tx, self._users[nick], room, last - chat.unread.get(nick, 0))

    def _begin(self, chat: Chat) -> int:
        return self._at(chat.said[0]) - 60_000

    def _at(self, said: Said) -> int:
        """Milliseconds since 1970 UTC of a time of a working day, by this machine's time zone."""
        hour, minute = map(int, said.time.split(":"))
        day = _working_days_before(self._today, said.day)
        return int(day.replace(hour=hour, minute=minute).timestamp() * 1000)

    def _enter(self) -> HTTPRouteHandler:
        @route("POST", "/api/v1/demo", anonymous=True, refuses=[NoSuchLink])
        async def enter_demo(request: Request[Any, Any, Any], data: JSONBody[Entry]) -> Response[SessionView]:
            parts, token = get_parts(request), new_token()
            user = self._entrances.get(data.token)
            if user is None:
                raise NoSuchLink
            device = describe(request)
            view = await parts.store.write(user, lambda tx: start_session(tx, user, token, device))
            return Response(view, cookies=[session_cookie(parts.settings, token)])

        return enter_demo


def _last_working_day(now: datetime) -> datetime:
    """Midnight before the last working day on which everything has been said by now."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    day = midnight if now - midnight > ALL_SAID_BY else midnight - DAY
    return next(day for day in _back_from(day) if _is_working_day(day))


def _working_days_before(day: datetime, count: int) -> datetime:
    days = (day for day in _back_from(day) if _is_working_day(day))
    for _ in range(count):
        next(days)
    return next(days)


def _back_from(day: datetime) -> Iterator[datetime]:
    while True:
        yield day
        day -= DAY


def _is_working_day(day: datetime) -> bool:
    return day.weekday() < 5


def _serve(path: str, media_type: str, body: str) -> HTTPRouteHandler:
    @get(path, media_type=media_type, include_in_schema=False)
    async def page() -> str:
        return body

    return page


_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Deskchat demo</title>
<p id="state">Signing in …</p>
<script src="/demo.js"></script>
</html>
"""

_SCRIPT = """
const token = location.hash.slice(1);
history.replaceState(null, "", "/demo");
fetch("/api/v1/demo", {
  method: "POST",
  headers: { "Content-Type": "application/json" },
  body: JSON.stringify({ token }),
}).then((answer) => {
  if (answer.ok) location.replace("/");
  else document.getElementById("state").textContent = "This link is not of this demo.";
});
"""
