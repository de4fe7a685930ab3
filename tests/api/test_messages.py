"""Messages: posting, paging, editing, deleting, reading, catching up, finding."""

from typing import Any

import httpx
import pytest

from deskchat.domain.errors import Invalid, KeyUsed, NoSuchMessage, NoSuchRoom, NotAllowed
from deskchat.domain.sessions import new_token
from tests.api.browser import API, Browser, assert_ok, assert_refused
from tests.serving import Serving

KINDS_OF_CHARACTER = {
    "script": "<script>alert(1)</script>",
    "link": "javascript:alert(1)",
    "half a direction": "right \u202e to left",
    "emoji": "👩‍👩‍👧‍👦",
    "ten scripts": "Ünïcödé Ελλάδα Україна עברית العربية हिन्दी ไทย 中文 日本語 한국어",
    "lines": "first\n\tsecond",
}


@pytest.fixture
def room(shared: Serving, bela: Browser) -> str:
    """A new group of Bela and Asha."""
    new = {"kind": "group", "key": new_token(), "name": "New", "users": [shared.people.asha.id]}
    return f"{API}/rooms/{assert_ok(bela.post(f'{API}/rooms', json=new), 201)['id']}"


def test_messages_are_numbered_from_one_and_shown_in_order(room: str, asha: Browser, bela: Browser) -> None:
    assert [post(asha, room, "one"), post(bela, room, "two"), post(asha, room, "three")] == [1, 2, 3]
    page = assert_ok(bela.get(f"{room}/messages"))
    assert texts(page) == ["one", "two", "three"]
    assert (page["earlier"], page["later"]) == (False, False)
    assert page["seq"] == page["messages"][-1]["changed"]
    assert {person["name"] for person in page["people"]} == {"Asha Rao", "Bela Kovács"}


@pytest.mark.parametrize("text", KINDS_OF_CHARACTER.values(), ids=KINDS_OF_CHARACTER.keys())
def test_text_is_kept_as_it_is(room: str, bela: Browser, text: str) -> None:
    post(bela, room, text)
    assert texts(assert_ok(bela.get(f"{room}/messages"))) == [text]


def test_a_message_of_ten_thousand_characters_is_kept_and_no_longer_one(room: str, bela: Browser) -> None:
    post(bela, room, "🔩" * 10_000)
    refused = send(bela, room, "x" * 10_001)
    assert "10,001" in assert_refused(refused, Invalid)["detail"]


@pytest.mark.parametrize("text", ["", " \n\t ", "\u200b", "a\x00b", "a\x1bb", "a\x7fb", "\r", "\x0b"])
def test_a_message_needs_visible_text_without_controls(room: str, bela: Browser, text: str) -> None:
    assert_refused(send(bela, room, text), Invalid)
    assert texts(assert_ok(bela.get(f"{room}/messages"))) == []


def test_the_same_key_posts_once(room: str, bela: Browser) -> None:
    key = new_token()
    first, second = (assert_ok(send(bela, room, "once", key), 201) for _ in range(2))
    assert first == second
    assert len(texts(assert_ok(bela.get(f"{room}/messages")))) == 1


def test_a_key_is_for_one_text_in_one_room(room: str, shared: Serving, bela: Browser) -> None:
    key = new_token()
    assert_ok(send(bela, room, "here", key), 201)
    assert_refused(send(bela, room, "other words", key), KeyUsed)
    assert_refused(send(bela, f"{API}/rooms/{shared.people.group}", "here", key), KeyUsed)


def test_the_key_of_another_is_free(room: str, asha: Browser, bela: Browser) -> None:
    key = new_token()
    assert_ok(send(bela, room, "Bela's", key), 201)
    assert assert_ok(send(asha, room, "Asha's", key), 201)["number"] == 2


