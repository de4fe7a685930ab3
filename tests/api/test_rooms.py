"""Rooms and who is in them."""

from typing import Any

import pytest

from deskchat.domain import users
from deskchat.domain.errors import Invalid, KeyUsed, LastOwner, NoSuchRoom, NoSuchUser, NotAllowed
from deskchat.domain.ports import Transaction
from deskchat.domain.sessions import new_token
from tests.api.browser import API, Browser, assert_ok, assert_refused
from tests.serving import Serving

ROOMS = f"{API}/rooms"


def test_the_list_of_rooms_is_ones_own(asha: Browser, mallory: Browser, shared: Serving) -> None:
    listed = assert_ok(asha.get(ROOMS))
    assert {shared.people.direct, shared.people.group} <= {room["id"] for room in listed["rooms"]}
    assert listed["type"] == "rooms"
    assert listed["changes"] >= 2
    assert assert_ok(mallory.get(ROOMS))["rooms"] == []


def test_a_direct_room_bears_the_name_of_the_other(asha: Browser, bela: Browser, shared: Serving) -> None:
    direct = f"{ROOMS}/{shared.people.direct}"
    assert assert_ok(asha.get(direct))["name"] == "Bela Kovács"
    assert assert_ok(bela.get(direct))["other"]["name"] == "Asha Rao"


def test_two_people_have_one_direct_room_whoever_opens_it(shared: Serving) -> None:
    chidi, dana = shared.people.chidi, shared.people.dana
    with Browser(shared, chidi) as one, Browser(shared, dana) as other:
        opened = assert_ok(one.post(ROOMS, json={"kind": "direct", "user": dana.id}), 201)
        again = assert_ok(other.post(ROOMS, json={"kind": "direct", "user": chidi.id}), 201)
    assert opened["id"] == again["id"]
    assert (opened["kind"], opened["members"], opened["name"]) == ("direct", 2, "Dana Lindqvist")


def test_nobody_chats_alone_or_with_somebody_who_is_not_here(serving: Serving) -> None:
    people = serving.people
    serving.do(lambda tx: users.deactivate_as_operator(tx, people.emre.id))
    with Browser(serving, people.chidi) as chidi:
        assert_refused(chidi.post(ROOMS, json={"kind": "direct", "user": people.chidi.id}), Invalid)
        for gone in (1, people.emre.id):
            assert_refused(chidi.post(ROOMS, json={"kind": "direct", "user": gone}), NoSuchUser)
        assert_refused(create(chidi, "Packing", people.emre.id), NoSuchUser)


def test_a_group_is_owned_by_who_creates_it(shared: Serving, bela: Browser) -> None:
    people = shared.people
    group = assert_ok(create(bela, "  Spare   parts ", people.chidi.id, people.dana.id), 201)
    assert (group["name"], group["role"], group["members"]) == ("Spare parts", "owner", 3)
    members = assert_ok(bela.get(f"{ROOMS}/{group['id']}/members"))["members"]
    assert [(member["profile"]["name"], member["role"]) for member in members] == [
        ("Bela Kovács", "owner"),
        ("Chidi Okafor", "member"),
        ("Dana Lindqvist", "member"),
    ]


def test_the_same_key_creates_one_group(bela: Browser) -> None:
    key = new_token()
    first = assert_ok(create(bela, "Gaskets", key=key), 201)
    assert assert_ok(create(bela, "Gaskets", key=key), 201)["id"] == first["id"]
    assert_refused(create(bela, "Gaskets and seals", key=key), KeyUsed)


def test_a_key_tells_nothing_of_a_group_that_one_has_left(serving: Serving) -> None:
    people, key = serving.people, new_token()
    with Browser(serving, people.bela) as bela:
        group = assert_ok(create(bela, "Gone", people.chidi.id, key=key), 201)["id"]
        serving.do(lambda tx: tx.rooms.remove_member(group, people.bela.id))
        assert_refused(create(bela, "Gone", people.chidi.id, key=key), NoSuchRoom)


def test_names_of_groups_are_nobodys_secret_knowledge(shared: Serving, mallory: Browser) -> None:
    """Mallory may call a group as she likes, and so learns of none that is called the same."""
    assert assert_ok(create(mallory, "Launch"), 201)["id"] != shared.people.group


