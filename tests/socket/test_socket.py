"""Sockets against the real server: who gets in, what they hear, and what puts them out."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

import httpx
import msgspec
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from deskchat.domain import rooms, users
from deskchat.domain.errors import NotAllowed
from deskchat.domain.organisation import Organisation, OrganisationRenamed, change_organisation
from deskchat.domain.sessions import IDLE_LIMIT
from deskchat.domain.users import Profile, ProfileChanged
from deskchat.http.intake import BoundedProtocol
from deskchat.http.problems import Problem
from deskchat.http.push import MOST_PIECES
from deskchat.realtime.frames import LARGEST_FRAME, CommandRefused, Hello, Ok
from deskchat.realtime.outlet import Close
from deskchat.realtime.session import MOST_OF_USER
from deskchat.realtime.watch import end_expired
from tests.serving import PASSWORD, Serving
from tests.socket.tab import Tab, address, encode, open_tab, type_of


async def refused(serving: Serving, headers: dict[str, str]) -> tuple[int, Problem]:
    """How the handshake was answered."""
    with pytest.raises(InvalidStatus) as caught:
        async with connect(address(serving), additional_headers=headers, proxy=None):
            pass
    response = caught.value.response
    assert response.headers["content-type"] == "application/problem+json"
    problem = msgspec.json.decode(response.body or b"", type=Problem)
    assert problem.request == response.headers["x-request-id"]
    assert problem.status == response.status_code
    return response.status_code, problem


# Getting in


async def test_a_connection_begins_with_hello_and_the_rooms(serving: Serving) -> None:
    async with open_tab(serving, serving.people.bela) as tab:
        assert [type_of(frame) for frame in tab.seen] == ["hello", "rooms"]
        hello = tab.seen[0]
        assert isinstance(hello, Hello)
        assert hello.user == serving.people.bela.profile


@pytest.mark.parametrize(
    "headers",
    [{}, {"Cookie": "deskchat_session=guessed"}, {"Cookie": "deskchat_session="}, {"Cookie": "\xff"}],
)
async def test_who_is_not_signed_in_is_told_so_by_the_handshake(
    serving: Serving, headers: dict[str, str]
) -> None:
    status, problem = await refused(serving, headers)
    assert (status, problem.code) == (401, "not-signed-in")


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
async def test_another_sites_page_is_refused_even_with_the_cookie(
    serving: Serving, headers: dict[str, str]
) -> None:
    cookie = serving.sign_in(serving.people.bela)
    status, problem = await refused(serving, cookie | headers)
    assert (status, problem.code) == (403, "foreign-origin")


@pytest.mark.parametrize(
    "odd",
    [
        f"Cookie: a={'x' * 9_000}\r\n",
        "".join(f"X-{count}: 1\r\n" for count in range(130)),
        "Content-Length: 5\r\n",
        "Transfer-Encoding: chunked\r\n",
    ],
    ids=lambda odd: odd[:8],
)
async def test_a_handshake_that_only_http_understands_is_refused(serving: Serving, odd: str) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", serving.port)
    writer.write(
        f"GET /api/v1/socket HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n{odd}\r\n".encode()
    )
    assert (await reader.read()).startswith(b"HTTP/1.1 400 ")
    writer.close()


async def test_ones_own_page_is_let_in(serving: Serving) -> None:
    cookie = serving.sign_in(serving.people.bela)
    own = {"Origin": serving.url, "Sec-Fetch-Site": "same-origin"}
    async with open_tab(serving, serving.people.bela, cookie | own) as tab:
        assert isinstance(await tab.ping(), Ok)


async def test_a_user_has_only_so_many_sockets(serving: Serving) -> None:
    cookie = serving.sign_in(serving.people.bela)
    opened = [
        await connect(address(serving), additional_headers=cookie, proxy=None) for _ in range(MOST_OF_USER)
    ]
    try:
        status, problem = await refused(serving, cookie)
        assert (status, problem.code) == (429, "slow-down")
    finally:
        await asyncio.gather(*[connection.close() for connection in opened])


async def test_without_an_upgrade_there_is_nothing_here(serving: Serving) -> None:
    async with httpx.AsyncClient(base_url=serving.url, trust_env=False) as browser:
        response = await browser.get("/api/v1/socket", headers=serving.sign_in(serving.people.bela))
    assert (response.status_code, response.json()["code"]) == (405, "method-not-allowed")


# Chatting


async def test_a_message_reaches_all_members_and_nobody_else(serving: Serving) -> None:
    people = serving.people
    async with (
        open_tab(serving, people.asha) as asha,
        open_tab(serving, people.bela) as bela,
        open_tab(serving, people.mallory) as mallory,
    ):
        posted = await asha.post(people.direct, "Grüße, 你好 🎉 <script>")
        assert isinstance(posted, Ok)
        frame: Any = await bela.see("message.posted")
        assert (frame.message.text, frame.message.author) == ("Grüße, 你好 🎉 <script>", people.asha.id)
        assert (frame.message.number, frame.seq) == (posted.number, posted.seq)
        await mallory.ping()
        assert mallory.texts == []


async def test_what_one_changes_is_seen_by_the_others_and_by_ones_other_devices(serving: Serving) -> None:
    people = serving.people
    async with (
        open_tab(serving, people.asha) as phone,
        open_tab(serving, people.asha) as laptop,
        open_tab(serving, people.bela) as bela,
    ):
        await phone.post(people.direct, "Helo")
        await phone.edit(people.direct, 1, "Hello")
        for tab in (laptop, bela):
            await tab.see_text("Hello")
        await phone.delete(people.direct, 1)
        for tab in (laptop, bela):
            await tab.see("message.deleted")
        await bela.read(people.direct, 1)
        assert "read" in map(type_of, laptop.seen)


async def test_one_that_comes_back_gets_what_it_missed(serving: Serving) -> None:
    people = serving.people
    async with open_tab(serving, people.asha) as asha:
        for text in ("one", "two", "three"):
            await asha.post(people.direct, text)
    async with open_tab(serving, people.bela) as bela:
        await bela.connection.send(
            encode({"do": "resume", "ref": 1, "rooms": {str(people.direct): 2}}).decode()
        )
        await bela.see("caught-up")
        assert bela.texts == ["one", "two", "three"]


async def test_commands_of_one_tab_keep_their_order(serving: Serving) -> None:
    people = serving.people
    async with open_tab(serving, people.asha) as asha, open_tab(serving, people.bela) as bela:
        for ref in range(30):
            command = {"do": "post", "ref": ref, "room": people.direct, "key": f"k{ref}", "text": str(ref)}
            await asha.connection.send(encode(command).decode())
        await bela.see_text("29")
        assert bela.texts == [str(number) for number in range(30)]


# Being put out


async def test_signing_out_closes_the_sockets_of_that_device_at_once(serving: Serving) -> None:
    people = serving.people
    cookie = serving.sign_in(people.bela)
    async with (
        open_tab(serving, people.bela, cookie) as tab,
        open_tab(serving, people.bela) as other,
        httpx.AsyncClient(base_url=serving.url, headers=cookie, trust_env=False) as browser,
    ):
        assert (await browser.delete("/api/v1/session")).status_code == 204
        assert await tab.wait_closed() == Close.SIGNED_OUT
        assert isinstance(await other.ping(), Ok)
        status, _ = await refused(serving, cookie)
        assert status == 401


async def test_a_changed_password_closes_the_sockets_of_the_other_devices(serving: Serving) -> None:
    people = serving.people
    cookie = serving.sign_in(people.bela)
    async with (
        open_tab(serving, people.bela, cookie) as here,
        open_tab(serving, people.bela) as elsewhere,
        httpx.AsyncClient(base_url=serving.url, headers=cookie, trust_env=False) as browser,
    ):
        change = {"current": PASSWORD, "new": "another long password"}
        assert (await browser.put("/api/v1/password", json=change)).status_code == 204
        assert await elsewhere.wait_closed() == Close.SIGNED_OUT
        assert isinstance(await here.ping(), Ok)


async def test_deactivation_closes_every_socket_of_the_user(serving: Serving) -> None:
    people = serving.people
    async with open_tab(serving, people.bela) as one, open_tab(serving, people.bela) as two:
        await asyncio.to_thread(serving.do, lambda tx: users.deactivate(tx, people.asha.id, people.bela.id))
        assert await one.wait_closed() == Close.SIGNED_OUT
        assert await two.wait_closed() == Close.SIGNED_OUT


async def test_one_who_is_removed_hears_no_more_of_the_room_from_that_moment(serving: Serving) -> None:
    people = serving.people
    async with open_tab(serving, people.asha) as asha, open_tab(serving, people.bela) as bela:
        await asha.post(people.group, "with Bela")
        await asyncio.to_thread(
            serving.do,
            lambda tx: rooms.remove_member(tx, by=people.asha.id, room=people.group, user=people.bela.id),
        )
        await asha.post(people.group, "without Bela")
        await asha.post(people.direct, "the sentinel")
        await bela.see_text("the sentinel")
        assert bela.texts == ["with Bela", "the sentinel"]
        assert "room.gone" in map(type_of, bela.seen)
        reply = await bela.post(people.group, "may I?")
        assert isinstance(reply, CommandRefused)
        assert reply.code == "no-such-room"


async def test_a_sign_in_that_expires_closes_the_open_socket(serving: Serving) -> None:
    services = serving.parts.services
    async with open_tab(serving, serving.people.bela) as tab:
        serving.clock.ahead = IDLE_LIMIT + 1
        await asyncio.to_thread(serving.run, lambda: end_expired(services.store, services.hub))
        assert await tab.wait_closed() == Close.SIGNED_OUT


async def test_the_watch_finds_expired_sign_ins_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    from deskchat.realtime import watch
    from tests.serving import running_server

    monkeypatch.setattr(watch, "EVERY", 0.01)
    with running_server() as serving:
        async with open_tab(serving, serving.people.bela) as tab:
            serving.clock.ahead = IDLE_LIMIT + 1
            assert await tab.wait_closed() == Close.SIGNED_OUT


async def test_who_comes_in_the_turn_in_which_the_server_stops_is_let_go(
    serving: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin = BoundedProtocol.__init__

    def stop_and_begin(self: BoundedProtocol, *arguments: Any, **options: Any) -> None:
        serving._server.stop()
        begin(self, *arguments, **options)

    monkeypatch.setattr(BoundedProtocol, "__init__", stop_and_begin)
    reader, writer = await asyncio.open_connection("127.0.0.1", serving.port)
    assert await reader.read() == b""
    writer.close()
    await asyncio.to_thread(serving.wait_until_stopped)
    assert "graceful shutdown exceeded" not in serving.log.getvalue()


# What is sent


async def test_a_frame_as_large_as_allowed_is_answered(serving: Serving) -> None:
    async with open_tab(serving, serving.people.bela) as tab:
        start = '{"do":"post","ref":1,"room":1,"key":"k","text":"'
        await tab.connection.send(start + "x" * (LARGEST_FRAME - len(start) - 2) + '"}')
        reply: Any = await tab.see("problem")
        assert (reply.ref, reply.code) == (1, "invalid")


@pytest.mark.parametrize("pieces", [1, 8])
async def test_a_larger_frame_ends_the_connection_also_in_pieces(serving: Serving, pieces: int) -> None:
    async with open_tab(serving, serving.people.bela) as tab:
        piece = "x" * (LARGEST_FRAME // pieces + 1)
        await tab.connection.send(piece if pieces == 1 else [piece] * pieces)
        assert await tab.wait_closed() == 1009


async def test_a_frame_in_too_many_pieces_ends_the_connection(serving: Serving) -> None:
    async with open_tab(serving, serving.people.bela) as tab:
        with suppress(ConnectionClosed):
            await tab.connection.send([""] * (MOST_PIECES + 2))
        assert await tab.wait_closed() == 1008


async def test_bytes_that_are_not_text_are_answered_or_end_the_connection(serving: Serving) -> None:
    serving.expects_errors = True  # uvicorn's own line about the encoding
    async with open_tab(serving, serving.people.bela) as tab:
        await tab.connection.send(b"\xff\x00\xfe")
        reply: Any = await tab.see("problem")
        assert (reply.code, reply.ref) == ("invalid", None)
        await tab.connection.send(b"\xff\x00\xfe", text=True)
        assert await tab.wait_closed() == 1007


async def test_a_thousand_commands_at_once_are_all_answered_and_not_all_accepted(serving: Serving) -> None:
    people = serving.people
    async with open_tab(serving, people.asha) as asha, open_tab(serving, people.bela) as bela:
        sending = asyncio.create_task(_send_many(asha, people.direct, 1_000))
        unanswered = set(range(1_000))
        while unanswered:
            reply: Any = await asha.see_where(lambda frame: isinstance(frame, Ok | CommandRefused))
            unanswered.remove(reply.ref)
        await sending
        kept = [frame for frame in asha.seen if isinstance(frame, Ok)]
        slowed = [frame for frame in asha.seen if isinstance(frame, CommandRefused)]
        assert len(kept) + len(slowed) == 1_000
        assert {frame.code for frame in slowed} == {"slow-down"}
        last = max(frame.number or 0 for frame in kept)
        assert last == len(kept)
        await bela.see_where(lambda frame: getattr(getattr(frame, "message", None), "number", 0) == last)
        assert len(bela.texts) == len(kept)


async def _send_many(tab: Tab, room: int, count: int) -> None:
    for ref in range(count):
        command = {"do": "post", "ref": ref, "room": room, "key": f"k{ref}", "text": str(ref)}
        await tab.connection.send(encode(command).decode())


async def test_no_text_and_no_secret_is_logged(serving: Serving) -> None:
    people = serving.people
    cookie = serving.sign_in(people.asha)
    async with open_tab(serving, people.asha, cookie) as asha:
        await asha.post(people.direct, "strictly confidential")
        await asha.post(people.direct, "")
        await asha.connection.send("strictly nonsense")
        await asha.ping()
    serving.stop()
    serving.wait_until_stopped()
    log = serving.log.getvalue()
    assert "/api/v1/socket" in log
    assert "strictly" not in log
    assert cookie["Cookie"].partition("=")[2] not in log


async def test_everybody_is_told_who_is_called_otherwise_and_who_is_active(serving: Serving) -> None:
    people = serving.people
    asha, emre = people.asha.id, people.emre.id
    async with open_tab(serving, people.mallory) as tab:
        for act in (
            lambda tx: users.deactivate(tx, asha, emre),
            lambda tx: users.reactivate(tx, asha, emre),
            lambda tx: users.rename(tx, emre, "Emre Kaya"),
        ):
            await asyncio.to_thread(serving.do, act)
        told = [await tab.see("profile") for _ in range(3)]
    assert told == [
        ProfileChanged(Profile(emre, name, active))
        for name, active in (("Emre Yıldız", False), ("Emre Yıldız", True), ("Emre Kaya", True))
    ]


async def test_everybody_is_told_how_the_organisation_is_called_and_nothing_of_its_rules(
    serving: Serving,
) -> None:
    people = serving.people
    async with open_tab(serving, people.mallory) as tab:
        for name, idle_days in (("Halden", 30), ("Halden", 7), (" Halden  Valves", 7)):
            wanted = Organisation(name, idle_days)
            await asyncio.to_thread(
                serving.do, lambda tx, wanted=wanted: change_organisation(tx, people.asha.id, wanted)
            )
        with pytest.raises(NotAllowed):
            await asyncio.to_thread(
                serving.do, lambda tx: change_organisation(tx, people.mallory.id, Organisation("Mine", 7))
            )
        await asyncio.to_thread(serving.do, lambda tx: users.rename(tx, people.emre.id, "Emre Kaya"))
        await tab.see("profile")
        told = [frame for frame in tab.seen if isinstance(frame, OrganisationRenamed)]
    assert told == [OrganisationRenamed("Halden"), OrganisationRenamed("Halden Valves")]
