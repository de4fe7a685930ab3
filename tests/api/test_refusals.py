"""Every refusal that the document says a route can answer with, it does answer with. That it answers with no other is
looked at in every answer of every test (`tests.api.browser`).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, NamedTuple, NoReturn

import httpx
import msgspec
import pytest
from litestar.handlers import HTTPRouteHandler

from deskchat.domain import links, messages, rooms, users
from deskchat.domain.errors import (
    Busy,
    ConnectionGone,
    EmailTaken,
    ForeignOrigin,
    Invalid,
    KeyUsed,
    LastOwner,
    NoSuchLink,
    NoSuchMessage,
    NoSuchRoom,
    NoSuchSession,
    NoSuchUser,
    NotAllowed,
    NotSignedIn,
    Refusal,
    SlowDown,
    StorageFull,
    TooLarge,
    Unavailable,
    Unexpected,
    WrongCredentials,
)
from deskchat.domain.sessions import new_token
from deskchat.domain.users import User
from deskchat.http import routes
from deskchat.http.routes import LARGEST_BODY
from deskchat.http.routing import list_refusals
from deskchat.realtime.session import MOST_OF_USER
from tests.api.browser import Browser, assert_ok, assert_refused, operations
from tests.api.exhausting import exhaust_commands, exhaust_strangers
from tests.serving import PASSWORD, Serving

HANDLERS = {
    str(handler.operation_id): handler for handler in routes.API if isinstance(handler, HTTPRouteHandler)
}

BODIES: dict[str, Any] = {
    "sign_in": {"email": "asha@example.com", "password": PASSWORD},
    "rename_profile": {"name": "N"},
    "set_preferences": {"theme": "dark", "contrast": "system", "density": "compact", "language": "de"},
    "change_organisation": {"name": "O", "idle_days": 14},
    "change_user_role": {"role": "member"},
    "change_password": {"current": PASSWORD, "new": "a new one, and long"},
    "look_at_link": {"token": "guess"},
    "set_up": {
        "token": "guess",
        "organisation": "O",
        "name": "N",
        "email": "n@example.com",
        "password": "x" * 10,
    },
    "accept_invitation": {"token": "guess", "name": "N", "password": "x" * 10},
    "redeem_reset": {"token": "guess", "password": "x" * 10},
    "invite": {"email": "n@example.com", "role": "member"},
    "create_room": {"kind": "group", "key": "k", "name": "N", "users": []},
    "rename_room": {"name": "N"},
    "set_notify": {"notify": "nothing"},
    "add_members": {"users": [1]},
    "change_role": {"role": "member"},
    "post_message": {"key": "k", "text": "text"},
    "edit_message": {"text": "text"},
    "mark_read": {"number": 1},
    "mark_unread": {"number": 1},
    "poll_connection": {"ack": 0},
    "send_command": {"do": "ping", "ref": 1},
}
"""What passes as the body of these; nothing else has one."""

EVERYWHERE = {
    Busy,
    ForeignOrigin,
    Invalid,
    NotSignedIn,
    SlowDown,
    StorageFull,
    TooLarge,
    Unavailable,
    Unexpected,
}
"""Follow from the shape of a route. The others are particular to it."""


class Stage:
    """A server, and what has to be there for something to be refused."""

    def __init__(self, serving: Serving) -> None:
        self.serving = serving
        self.people = serving.people
        self.group = serving.people.group
        self.do = serving.do

    def post(self) -> int:
        """A message of Asha's."""
        return self.do(
            lambda tx: messages.post(tx, self.people.asha.id, self.group, new_token(), "hello")
        ).number

    def invitation(self, email: str) -> str:
        token = new_token()
        self.do(lambda tx: links.invite_as_operator(tx, email, "member", token))
        return token

    def used_key(self) -> str:
        key = new_token()
        self.do(lambda tx: messages.post(tx, self.people.asha.id, self.group, key, "something else"))
        return key

    def accepted_elsewhere(self) -> str:
        """An invitation of somebody who has got an account meanwhile."""
        token = self.invitation("ola@example.com")
        self.do(lambda tx: users.add(tx, "ola@example.com", "Ola Berg", "member", "!"))
        return token

    def left_behind(self) -> str:
        """The key of a group that Bela made, and is no longer in."""
        bela, key = self.people.bela.id, new_token()
        room = self.do(lambda tx: rooms.create_group(tx, bela, key, "N", []))
        self.do(lambda tx: rooms.remove_member(tx, bela, room, bela))
        return key

    def set_up_link(self) -> str:
        """From here on nobody owns the organisation."""
        token = new_token()
        self.do(lambda tx: tx.users.set_active(self.people.asha.id, False))
        self.do(lambda tx: links.open_set_up(tx, token))
        return token