def test_a_hundred_people_are_added_at_once_and_two_hundred_are_not(serving: Serving) -> None:
    def hire(tx: Transaction) -> list[int]:
        return [users.add(tx, f"p{n}@example.com", f"P {n}", "member", "!").id for n in range(200)]

    people = serving.do(hire)
    with Browser(serving, serving.people.asha) as asha:
        assert_refused(create(asha, "Everybody", *people), Invalid)
        launch = f"{ROOMS}/{serving.people.group}/members"
        assert_refused(asha.post(launch, json={"users": people}), Invalid)
        group = assert_ok(create(asha, "Everybody", *people[:100]), 201)
        assert group["members"] == 101
        members = f"{ROOMS}/{group['id']}/members"
        added = assert_ok(asha.post(members, json={"users": people[100:]}), 201)
        assert {member["profile"]["id"] for member in added} == {*people[100:]}
        assert assert_ok(asha.post(members, json={"users": people[100:]}), 201) == []


def test_naming_somebody_twice_adds_them_once(shared: Serving, bela: Browser) -> None:
    chidi = shared.people.chidi.id
    assert assert_ok(create(bela, "Twice", chidi, chidi, shared.people.bela.id), 201)["members"] == 2


def test_people_join_and_leave(shared: Serving, bela: Browser) -> None:
    people = shared.people
    group = assert_ok(create(bela, "Shift plan", people.chidi.id), 201)["id"]
    address = f"{ROOMS}/{group}"
    with Browser(shared, people.dana) as dana, Browser(shared, people.chidi) as chidi:
        assert_refused(dana.get(address), NoSuchRoom)
        assert_ok(bela.post(f"{address}/members", json={"users": [people.dana.id]}), 201)
        assert_ok(dana.get(address))
        assert_refused(chidi.delete(f"{address}/members/{people.dana.id}"), NotAllowed)
        assert_refused(chidi.post(f"{address}/members", json={"users": [people.emre.id]}), NotAllowed)
        assert_ok(bela.delete(f"{address}/members/{people.dana.id}"), 204)
        assert_refused(dana.get(address), NoSuchRoom)
        assert_refused(bela.delete(f"{address}/members/{people.dana.id}"), NoSuchUser)
        assert_ok(chidi.delete(f"{address}/members/{people.chidi.id}"), 204)
        assert_refused(chidi.get(address), NoSuchRoom)


def test_the_last_owner_does_not_leave_others_behind(shared: Serving, bela: Browser) -> None:
    people = shared.people
    members = f"{ROOMS}/{assert_ok(create(bela, 'Order desk', people.chidi.id), 201)['id']}/members"
    assert_refused(bela.delete(f"{members}/{people.bela.id}"), LastOwner)
    assert_ok(bela.delete(f"{members}/{people.chidi.id}"), 204)
    assert_ok(bela.delete(f"{members}/{people.bela.id}"), 204)


def test_a_group_is_handed_over(shared: Serving, bela: Browser) -> None:
    people = shared.people
    members = f"{ROOMS}/{assert_ok(create(bela, 'Tool crib', people.chidi.id), 201)['id']}/members"
    one, other = f"{members}/{people.bela.id}", f"{members}/{people.chidi.id}"
    with Browser(shared, people.chidi) as chidi:
        assert_refused(chidi.patch(other, json={"role": "owner"}), NotAllowed)
        assert_refused(bela.patch(one, json={"role": "member"}), LastOwner)
        assert_refused(bela.patch(f"{members}/{people.dana.id}", json={"role": "owner"}), NoSuchUser)
        for _ in range(2):
            assert assert_ok(bela.patch(other, json={"role": "owner"}))["role"] == "owner"
        assert_ok(chidi.patch(one, json={"role": "member"}))
        assert_refused(bela.patch(other, json={"role": "member"}), NotAllowed)
        assert_ok(bela.delete(one), 204)


def test_who_is_not_here_any_more_owns_nothing_new(serving: Serving) -> None:
    people = serving.people
    serving.do(lambda tx: users.deactivate_as_operator(tx, people.emre.id))
    with Browser(serving, people.asha) as asha:
        member = f"{ROOMS}/{people.group}/members/{people.emre.id}"
        assert_refused(asha.patch(member, json={"role": "owner"}), NoSuchUser)


