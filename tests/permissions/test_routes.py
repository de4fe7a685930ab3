"""Every route by each of six people."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.permissions.cells import (
    UNKNOWN,
    Browser,
    Cell,
    Line,
    all_that_is_told,
    answer_of,
    list_cells,
    together,
)
from tests.permissions.matrix import MADE, NOT_YOU, NOWHERE, ROUTES, Who
from tests.permissions.office import Office
from tests.serving import Serving

OVER_HTTP = [cell for cell in list_cells(ROUTES) if not cell.row.startswith("SOCKET")]
ALLOWED = [cell for cell in OVER_HTTP if not cell.refused]
REFUSED = [cell for cell in OVER_HTTP if cell.refused]
INSIDERS = (Who.MEMBER, Who.OWNER)
OF_THE_FILE = ("POST   /api/v1/backups",)
"""What owners may, unless the database is on a server of its own, whose operator does it."""


def row_of(cell: Cell) -> str:
    return cell.row


def changes_nothing(cell: Cell) -> bool:
    """Nothing that is kept: connections are not."""
    return cell.row.startswith(("GET", "HEAD", "POST   /api/v1/links/look", "POST   /api/v1/connections"))


def be_let(serving: Serving, browser: Browser, office: Office, cell: Cell) -> None:
    if "own_connection" in cell.names:
        office = replace(
            office, connections={"own_connection": browser.open_connection(office.person(cell.who))}
        )
    response = browser.send(office, cell.who, cell.about(office.names(cell.who)))
    is_elsewhere = cell.row in OF_THE_FILE and serving.parts.settings.database
    assert answer_of(response) == (NOT_YOU if is_elsewhere else cell.answer), (cell, response.text)


@together([cell for cell in ALLOWED if changes_nothing(cell)], by=row_of)
def test_who_may_look_is_let_and_nothing_changes(
    serving: Serving, browser: Browser, quiet_office: Office, as_it_was: object, cells: list[Cell]
) -> None:
    for cell in cells:
        be_let(serving, browser, quiet_office, cell)
    assert serving.do(quiet_office.as_kept) == as_it_was


@pytest.mark.parametrize("cell", [cell for cell in ALLOWED if not changes_nothing(cell)], ids=str)
def test_who_may_is_let(serving: Serving, browser: Browser, office: Office, cell: Cell) -> None:
    be_let(serving, browser, office, cell)


@together(REFUSED, by=row_of)
def test_who_may_not_is_refused_and_nothing_changes(
    serving: Serving, browser: Browser, quiet_office: Office, as_it_was: object, cells: list[Cell]
) -> None:
    for cell in cells:
        response = browser.send(quiet_office, cell.who, cell.about(quiet_office.names(cell.who)))
        assert answer_of(response) == cell.answer, (cell, response.text)
    assert serving.do(quiet_office.as_kept) == as_it_was


CHANGING = [cell for cell in OVER_HTTP if cell.who is Who.OWNER and not cell.row.startswith(("GET", "HEAD"))]


@pytest.mark.parametrize("cell", CHANGING, ids=str)
def test_another_sites_page_changes_nothing_not_even_with_the_owners_cookie(
    serving: Serving, browser: Browser, quiet_office: Office, as_it_was: object, cell: Cell
) -> None:
    line = cell.about(quiet_office.names(cell.who))
    response = browser.send(quiet_office, cell.who, line, {"Origin": "https://evil.example"})
    assert answer_of(response) == "403 foreign-origin"
    assert serving.do(quiet_office.as_kept) == as_it_was


# Outsiders learn nothing


def is_outside(cell: Cell) -> bool:
    """Whether what it names is not theirs to know of."""
    return not (cell.who in INSIDERS and "room" in cell.names) and any(name in UNKNOWN for name in cell.names)


@together([cell for cell in REFUSED if is_outside(cell)], by=row_of)
def test_what_is_not_ones_own_looks_like_what_never_was(
    serving: Serving, browser: Browser, quiet_office: Office, cells: list[Cell]
) -> None:
    for cell in cells:
        names = quiet_office.names(cell.who)
        there = browser.send(quiet_office, cell.who, cell.about(names))
        never = browser.send(quiet_office, cell.who, cell.about({**names, **UNKNOWN}))
        assert all_that_is_told(there) == all_that_is_told(never), cell


IN_A_ROOM = [
    cell for cell in OVER_HTTP if cell.who in INSIDERS and "room" in cell.names and "/api/" in cell.row
]


@together(IN_A_ROOM, by=row_of)
def test_the_room_of_two_others_looks_like_none_even_to_who_owns_everything(
    serving: Serving, browser: Browser, quiet_office: Office, cells: list[Cell]
) -> None:
    for cell in cells:
        names = quiet_office.names(cell.who)
        there = browser.send(quiet_office, cell.who, cell.about({**names, "room": quiet_office.hidden}))
        assert answer_of(there) == NOWHERE, cell
        never = browser.send(quiet_office, cell.who, cell.about({**names, "room": UNKNOWN["room"]}))
        assert all_that_is_told(there) == all_that_is_told(never), cell


def test_the_key_of_a_group_tells_its_founder_nothing_once_she_is_out(
    serving: Serving, browser: Browser, office: Office
) -> None:
    bela, dana = office.bela.user.id, office.dana.user.id
    found = Line(
        "POST", "/api/v1/rooms", f'{{"kind": "group", "key": "k", "name": "Trip", "users": [{dana}]}}'
    )
    made = browser.send(office, Who.MEMBER, found)
    assert answer_of(made) == MADE
    serving.do(lambda tx: tx.rooms.remove_member(made.json()["id"], bela))
    assert answer_of(browser.send(office, Who.MEMBER, found)) == NOWHERE
