"""What is wrong with what somebody typed is said in German by the server's own sentence: it has to be the same one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from deskchat.domain.errors import Invalid
from deskchat.domain.text import LONGEST_NAME, clean_email, clean_name, clean_text
from deskchat.http.passwords import Passwords

GERMAN = (Path(__file__).parents[2] / "web" / "src" / "text" / "german.ts").read_text()


def hash_short() -> None:
    passwords = Passwords()
    try:
        asyncio.run(passwords.hash("short"))
    finally:
        passwords.stop()


WRONG: dict[str, Callable[[], object]] = {
    "an address without a place": lambda: clean_email("asha"),
    "an address with a control": lambda: clean_email("asha\x00@halden.example"),
    "a name with a control": lambda: clean_name("Asha\x00"),
    "a name that turns round": lambda: clean_name("Asha\u202e"),
    "an empty name": lambda: clean_name(" "),
    "a long name": lambda: clean_name("A" * (LONGEST_NAME + 1)),
    "a text with a control": lambda: clean_text("Lunch\x00?"),
    "a short password": hash_short,
}


@pytest.mark.parametrize("what", WRONG)
def test_german_has_the_sentence_of_what_can_be_typed_wrongly(what: str) -> None:
    with pytest.raises(Invalid) as refused:
        WRONG[what]()
    assert f'"{refused.value.detail}":' in GERMAN
