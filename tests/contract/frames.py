"""Frames that no client of ours would send, beside some that it would."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st

from deskchat.realtime.frames import LARGEST_FRAME

Json = Any
Payload = str | bytes

THE_ROOM = 4_242_424_242_424_242
"""Stands for a room that there is not yet when the frames are thought of: see `put_in`."""
MOST_NESTED = 60_000

_HALVES = st.text(st.characters(exclude_categories=()), max_size=20)
"""Text with half characters, which JSON can say and UTF-8 cannot."""
_HUGE = st.integers(10**22, 10**23 - 1)
_NUMBERS = st.one_of(
    st.integers(),
    _HUGE,
    st.integers(-2, 2),
    st.sampled_from([2**53 - 1, 2**53, 2**63, 2**64, 1.5, 1e400]),
    st.floats(),
)
_VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), _NUMBERS, _HALVES),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_HALVES, inner, max_size=4),
    max_leaves=8,
)


def commands() -> st.SearchStrategy[dict[str, Json]]:
    """Commands as a client sends them, but for their `ref`; some are refused all the same."""
    number = st.integers(1, 5)
    text = st.one_of(
        st.sampled_from(["Hello", "Grüße 你好 🎉", " ", "\0"]), st.just("x").map(lambda x: x * 10_001)
    )
    fields: dict[str, dict[str, st.SearchStrategy[Json]]] = {
        "post": {"room": st.just(THE_ROOM), "key": st.sampled_from(["k1", "k2", "k3"]), "text": text},
        "edit": {"room": st.just(THE_ROOM), "number": number, "text": text},
        "delete": {"room": st.just(THE_ROOM), "number": number},
        "read": {"room": st.just(THE_ROOM), "number": number},
        "resume": {"rooms": st.dictionaries(st.just(str(THE_ROOM)), st.integers(0, 9), max_size=1)},
        "typing": {"room": st.just(THE_ROOM)},
        "attend": {"state": st.sampled_from(["online", "away"])},
        "watch": {"rooms": st.lists(st.just(THE_ROOM), max_size=2)},
        "ping": {},
    }
    return st.one_of([st.fixed_dictionaries({"do": st.just(do), **those}) for do, those in fields.items()])


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """A command with one thing wrong, or several."""
    command = {**draw(commands()), "ref": draw(st.one_of(_NUMBERS, st.just(0)))}
    for _ in range(draw(st.integers(1, 3))):
        field = draw(st.sampled_from([*command, "more"]))
        if draw(st.booleans()):
            command[field] = draw(_VALUES)
        else:
            command.pop(field, None)
    return json.dumps(command)


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """The text of a command, cut off or with some bytes replaced."""
    text = bytearray(json.dumps({**draw(commands()), "ref": 0}).encode())
    for _ in range(draw(st.integers(0, 3))):
        text[draw(st.integers(0, len(text) - 1))] = draw(st.integers(0, 255))
    return bytes(text[: draw(st.integers(0, len(text)))])


@st.composite
def nested(draw: st.DrawFn) -> str:
    depth = draw(st.sampled_from([10, 1_000, MOST_NESTED]))
    lists = "[" * depth + "]" * depth
    objects = '{"a":' * (depth // 4) + "1" + "}" * (depth // 4)
    inner = draw(st.sampled_from([lists, objects]))
    ping = f'{{"do":"ping","ref":{inner}}}'
    read = f'{{"do":"read","room":{THE_ROOM},"ref":0,"number":{inner}}}'
    return draw(st.sampled_from([inner, ping, read]))


def padded() -> st.SearchStrategy[str]:
    """As large as a frame may be."""
    return commands().map(lambda command: json.dumps({**command, "ref": 0}).ljust(LARGEST_FRAME))


def nonsense() -> st.SearchStrategy[Payload]:
    return st.one_of(
        st.binary(max_size=200),
        st.text(max_size=100),
        _VALUES.map(json.dumps),
        mutated(),
        damaged(),
        nested(),
        padded(),
    )


def put_in(room: int, payload: Payload) -> Payload:
    """The payload about this room."""
    if isinstance(payload, str):
        return payload.replace(str(THE_ROOM), str(room))
    return payload.replace(str(THE_ROOM).encode(), str(room).encode())
