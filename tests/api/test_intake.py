"""What uvicorn itself would take without end. A contract with its private module: this fails where that changes."""

import socket

import pytest

from deskchat.http import intake
from deskchat.http.intake import LARGEST_HEAD
from tests.serving import ENOUGH, Serving, running_server

CHUNK = b"X-Junk: " + b"x" * 8_000 + b"\r\n"


@pytest.mark.parametrize(
    "endless",
    [CHUNK, b"x" * 8_000],
    ids=["many headers", "one header"],
)
def test_a_request_whose_head_never_ends_is_cut_off(shared: Serving, endless: bytes) -> None:
    with connect(shared) as connection:
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Junk: ")
        assert send_until_cut(connection, endless) < 100 * LARGEST_HEAD


def test_a_head_of_the_usual_size_passes(shared: Serving) -> None:
    with connect(shared) as connection:
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n" + 4 * CHUNK + b"\r\n")
        assert connection.recv(12) == b"HTTP/1.1 200"


def test_each_request_of_a_connection_has_its_own_head(shared: Serving) -> None:
    with connect(shared) as connection:
        for _ in range(12):
            connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n" + CHUNK + b"\r\n")
            assert b"alive" in receive_answer(connection)


@pytest.mark.parametrize(
    "said",
    [b"", b"GET /healthz HT", b"POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"],
    ids=["nothing", "half a head", "half a body"],
)
def test_who_does_not_finish_a_request_is_cut_off(monkeypatch: pytest.MonkeyPatch, said: bytes) -> None:
    monkeypatch.setattr(intake, "LONGEST_REQUEST", 0.2)
    with running_server() as serving, connect(serving) as connection:
        serving.expects_errors = True
        connection.sendall(said)
        assert read_to_end(connection) == b""


def test_who_goes_while_they_still_send_is_no_fault_of_the_server(serving: Serving) -> None:
    with connect(serving) as connection:
        connection.sendall(
            b"POST /api/v1/session HTTP/1.1\r\nHost: x\r\n"
            b"Content-Type: application/json\r\nContent-Length: 100\r\nExpect: 100-continue\r\n\r\n"
        )
        assert connection.recv(25).startswith(b"HTTP/1.1 100"), "The body is not being read."
        connection.sendall(b"{")
    # That nothing was logged as an error, the server itself is asked at its end.


def connect(serving: Serving) -> socket.socket:
    return socket.create_connection(("127.0.0.1", serving.port), timeout=ENOUGH)


def send_until_cut(connection: socket.socket, data: bytes) -> int:
    """How many bytes were taken."""
    sent = 0
    try:
        while sent < 1_000 * LARGEST_HEAD:
            connection.sendall(data)
            sent += len(data)
    except OSError:
        pass
    return sent


def receive_answer(connection: socket.socket) -> bytes:
    answer = b""
    while b"alive" not in answer:
        received = connection.recv(4_096)
        assert received
        answer += received
    return answer


def read_to_end(connection: socket.socket) -> bytes:
    try:
        return connection.recv(4_096)
    except ConnectionResetError:
        return b""