class Call(NamedTuple):
    who: User | None = None
    path: Mapping[str, object] = {}
    body: Mapping[str, object] = {}
    """What differs from BODIES."""
    query: Mapping[str, str | int] = {}


PLAIN = Call()


def _of_no_room(stage: Stage) -> Call:
    return Call(stage.people.mallory, {"room": stage.group}, query={"room": stage.group})


def _of_no_message(stage: Stage) -> Call:
    return Call(stage.people.asha, {"room": stage.group, "number": 10_000})


def _of_anothers_message(stage: Stage) -> Call:
    return Call(stage.people.bela, {"room": stage.group, "number": stage.post()})


def _of_no_owner(stage: Stage) -> Call:
    return Call(stage.people.bela, {"user": stage.people.chidi.id})


def _of_asha(stage: Stage) -> Call:
    """Herself, who owns the organisation and the group."""
    return Call(stage.people.asha, {"user": stage.people.asha.id, "room": stage.group})


def _of_no_group_owner(stage: Stage) -> Call:
    return Call(stage.people.bela, {"room": stage.group, "user": stage.people.chidi.id})


def _of_nobody(stage: Stage) -> Call:
    return Call(stage.people.asha, {"user": 1, "room": stage.group})


def _of_no_connection(stage: Stage) -> Call:
    return Call(stage.people.asha, {"connection": "gone"})


def _guessing(_stage: Stage) -> Call:
    return PLAIN


