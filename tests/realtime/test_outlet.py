"""Frames as bytes: what a client's own WebSocket library makes of them."""

import pytest
from websockets.client import ClientProtocol
from websockets.frames import Frame, Opcode
from websockets.protocol import OPEN
from websockets.uri import parse_uri

from deskchat.realtime.outlet import Batch


def read(data: bytes) -> list[Frame]:
    client = ClientProtocol(parse_uri("ws://localhost/"), state=OPEN)
    client.receive_data(data)
    return [event for event in client.events_received() if isinstance(event, Frame)]


@pytest.mark.parametrize("size", [0, 1, 125, 126, 127, 65_535, 65_536, 200_000])
def test_a_frame_of_any_length_arrives_as_one_text_message(size: int) -> None:
    assert read(Batch([b"x" * size]).framed) == [Frame(Opcode.TEXT, b"x" * size)]


def test_frames_of_a_batch_arrive_one_by_one() -> None:
    batch = Batch([b"one", b"t" * 126, b"three"])
    assert [frame.data for frame in read(batch.framed)] == [*batch.frames]
    assert batch.size == 134
