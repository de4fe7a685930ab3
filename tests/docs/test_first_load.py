"""What a first screen waits for stays small: the page, its script and its style, as they come over the network."""

from __future__ import annotations

import re

import pytest

from deskchat.http.client import Client, find_folder, load

MOST = 120_000
"""Bytes by gzip, without the headers of the answers."""

_NAMED = re.compile(r'(?:src|href)="([^"]+)"')
_IMPORTED = re.compile(r'(?:from|import)\s*["`\'](\./[^"`\']+)["`\']')


@pytest.fixture(scope="module")
def client() -> Client:
    return load(find_folder())


def list_first(client: Client) -> set[str]:
    """Everything that index.html names, and what that imports at once in its turn."""
    found = {"/index.html"}
    waiting = _NAMED.findall(client["/index.html"].body.decode())
    while waiting:
        address = waiting.pop()
        if address in found:
            continue
        found.add(address)
        if address.endswith(".js"):
            imported = _IMPORTED.findall(client[address].body.decode())
            waiting += [f"/assets/{name.removeprefix('./')}" for name in imported]
    return found


def test_the_first_load_is_small(client: Client) -> None:
    sizes = {address: len(client[address].packed or client[address].body) for address in list_first(client)}
    assert any(address.endswith(".js") for address in sizes)
    assert any(address.endswith(".css") for address in sizes)
    assert sum(sizes.values()) <= MOST, sizes


def test_what_comes_later_is_not_in_it(client: Client) -> None:
    first = list_first(client)
    later = ("german", "github", "chat", "Settings", "Administration", "Doctor", "MessageList")
    assert [name for name in later if any(name in address for address in first)] == []
    assert [name for name in later if not any(name in address for address in client)] == []
