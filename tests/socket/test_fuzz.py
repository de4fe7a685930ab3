"""Whatever is sent: it is answered or ends that one connection, in plain words, and the server goes on."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deskchat.realtime.frames import CommandRefused, Ok
from tests.serving import Serving, running_server
from tests.socket.tab import open_tab

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)
NEARLY = st.fixed_dictionaries(
    {"do": st.sampled_from(["post", "edit", "delete", "read", "resume", "ping", "shout"]) | JSON},
    optional={
        "ref": st.integers(-1, 2**53) | JSON,
        "room": st.sampled_from(["direct", "group"]) | st.integers(-1, 2**64) | JSON,
        "key": st.text(max_size=70) | JSON,
        "text": st.text() | JSON,
        "number": st.integers(-1, 9) | JSON,
        "rooms": st.dictionaries(st.integers(-1, 2**54).map(str), st.integers(-1, 2**54)) | JSON,
    },
)
SENT = st.binary(max_size=200) | st.text(max_size=200) | JSON.map(json.dumps) | NEARLY


@pytest.fixture(scope="module")
def serving() -> Iterator[Serving]:
    with running_server() as serving:
        # Rates are tested elsewhere.
        serving.parts.services.limits._burst = serving.parts.services.limits._rate = 1e9
        yield serving


@given(sent=st.lists(SENT, max_size=8))
@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_everything_is_answered_and_the_server_goes_on(serving: Serving, sent: list[Any]) -> None:
    asyncio.run(send_all(serving, sent))


async def send_all(serving: Serving, sent: list[Any]) -> None:
    async with open_tab(serving, serving.people.bela) as tab:
        for one in sent:
            await tab.connection.send(as_frame(serving, one))
        replies = 0
        while replies < len(sent):
            frame = await tab.see_where(lambda frame: isinstance(frame, Ok | CommandRefused))
            replies += 1
            if isinstance(frame, CommandRefused):
                assert (frame.status, frame.detail) != (500, "")
                assert frame.status < 500
        assert isinstance(await tab.ping(), Ok)


def as_frame(serving: Serving, one: Any) -> str | bytes:
    if not isinstance(one, dict):
        return one  # type: ignore[no-any-return]
    rooms = {"direct": serving.people.direct, "group": serving.people.group}
    room = one.get("room")
    if isinstance(room, str) and room in rooms:
        one = {**one, "room": rooms[room]}
    return json.dumps(one)
