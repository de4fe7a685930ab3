"""Who acts is known from the session alone: no word in a request makes somebody another."""

import pytest

from deskchat.domain.errors import Invalid
from deskchat.domain.sessions import new_token
from tests.api.browser import API, Browser, assert_ok, assert_refused
from tests.serving import Serving


@pytest.fixture
def room(shared: Serving, bela: Browser) -> str:
    """A new group of Bela and Asha."""
    new = {"kind": "group", "key": new_token(), "name": "New", "users": [shared.people.asha.id]}
    return f"{API}/rooms/{assert_ok(bela.post(f'{API}/rooms', json=new), 201)['id']}"


@pytest.mark.parametrize("word", ["author", "by", "user", "user_id", "owner", "email", "sender"])
def test_a_message_that_names_its_author_is_not_posted(
    room: str, shared: Serving, bela: Browser, word: str
) -> None:
    asha = shared.people.asha
    named = asha.email if word == "email" else asha.id
    message = {"key": new_token(), "text": "as somebody else", word: named}
    assert_refused(bela.post(f"{room}/messages", json=message), Invalid)
    assert assert_ok(bela.get(f"{room}/messages"))["messages"] == []


@pytest.mark.parametrize("word", ["author", "by", "user"])
def test_who_is_named_in_the_address_or_a_header_is_not_who_acts(
    room: str, shared: Serving, bela: Browser, word: str
) -> None:
    asha = str(shared.people.asha.id)
    message = {"key": new_token(), "text": "as myself"}
    assert_ok(
        bela.post(f"{room}/messages", json=message, params={word: asha}, headers={f"X-{word}": asha}), 201
    )
    (posted,) = assert_ok(bela.get(f"{room}/messages"))["messages"]
    assert posted["author"] == shared.people.bela.id
