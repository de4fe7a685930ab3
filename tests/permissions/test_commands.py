"""Every command by each of six people, by socket and by long polling."""

from __future__ import annotations

import asyncio
import json
from threading import Event

import msgspec
import pytest

from deskchat.domain.ports import Transaction
from deskchat.realtime.frames import Command, CommandRefused, Ok, Post, decode_command
from tests.permissions.cells import UNKNOWN, Cell, list_cells, together
from tests.permissions.links import Link, NotLetIn, connect
from tests.permissions.matrix import COMMANDS, OUT, ROUTES, Who
from tests.permissions.office import Names, Office
from tests.serving import ENOUGH, Serving
from tests.socket.tab import Tab, encode, is_reply

CELLS = list_cells(COMMANDS)
LET_IN = [cell for cell in CELLS if cell.answer != OUT]
OUTSIDE = [cell for cell in LET_IN if cell.who not in (Who.MEMBER, Who.OWNER) and "room" in cell.names]
INSIDE = [cell for cell in LET_IN if cell.who in (Who.MEMBER, Who.OWNER) and "room" in cell.names]
HANDSHAKES = [cell for cell in list_cells(ROUTES) if cell.row.startswith("SOCKET")]


async def ask(tab: Tab, cell: Cell, names: Names) -> tuple[str, bytes]:
    """The answer as the matrix says it, and the whole reply but for its `ref`."""
    reply = await tab.ask(lambda ref: command_of(cell, names, ref))
    said = "ok" if isinstance(reply, Ok) else f"{reply.status} {reply.code}"
    return said, msgspec.json.encode(msgspec.structs.replace(reply, ref=0))


def command_of(cell: Cell, names: Names, ref: int) -> Command:
    do, fields = cell.filled(names).split(maxsplit=1)
    command: Command = decode_command(json.dumps({"do": do, "ref": ref, **json.loads(fields)}))
    return command


async def enter(serving: Serving, link: Link, office: Office, who: Who) -> str:
    try:
        async with connect(serving, link, None if who is Who.ANONYMOUS else office.person(who)):
            return "101"
    except NotLetIn as refused:
        return str(refused)


@pytest.mark.parametrize("link", Link)
@pytest.mark.parametrize("cell", HANDSHAKES, ids=str)
async def test_who_may_connect_does(serving: Serving, quiet_office: Office, link: Link, cell: Cell) -> None:
    assert await enter(serving, link, quiet_office, cell.who) == cell.answer


async def test_who_may_not_connect_commands_nothing() -> None:
    """So the cells of the commands say no more than those of the handshake."""
    out = {cell.who for cell in HANDSHAKES if cell.refused}
    assert {cell.who for cell in CELLS if cell.answer == OUT} == out
    assert {cell.answer for cell in CELLS if cell.who in out} == {OUT}


def who_of(cell: Cell) -> str:
    return cell.who


def changes_nothing(cell: Cell) -> bool:
    return cell.row.startswith(("typing", "watch", "attend", "resume", "ping"))


@pytest.mark.parametrize("link", Link)
@together([cell for cell in LET_IN if not cell.refused and changes_nothing(cell)], by=who_of)
async def test_who_may_say_what_is_not_kept_is_let_and_nothing_changes(
    serving: Serving, quiet_office: Office, as_it_was: object, link: Link, cells: list[Cell]
) -> None:
    who = cells[0].who
    async with connect(serving, link, quiet_office.person(who)) as tab:
        for cell in cells:
            answer, _ = await ask(tab, cell, quiet_office.names(who))
            assert answer == cell.answer, cell
    assert await asyncio.to_thread(serving.do, quiet_office.as_kept) == as_it_was


@pytest.mark.parametrize("link", Link)
@pytest.mark.parametrize(
    "cell", [cell for cell in LET_IN if not cell.refused and not changes_nothing(cell)], ids=str
)
async def test_who_may_is_let(serving: Serving, office: Office, link: Link, cell: Cell) -> None:
    async with connect(serving, link, office.person(cell.who)) as tab:
        answer, _ = await ask(tab, cell, office.names(cell.who))
    assert answer == cell.answer


@pytest.mark.parametrize("link", Link)
@together([cell for cell in LET_IN if cell.refused], by=who_of)
async def test_who_may_not_is_refused_and_nothing_changes(
    serving: Serving, quiet_office: Office, as_it_was: object, link: Link, cells: list[Cell]
) -> None:
    who = cells[0].who
    async with connect(serving, link, quiet_office.person(who)) as tab:
        for cell in cells:
            answer, _ = await ask(tab, cell, quiet_office.names(who))
            assert answer == cell.answer, cell
            assert await asyncio.to_thread(serving.do, quiet_office.as_kept) == as_it_was


@pytest.mark.parametrize("link", Link)
@together(OUTSIDE, by=who_of)
async def test_what_is_not_ones_own_looks_like_what_never_was(
    serving: Serving, quiet_office: Office, link: Link, cells: list[Cell]
) -> None:
    who = cells[0].who
    names = quiet_office.names(who)
    async with connect(serving, link, quiet_office.person(who)) as tab:
        for cell in cells:
            there = await ask(tab, cell, names)
            never = await ask(tab, cell, {**names, **UNKNOWN})
            assert there == never, cell


@pytest.mark.parametrize("link", Link)
@together(INSIDE, by=who_of)
async def test_the_room_of_two_others_looks_like_none_even_to_who_owns_everything(
    serving: Serving, quiet_office: Office, link: Link, cells: list[Cell]
) -> None:
    who = cells[0].who
    names = quiet_office.names(who)
    async with connect(serving, link, quiet_office.person(who)) as tab:
        for cell in cells:
            there = await ask(tab, cell, {**names, "room": quiet_office.hidden})
            never = await ask(tab, cell, {**names, "room": UNKNOWN["room"]})
            assert there == never, cell
            assert there[0] == ("ok" if cell.row.startswith(("resume", "watch")) else "404 no-such-room")


@pytest.mark.parametrize("link", Link)
async def test_who_is_removed_while_what_they_sent_still_waits_is_refused(
    serving: Serving, unsettled_office: Office, link: Link
) -> None:
    """The rule is asked where the message is kept, not where it comes in."""
    store, held, go_on = serving.parts.store, Event(), Event()

    def hold_the_writer(_: Transaction) -> None:
        held.set()
        go_on.wait(ENOUGH)

    async def settle_later() -> None:
        await asyncio.gather(store.write(0, hold_the_writer), store.write(0, unsettled_office.settle))

    async with connect(serving, link, unsettled_office.chidi) as tab:
        settling = asyncio.create_task(asyncio.to_thread(serving.run, settle_later))
        await asyncio.to_thread(held.wait, ENOUGH)
        late = Post(ref=0, room=unsettled_office.room, key="late", text="Am I late?")
        await tab.connection.send(encode(late).decode())
        await tab.ping()
        go_on.set()
        reply = await tab.see_where(lambda frame: is_reply(frame, 0))
        await settling
    assert isinstance(reply, CommandRefused)
    assert reply.code == "no-such-room"