def test_a_group_gets_another_name(shared: Serving, bela: Browser) -> None:
    people = shared.people
    group = f"{ROOMS}/{assert_ok(create(bela, 'Paint shop', people.chidi.id), 201)['id']}"
    renamed = assert_ok(bela.patch(group, json={"name": "  Paint  shop 2"}))
    assert renamed["name"] == "Paint shop 2"
    assert assert_ok(bela.patch(group, json={"name": "Paint shop 2"}))["seq"] == renamed["seq"]
    for name in ("", " ", "x" * 81, "a\u202eb", "bell\x07"):
        assert_refused(bela.patch(group, json={"name": name}), Invalid)
    with Browser(shared, people.chidi) as chidi:
        assert_refused(chidi.patch(group, json={"name": "Mine"}), NotAllowed)
        assert assert_ok(chidi.get(group))["name"] == "Paint shop 2"


def test_nobody_joins_or_leaves_a_direct_chat(asha: Browser, shared: Serving) -> None:
    members = f"{ROOMS}/{shared.people.direct}/members"
    assert_refused(asha.delete(f"{members}/{shared.people.asha.id}"), NotAllowed)
    assert_refused(asha.post(members, json={"users": [shared.people.chidi.id]}), NotAllowed)
    assert_refused(asha.patch(f"{members}/{shared.people.bela.id}", json={"role": "owner"}), NotAllowed)
    direct = f"{ROOMS}/{shared.people.direct}"
    assert_refused(asha.patch(direct, json={"name": "The two of us"}), NotAllowed)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "", None),
        ("GET", "/members", None),
        ("POST", "/members", {"users": [1]}),
        ("PATCH", "", {"name": "Mine"}),
        ("PATCH", "/members/1", {"role": "owner"}),
        ("DELETE", "/members/1", None),
        ("GET", "/messages", None),
        ("POST", "/messages", {"key": "k", "text": "let me in"}),
        ("PATCH", "/messages/1", {"text": "changed"}),
        ("DELETE", "/messages/1", None),
        ("GET", "/messages/1/revisions", None),
        ("GET", "/events", None),
        ("PUT", "/read", {"number": 1}),
    ],
)
def test_a_room_of_others_is_told_like_one_that_is_not_there(
    shared: Serving, mallory: Browser, method: str, path: str, body: dict[str, Any] | None
) -> None:
    told = [mallory.request(method, f"{ROOMS}/{room}{path}", json=body) for room in (shared.people.group, 1)]
    for response in told:
        assert_refused(response, NoSuchRoom)
        response.headers.pop("date")
    bodies = {response.text.replace(response.headers["x-request-id"], "") for response in told}
    headers = {str({**response.headers, "x-request-id": ""}) for response in told}
    assert (len(bodies), len(headers)) == (1, 1)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"kind": "direct"},
        {"kind": "direct", "user": 0},
        {"kind": "direct", "user": -1},
        {"kind": "direct", "user": 2**53},
        {"kind": "direct", "user": "1"},
        {"kind": "direct", "user": 1.5},
        {"kind": "direct", "user": None},
        {"kind": "direct", "user": 1, "name": "x"},
        {"kind": "channel", "user": 1},
        {"kind": "group", "key": "k", "name": "x"},
        {"kind": "group", "key": "", "name": "x", "users": []},
        {"kind": "group", "key": "k" * 65, "name": "x", "users": []},
        {"kind": "group", "key": "schlüssel", "name": "x", "users": []},
        {"kind": "group", "key": "a b", "name": "x", "users": []},
        {"kind": "group", "key": "k", "name": "", "users": []},
        {"kind": "group", "key": "k", "name": "x" * 81, "users": []},
        {"kind": "group", "key": "k", "name": "bell\x07", "users": []},
        {"kind": "group", "key": "k", "name": "a\u202eb", "users": []},
        {"kind": "group", "key": "k", "name": "\x00", "users": []},
        {"kind": "group", "key": "k", "name": "x", "users": [True]},
        {"kind": "group", "key": "k", "name": "x", "users": "1"},
        {"kind": "group", "key": "k", "name": "x", "users": [], "by": 1},
        [],
        "text",
        None,
        17,
    ],
)
def test_a_room_that_makes_no_sense_is_refused(bela: Browser, body: Any) -> None:
    assert_refused(bela.post(ROOMS, json=body), Invalid)


def create(browser: Browser, name: str, *people: int, key: str | None = None) -> Any:
    return browser.post(
        ROOMS, json={"kind": "group", "key": key or new_token(), "name": name, "users": people}
    )
