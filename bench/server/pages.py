"""What is read: pages, lists and searches over HTTP, what was missed and the rooms at the beginning over the socket."""

from __future__ import annotations

from collections.abc import Sequence
from http.client import HTTPConnection
from pathlib import Path
from random import Random
from typing import TypeVar
from urllib.parse import parse_qs, urlencode, urlsplit

import msgspec

from bench.server import bare
from bench.server.bench import Bench
from bench.server.history import ROOMS, History, write
from bench.server.load import Plan, Result, run
from bench.server.report import Figure, Reference, Wrong, at_least, at_most
from bench.server.serving import Running, deskchat
from bench.server.workspace import Person
from deskchat.domain.lists import MessageList
from deskchat.domain.messages import Page
from deskchat.domain.rooms import Rooms
from deskchat.domain.search import Found

T = TypeVar("T")

MESSAGES = 10_000
CLIENTS = 16
MISSED = 1_000
_VISITS = 60
_PLACES = 64
"""Pages at so many places of a room."""


def measure(bench: Bench) -> None:
    with bench.folder() as folder:
        history = write(folder, MESSAGES)
        with deskchat(folder) as server:
            pages = Pages(bench, server, history, folder)
            latest = pages.read_latest(CLIENTS)
            missed = pages.catch_up()
            opened = pages.open()
        bare_pages = bare.measure("pages", folder, bench.seconds, history.first.id)
    rate = latest["answers"] / latest["seconds"]
    cost = latest["cpu"] / latest["answers"] * 1e6
    bench.report.add(
        Figure(
            "reading",
            f"latest 50 messages over HTTP, {CLIENTS} clients",
            rate,
            "/s",
            Reference("bare query", bare_pages),
            at_least(4_000),
            f"{cost:.0f} µs CPU each, p50 {latest['taken_p50']:.1f} ms, p99 {latest['taken_p99']:.1f} ms,"
            f" load busy {latest['load'] * 100:.0f} %",
        )
    )
    bench.report.add(_time(f"catching up with {MISSED:,} missed messages", missed, 30))
    bench.report.add(_time(f"connecting until {ROOMS} rooms are there", opened, 20))


def _time(name: str, result: Result, most: float) -> Figure:
    cost = result["cpu"] / _VISITS * 1e3
    more = f"p99 {result['taken_p99']:.1f} ms, {cost:.1f} ms CPU each"
    return Figure("reading", name, result["taken_p50"], "ms", aim=at_most(most), more=more)


class Pages:
    """What is asked of one server. Each answer was looked at before, and must come again as it was."""

    def __init__(self, bench: Bench, server: Running, history: History, folder: Path) -> None:
        self._bench = bench
        self._server = server
        self._history = history
        self._folder = folder

    def read_latest(self, clients: int = 1) -> Result:
        path = f"/api/v1/rooms/{self._history.first.id}/messages?limit=50"
        return self._ask(self._history.everywhere, [path], Page, clients)

    def read_anywhere(self) -> Result:
        dice = Random(1)
        places = [dice.randrange(51, self._history.heads[0]) for _ in range(_PLACES)]
        room = self._history.first.id
        paths = [f"/api/v1/rooms/{room}/messages?limit=50&before={place}" for place in places]
        return self._ask(self._history.everywhere, paths, Page)

    def list_rooms(self) -> Result:
        return self._ask(self._history.everywhere, ["/api/v1/rooms"], Rooms)

    def list_messages(self) -> Result:
        return self._ask(self._history.everywhere, ["/api/v1/lists/messages?size=50"], MessageList)

    def search(self, word: str, by: Person) -> Result:
        return self._ask(by, [f"/api/v1/search?{urlencode({'q': word})}"], Found)

    def catch_up(self) -> Result:
        plan = Plan([self._server])
        first = self._history.first
        plan.say("room", first.id, first.seq - MISSED)
        plan.add_member(self._history.everywhere, [0])
        plan.say("missed", MISSED)
        plan.say("repeat", _VISITS)
        return run(self._bench.programs.load, "resume", plan)

    def open(self) -> Result:
        plan = Plan([self._server])
        rooms = [plan.add_room(room) for room in self._history.rooms]
        plan.add_member(self._history.everywhere, rooms)
        plan.say("repeat", _VISITS)
        return run(self._bench.programs.load, "visit", plan)

    def _ask(self, by: Person, paths: Sequence[str], shape: type[T], clients: int = 1) -> Result:
        plan = Plan([self._server])
        for _ in range(clients):
            plan.add_member(by, [])
        for number, path in enumerate(paths):
            answer = self._folder / f"answer-{number}"
            answer.write_bytes(self._get(by, path, shape))
            plan.say("get", path, answer)
        plan.say("seconds", self._bench.seconds)
        plan.say("warm", 0.3)
        return run(self._bench.programs.load, "ask", plan)

    def _get(self, by: Person, path: str, shape: type[T]) -> bytes:
        connection = HTTPConnection("127.0.0.1", self._server.port)
        connection.request("GET", path, headers={"Cookie": by.cookie})
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        if answer.status != 200:
            raise Wrong(f"{path} is answered with {answer.status}: {body.decode()}")
        _check(msgspec.json.decode(body, type=shape), path)
        return body


def _check(found: object, path: str) -> None:
    """Whether it is as much as it should be."""
    match found:
        case Page(messages=messages):
            right = len(messages) == 50 and [one.number for one in messages] == list(
                range(messages[0].number, messages[0].number + 50)
            )
        case Rooms(rooms=rooms):
            right = len(rooms) == ROOMS
        case MessageList(hits=hits):
            right = len(hits) == 50
        case Found(hits=hits):
            (word,) = parse_qs(urlsplit(path).query)["q"]
            right = bool(hits) and all(word in hit.message.text.casefold() for hit in hits)
        case _:
            right = False
    if not right:
        raise Wrong(f"{path} is answered with something else")