PARTICULAR: list[tuple[str, type[Refusal], Callable[[Stage], Call]]] = [
    ("sign_in", WrongCredentials, lambda _: Call(body={"password": "a guess"})),
    ("change_password", WrongCredentials, lambda s: Call(s.people.bela, body={"current": "a guess"})),
    ("end_session", NoSuchSession, lambda s: Call(s.people.bela, {"session": 1})),
    ("list_users", NotAllowed, _of_no_owner),
    ("deactivate_user", NotAllowed, _of_no_owner),
    ("deactivate_user", NoSuchUser, _of_nobody),
    ("deactivate_user", LastOwner, _of_asha),
    ("reactivate_user", NotAllowed, _of_no_owner),
    ("reactivate_user", NoSuchUser, _of_nobody),
    ("open_reset", NotAllowed, _of_no_owner),
    ("open_reset", NoSuchUser, _of_nobody),
    ("change_user_role", NotAllowed, _of_no_owner),
    ("change_user_role", NoSuchUser, _of_nobody),
    ("change_user_role", LastOwner, _of_asha),
    ("get_organisation", NotAllowed, _of_no_owner),
    ("change_organisation", NotAllowed, _of_no_owner),
    ("get_system", NotAllowed, _of_no_owner),
    ("get_arrival", NotAllowed, _of_no_owner),
    ("list_backups", NotAllowed, _of_no_owner),
    ("make_backup", NotAllowed, _of_no_owner),
    ("list_invitations", NotAllowed, _of_no_owner),
    ("invite", NotAllowed, _of_no_owner),
    ("invite", EmailTaken, lambda s: Call(s.people.asha, body={"email": s.people.bela.email})),
    ("withdraw_invitation", NotAllowed, lambda s: Call(s.people.bela, {"invitation": 1})),
    ("withdraw_invitation", NoSuchLink, lambda s: Call(s.people.asha, {"invitation": 1})),
    ("look_at_link", NoSuchLink, _guessing),
    ("set_up", NoSuchLink, _guessing),
    ("accept_invitation", NoSuchLink, _guessing),
    ("accept_invitation", EmailTaken, lambda s: Call(body={"token": s.accepted_elsewhere()})),
    ("redeem_reset", NoSuchLink, _guessing),
    ("create_room", NoSuchUser, lambda s: Call(s.people.bela, body={"users": [1]})),
    ("create_room", NoSuchRoom, lambda s: Call(s.people.bela, body={"key": s.left_behind()})),
    ("create_room", KeyUsed, lambda s: Call(s.people.asha, body={"key": "launch", "name": "Lunch"})),
    ("get_room", NoSuchRoom, _of_no_room),
    ("list_members", NoSuchRoom, _of_no_room),
    ("add_members", NoSuchRoom, _of_no_room),
    ("add_members", NoSuchUser, _of_nobody),
    ("add_members", NotAllowed, lambda s: Call(s.people.bela, {"room": s.group})),
    ("remove_member", NoSuchRoom, lambda s: Call(s.people.mallory, {"room": s.group, "user": 1})),
    ("remove_member", NoSuchUser, _of_nobody),
    ("remove_member", NotAllowed, _of_no_group_owner),
    ("remove_member", LastOwner, _of_asha),
    ("find_members", NoSuchRoom, _of_no_room),
    ("find_addable", NoSuchRoom, _of_no_room),
    ("find_addable", NotAllowed, lambda s: Call(s.people.bela, {"room": s.group})),
    ("change_role", NoSuchRoom, _of_no_room),
    ("change_role", NoSuchUser, _of_nobody),
    ("change_role", NotAllowed, _of_no_group_owner),
    ("change_role", LastOwner, _of_asha),
    ("rename_room", NoSuchRoom, _of_no_room),
    ("rename_room", NotAllowed, _of_no_group_owner),
    ("set_notify", NoSuchRoom, _of_no_room),
    ("list_messages", NoSuchRoom, _of_no_room),
    ("post_message", NoSuchRoom, _of_no_room),
    ("post_message", KeyUsed, lambda s: Call(s.people.asha, {"room": s.group}, {"key": s.used_key()})),
    ("edit_message", NoSuchRoom, _of_no_room),
    ("edit_message", NoSuchMessage, _of_no_message),
    ("edit_message", NotAllowed, _of_anothers_message),
    ("delete_message", NoSuchRoom, _of_no_room),
    ("delete_message", NoSuchMessage, _of_no_message),
    ("delete_message", NotAllowed, _of_anothers_message),
    ("list_revisions", NoSuchRoom, _of_no_room),
    ("list_revisions", NoSuchMessage, _of_no_message),
    ("list_events", NoSuchRoom, _of_no_room),
    ("mark_read", NoSuchRoom, _of_no_room),
    ("mark_unread", NoSuchRoom, _of_no_room),
    ("mark_unread", NoSuchMessage, lambda s: Call(s.people.asha, {"room": s.group}, {"number": 10_000})),
    ("list_seen_marks", NoSuchRoom, _of_no_room),
    ("find_who_saw", NoSuchRoom, _of_no_room),
    ("find_who_saw", NoSuchMessage, _of_no_message),
    ("find_messages", NoSuchRoom, _of_no_room),
    ("list_my_messages", NoSuchRoom, _of_no_room),
    ("export_my_messages", NoSuchRoom, _of_no_room),
    ("poll_connection", ConnectionGone, _of_no_connection),
    ("send_command", ConnectionGone, _of_no_connection),
    ("close_connection", ConnectionGone, _of_no_connection),
]


def test_what_is_documented_is_what_is_declared() -> None:
    documented = {operation.name: set().union(*operation.answers.values()) for operation in operations()}
    declared = {
        name: {refusal.code for refusal in list_refusals(handler)} for name, handler in HANDLERS.items()
    }
    assert documented == declared


def test_every_documented_refusal_is_provoked_below() -> None:
    declared = {
        (name, refusal)
        for name, handler in HANDLERS.items()
        for refusal in list_refusals(handler) - EVERYWHERE
    }
    assert {(name, refusal) for name, refusal, _ in PARTICULAR} | {("set_up", EmailTaken)} == declared


@pytest.mark.parametrize(
    ("name", "refusal", "prepare"),
    PARTICULAR,
    ids=[f"{name}-{refusal.code}" for name, refusal, _ in PARTICULAR],
)
def test_a_particular_refusal(
    shared: Serving, name: str, refusal: type[Refusal], prepare: Callable[[Stage], Call]
) -> None:
    call = prepare(Stage(shared))
    with Browser(shared, call.who) as browser:
        assert_refused(send(browser, name, call), refusal)


def test_setting_up_with_the_address_of_somebody(serving: Serving) -> None:
    body = {"token": Stage(serving).set_up_link(), "email": serving.people.bela.email}
    with Browser(serving) as stranger:
        assert_refused(send(stranger, "set_up", Call(body=body)), EmailTaken)