def test_pages_go_back_and_forth(room: str, bela: Browser) -> None:
    for number in range(1, 8):
        post(bela, room, f"m{number}")
    newest = assert_ok(bela.get(f"{room}/messages", params={"limit": 3}))
    assert (texts(newest), newest["earlier"], newest["later"]) == (["m5", "m6", "m7"], True, False)
    earlier = assert_ok(bela.get(f"{room}/messages", params={"before": 5, "limit": 3}))
    assert (texts(earlier), earlier["earlier"], earlier["later"]) == (["m2", "m3", "m4"], True, True)
    later = assert_ok(bela.get(f"{room}/messages", params={"after": 4, "limit": 2}))
    assert texts(later) == ["m5", "m6"]
    first = assert_ok(bela.get(f"{room}/messages", params={"after": 0, "limit": 2}))
    assert (texts(first), first["earlier"], first["later"]) == (["m1", "m2"], False, True)


@pytest.mark.parametrize(
    "asked",
    [
        {"limit": 0},
        {"limit": 101},
        {"limit": -1},
        {"limit": "x"},
        {"before": 0},
        {"before": "9" * 23},
        {"after": 2**53},
        {"before": 1, "after": 1},
        {"before": ""},
        {"after": "1_0"},
        {"before": "١"},
        {"before": " 1"},
    ],
)
def test_a_page_that_makes_no_sense_is_refused(shared: Serving, bela: Browser, asked: dict[str, Any]) -> None:
    assert_refused(bela.get(f"{API}/rooms/{shared.people.group}/messages", params=asked), Invalid)


def test_a_message_is_edited_by_its_author_and_its_earlier_texts_stay(
    room: str, asha: Browser, bela: Browser
) -> None:
    message = f"{room}/messages/{post(bela, room, 'teh first')}"
    edited = assert_ok(bela.patch(message, json={"text": "the first"}))
    assert (edited["text"], edited["edited"] is not None) == ("the first", True)
    assert_ok(bela.patch(message, json={"text": "The first."}))
    assert [one["text"] for one in assert_ok(asha.get(f"{message}/revisions"))] == ["teh first", "the first"]
    assert_refused(asha.patch(message, json={"text": "mine now"}), NotAllowed)
    assert_refused(bela.patch(message, json={"text": ""}), Invalid)


def test_deleting_leaves_a_tombstone_without_text(room: str, asha: Browser, bela: Browser) -> None:
    message = f"{room}/messages/{post(bela, room, 'regrettable')}"
    bela.patch(message, json={"text": "most regrettable"})
    assert_refused(asha.delete(message), NotAllowed)
    tombstone = assert_ok(bela.delete(message))
    assert tombstone["text"] == ""
    assert tombstone["deleted"]
    assert assert_ok(bela.delete(message)) == tombstone
    assert_refused(bela.patch(message, json={"text": "back"}), NoSuchMessage)
    assert assert_ok(asha.get(f"{message}/revisions")) == []
    told = asha.get(f"{room}/messages").text + asha.get(f"{room}/events").text
    assert "regrettable" not in told


def test_a_message_that_is_not_there_is_told_so(room: str, bela: Browser) -> None:
    message = f"{room}/messages/1"
    assert_refused(bela.patch(message, json={"text": "new"}), NoSuchMessage)
    assert_refused(bela.delete(message), NoSuchMessage)
    assert_refused(bela.get(f"{message}/revisions"), NoSuchMessage)


def test_reading_moves_the_mark_up_and_counts_what_is_left(room: str, asha: Browser, bela: Browser) -> None:
    for number in range(3):
        post(bela, room, f"m{number}")
    assert assert_ok(asha.get(room))["unread"] == 3
    assert mark(asha, room, 2) == (2, 1)
    assert mark(asha, room, 1) == (2, 1)
    assert mark(asha, room, 2**53 - 1) == (3, 0)
    assert assert_ok(asha.get(room))["unread"] == 0


@pytest.mark.parametrize("number", [0, -1, 2**53, "1", None, 1.5, True])
def test_a_mark_that_makes_no_sense_is_refused(shared: Serving, bela: Browser, number: Any) -> None:
    assert_refused(bela.put(f"{API}/rooms/{shared.people.group}/read", json={"number": number}), Invalid)


