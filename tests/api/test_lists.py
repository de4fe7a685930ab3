"""The lists of the desk over HTTP, and as files that spreadsheet programs open."""

import csv
import io

import pytest

from deskchat.domain import rooms
from deskchat.domain.errors import Invalid, NoSuchRoom, NotSignedIn
from deskchat.http import lists
from tests.api.browser import API, Browser, assert_ok, assert_refused
from tests.browser.office import say
from tests.serving import Serving

ALL = ("rooms", "messages", "profiles")
FILES = {"rooms": "chat-room-list", "messages": "chat-message-list", "profiles": "chat-profile-report"}


def table(browser: Browser, which: str, **asked: str | int) -> list[list[str]]:
    response = browser.get(f"{API}/lists/{which}.csv", params=asked)
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    assert response.headers["content-disposition"] == f'attachment; filename="{FILES[which]}.csv"'
    assert response.content.startswith(b"\xef\xbb\xbf")
    return [*csv.reader(io.StringIO(response.content.decode("utf-8-sig"), newline=""))]


def test_a_page_of_each_list_says_how_many_there_are(serving: Serving) -> None:
    people = serving.people
    say(serving, people.bela, people.group, "The pump is here.", "So is the valve.")
    with Browser(serving, people.asha) as asha:
        found = assert_ok(asha.get(f"{API}/lists/rooms", params={"unread": "true"}))
        assert ([room["name"] for room in found["rooms"]], found["total"]) == (["Launch"], 1)
        found = assert_ok(asha.get(f"{API}/lists/messages", params={"size": 1}))
        assert [hit["message"]["text"] for hit in found["hits"]] == ["So is the valve."]
        assert (found["total"], found["beyond"], found["previous"]) == (2, False, None)
        assert [profile["name"] for profile in found["people"]] == ["Bela Kovács"]
        following = assert_ok(asha.get(f"{API}/lists/messages", params={"size": 1, "after": found["next"]}))
        assert [hit["message"]["text"] for hit in following["hits"]] == ["The pump is here."]
        found = assert_ok(asha.get(f"{API}/lists/profiles", params={"sort": "rooms", "order": "descending"}))
        assert found["total"] == 6
        assert found["rows"][1] == {
            "profile": {"id": people.bela.id, "name": "Bela Kovács", "active": True},
            "last_seen": None,
            "rooms": 2,
            "state": "offline",
        }


def test_the_profiles_say_who_is_here(serving: Serving) -> None:
    people = serving.people
    with Browser(serving, people.asha) as asha, Browser(serving, people.bela) as bela:
        assert_ok(bela.post(f"{API}/connections"), 201)
        found = assert_ok(asha.get(f"{API}/lists/profiles"))
        states = {row["profile"]["name"]: row["state"] for row in found["rows"]}
        assert states.pop("Bela Kovács") == "online"
        assert set(states.values()) == {"offline"}
        assert table(asha, "profiles", name="bel")[1][:2] == ["Bela Kovács", "Online"]


def test_files_hold_what_the_lists_hold_and_nothing_that_is_taken_for_a_formula(serving: Serving) -> None:
    people = serving.people
    tricks = ["=1+1", "+1", "-1", "@SUM(A1)", '"quoted", and\nmore', "plain = text"]
    say(serving, people.bela, people.direct, *tricks)
    serving.do(lambda tx: rooms.create_group(tx, people.asha.id, "k", "=cmd|' /C calc'!A0", []))
    with Browser(serving, people.asha) as asha:
        heading, *rows = table(asha, "messages", order="oldest")
        assert heading == ["Sent (UTC)", "Author", "Room", "Message", "Edited (UTC)"]
        assert [row[3] for row in rows] == [
            "'=1+1",
            "'+1",
            "'-1",
            "'@SUM(A1)",
            '"quoted", and\nmore',
            "plain = text",
        ]
        assert {(row[1], row[2], row[4]) for row in rows} == {("Bela Kovács", "Bela Kovács", "")}
        heading, *rows = table(asha, "rooms", sort="name", order="ascending")
        assert heading == ["Room", "Type", "Members", "Messages", "Last message (UTC)", "Unread"]
        assert [(row[0], row[1], row[2], row[3], row[5]) for row in rows] == [
            ("Bela Kovács", "Direct", "2", "6", "6"),
            ("'=cmd|' /C calc'!A0", "Group", "1", "0", "0"),
            ("Launch", "Group", "5", "0", "0"),
        ]
        heading, *rows = table(asha, "profiles", name="bel")
        assert (heading, rows) == (
            ["Name", "Status", "Last here (UTC)", "Rooms shared"],
            [["Bela Kovács", "Offline", "", "2"]],
        )


def test_a_file_is_read_page_by_page_to_its_end(serving: Serving, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "LARGEST_EXPORT_PAGE", 2)
    people = serving.people
    texts = [f"pump {number}" for number in range(7)]
    say(serving, people.bela, people.group, *texts)
    with Browser(serving, people.asha) as asha:
        assert [row[3] for row in table(asha, "messages")[1:]] == texts[::-1]
        assert [row[3] for row in table(asha, "messages", text="pump", order="oldest")[1:]] == texts
        assert len(table(asha, "profiles")) == 1 + 6
        for name in ALL:
            assert len(table(asha, name)) == len(
                table(asha, name, **({} if name == "profiles" else {"size": 1}))
            )


def test_who_is_in_no_room_lists_nothing_but_people(serving: Serving) -> None:
    people = serving.people
    say(serving, people.bela, people.group, "The pump is here.")
    with Browser(serving, people.mallory) as mallory:
        assert assert_ok(mallory.get(f"{API}/lists/rooms")) == {"rooms": [], "total": 0}
        found = assert_ok(mallory.get(f"{API}/lists/messages", params={"author": people.bela.id}))
        assert (found["hits"], found["people"], found["total"], found["next"]) == ([], [], 0, None)
        for name in ("rooms", "messages"):
            assert len(table(mallory, name)) == 1
        for path in ("messages", "messages.csv"):
            for room in (people.group, 1):
                refused = mallory.get(f"{API}/lists/{path}", params={"room": room})
                assert_refused(refused, NoSuchRoom)


def test_nobody_else_lists_anything(stranger: Browser) -> None:
    for name in ALL:
        assert_refused(stranger.get(f"{API}/lists/{name}"), NotSignedIn)
        assert_refused(stranger.get(f"{API}/lists/{name}.csv"), NotSignedIn)


@pytest.mark.parametrize(
    "asked",
    [
        "rooms?sort=colour",
        "rooms?order=up",
        "rooms?kind=public",
        "rooms?page=0",
        "rooms?size=101",
        "rooms?unread=perhaps",
        "rooms?member=0",
        f"rooms?name={'x' * 81}",
        "messages?order=ascending",
        "messages?after=x",
        "messages?after=1-2",
        "messages?after=12",
        "messages?text=pump&after=1-2-3",
        "messages?after=1-2-3&before=1-2-3",
        "messages?since=-1",
        "messages?until=soon",
        f"messages?text={'x' * 201}",
        "messages.csv?room=0",
        "profiles?sort=email",
        "profiles?page=none",
    ],
)
def test_a_question_that_makes_no_sense_is_refused(asha: Browser, asked: str) -> None:
    assert_refused(asha.get(f"{API}/lists/{asked}"), Invalid)