def test_who_is_not_signed_in_is_told_before_anything_else(serving: Serving) -> None:
    with Browser(serving) as stranger:
        for name in refusing(NotSignedIn):
            nonsense = Call(path={"room": "x", "connection": "y" * 99}, query={"limit": "x"})
            assert_refused(send(stranger, name, nonsense, b"{"), NotSignedIn)


def test_a_foreign_page_is_told_before_anything_else(serving: Serving) -> None:
    with Browser(serving) as stranger:
        stranger.headers["Origin"] = "https://evil.example"
        for name in refusing(ForeignOrigin):
            assert_refused(send(stranger, name), ForeignOrigin)


def test_what_makes_no_sense_is_invalid(serving: Serving) -> None:
    ids = dict.fromkeys(("room", "user", "number", "session", "invitation"), 0)
    nonsense = Call(path=ids | {"connection": "x" * 65}, query={"limit": 0, "size": 0, "name": "x" * 1_000})
    with Browser(serving, serving.people.asha) as asha:
        for name in refusing(Invalid):
            assert_refused(send(asha, name, nonsense, b"{" if name in BODIES else None), Invalid)


def test_a_body_that_is_too_large_is_told_so(serving: Serving) -> None:
    assert set(refusing(TooLarge)) == set(BODIES)
    with Browser(serving, serving.people.asha) as asha:
        for name in refusing(TooLarge):
            assert_refused(send(asha, name, content=b" " * (LARGEST_BODY + 1)), TooLarge)


def test_who_is_too_fast_is_told_to_wait(serving: Serving) -> None:
    asha = serving.people.asha
    exhaust_commands(serving, asha)
    exhaust_strangers(serving)
    with Browser(serving, asha) as browser:
        for _ in range(MOST_OF_USER):
            assert_ok(send(browser, "open_connection"), 201)
        for name in refusing(SlowDown):
            assert_refused(send(browser, name), SlowDown)


@pytest.mark.parametrize("refusal", [Busy, Unavailable])
def test_a_store_that_cannot_answer_is_told_so(
    serving: Serving, monkeypatch: pytest.MonkeyPatch, refusal: type[Refusal]
) -> None:
    monkeypatch.setattr(serving.parts.store, "read", raising(refusal(retry_after=0.2)))
    with Browser(serving, serving.people.asha) as asha:
        for name in refusing(refusal):
            refused = send(asha, name)
            assert_refused(refused, refusal)
            assert refused.headers["retry-after"] == "1"


def test_a_full_disk_is_told_so(serving: Serving, monkeypatch: pytest.MonkeyPatch) -> None:
    token = Stage(serving).invitation("pia@example.com")
    with Browser(serving, serving.people.asha) as asha:
        monkeypatch.setattr(serving.parts.store, "write", raising(StorageFull()))
        for name in refusing(StorageFull):
            body = {"token": token} if "token" in BODIES.get(name, {}) else {}
            assert_refused(send(asha, name, Call(body=body)), StorageFull)


def test_a_fault_of_ours_is_told_so(serving: Serving, monkeypatch: pytest.MonkeyPatch) -> None:
    serving.expects_errors = True
    with Browser(serving, serving.people.asha) as asha:
        monkeypatch.setattr(serving.parts.store, "read", raising(KeyError()))
        for name in refusing(Unexpected):
            assert_refused(send(asha, name), Unexpected)


def refusing(refusal: type[Refusal]) -> list[str]:
    """The operations that are documented to refuse with it."""
    return [name for name, handler in HANDLERS.items() if refusal in list_refusals(handler)]


def send(browser: Browser, name: str, call: Call = PLAIN, content: bytes | None = None) -> httpx.Response:
    (operation,) = [operation for operation in operations() if operation.name == name]
    ids = dict.fromkeys(("room", "user", "number", "session", "invitation", "connection"), 1)
    return browser.request(
        operation.method,
        operation.path.format(**{**ids, **call.path}),
        params={**({"q": "word"} if name == "find_messages" else {}), **call.query},
        content=content or (msgspec.json.encode({**BODIES[name], **call.body}) if name in BODIES else None),
    )


def raising(error: Exception) -> Callable[..., Awaitable[NoReturn]]:
    async def fail(*_: object) -> NoReturn:
        raise error

    return fail