def test_what_was_missed_is_replayed_as_it_is_now(room: str, asha: Browser, bela: Browser) -> None:
    start = assert_ok(asha.get(room))["seq"]
    message = f"{room}/messages/{post(bela, room, 'draft')}"
    assert_ok(bela.patch(message, json={"text": "final"}))
    replay = assert_ok(asha.get(f"{room}/events", params={"after": start}))
    assert [event["type"] for event in replay["events"]] == ["message.posted", "message.edited"]
    assert [event["seq"] for event in replay["events"]] == [start + 1, start + 2]
    assert "draft" not in str(replay)
    assert (replay["seq"], replay["reset"]) == (start + 2, False)


def test_a_seq_from_the_future_is_answered_by_a_reset(room: str, bela: Browser) -> None:
    replay = assert_ok(bela.get(f"{room}/events", params={"after": 10_000}))
    assert (replay["reset"], replay["events"]) == (True, [])


@pytest.mark.parametrize(
    "asked", [{"after": -1}, {"after": 2**53}, {"limit": 0}, {"limit": 101}, {"after": "now"}]
)
def test_a_replay_that_makes_no_sense_is_refused(
    shared: Serving, bela: Browser, asked: dict[str, Any]
) -> None:
    assert_refused(bela.get(f"{API}/rooms/{shared.people.group}/events", params=asked), Invalid)


def test_messages_are_found_by_their_words_newest_first(room: str, asha: Browser, bela: Browser) -> None:
    for text in ("the Überlauf valve", "a valve for the pump", "no such thing"):
        post(bela, room, text)
    here = room.rpartition("/")[2]
    found = assert_ok(asha.get(f"{API}/search", params={"q": "VALVE", "room": here}))
    assert [hit["message"]["text"] for hit in found["hits"]] == ["a valve for the pump", "the Überlauf valve"]
    assert [person["name"] for person in found["people"]] == ["Bela Kovács"]
    (hit,) = assert_ok(asha.get(f"{API}/search", params={"q": "uberl", "room": here}))["hits"]
    assert hit["message"]["number"] == 1


def test_search_goes_on_where_it_stopped(room: str, bela: Browser) -> None:
    for number in range(5):
        post(bela, room, f"bolt {number}")
    asked: dict[str, Any] = {"q": "bolt", "room": room.rpartition("/")[2], "limit": 2}
    found: list[str] = []
    while True:
        page = assert_ok(bela.get(f"{API}/search", params=asked))
        found += [hit["message"]["text"] for hit in page["hits"]]
        if page["before"] is None:
            break
        asked["before"] = page["before"]
    assert found == [f"bolt {number}" for number in (4, 3, 2, 1, 0)]


def test_nothing_is_found_in_rooms_of_others(room: str, bela: Browser, mallory: Browser) -> None:
    post(bela, room, "a secret sprocket")
    assert assert_ok(mallory.get(f"{API}/search", params={"q": "sprocket"}))["hits"] == []
    asked = {"q": "sprocket", "room": room.rpartition("/")[2]}
    assert_refused(mallory.get(f"{API}/search", params=asked), NoSuchRoom)


@pytest.mark.parametrize(
    "query", ["", " ", '"', "AND", "NEAR(", "a* OR b", "%", "\x00", "--", "(((", "text:x"]
)
def test_a_query_is_words_and_never_syntax(bela: Browser, query: str) -> None:
    assert_ok(bela.get(f"{API}/search", params={"q": query}))


@pytest.mark.parametrize(
    "asked", [{}, {"q": "x" * 201}, {"q": "x", "limit": 51}, {"q": "x", "room": 0}, {"q": "x", "before": "y"}]
)
def test_a_search_that_makes_no_sense_is_refused(bela: Browser, asked: dict[str, Any]) -> None:
    assert_refused(bela.get(f"{API}/search", params=asked), Invalid)


def send(browser: Browser, room: str, text: str, key: str | None = None) -> httpx.Response:
    return browser.post(f"{room}/messages", json={"key": key or new_token(), "text": text})


def post(browser: Browser, room: str, text: str) -> int:
    number: int = assert_ok(send(browser, room, text), 201)["number"]
    return number


def texts(page: dict[str, Any]) -> list[str]:
    return [message["text"] for message in page["messages"]]


def mark(browser: Browser, room: str, number: int) -> tuple[int, int]:
    answer = assert_ok(browser.put(f"{room}/read", json={"number": number}))
    return answer["number"], answer["unread"]
