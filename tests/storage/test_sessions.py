"""Sessions and links: found by the hash of their token while they are good, and never after."""

import pytest

from deskchat.domain import links, sessions, users
from deskchat.domain.errors import NoSuchLink, NoSuchSession, NotSignedIn
from deskchat.domain.ports import Transaction
from deskchat.domain.sessions import ABSOLUTE_LIMIT, DAY, IDLE_LIMIT, SignedIn
from deskchat.domain.users import User
from deskchat.storage.store import DatabaseStore
from tests.cast import NO_PASSWORD, Cast
from tests.storage.conftest import Clock


async def sign_in(store: DatabaseStore, person: User, token: str) -> SignedIn:
    return await store.write(0, lambda tx: sessions.start(tx, person.id, token, f"desk of {token}"))


async def who_is(store: DatabaseStore, token: str) -> User:
    return (await store.read(lambda tx: sessions.get_signed_in(tx, token))).user


async def test_a_token_stands_for_who_signed_in(store: DatabaseStore, cast: Cast, clock: Clock) -> None:
    signed_in = await sign_in(store, cast.asha, "a")
    assert await store.read(lambda tx: sessions.get_signed_in(tx, "a")) == signed_in
    with pytest.raises(NotSignedIn):
        await who_is(store, "b")


async def test_a_session_ends_unused_or_after_its_longest_time(
    store: DatabaseStore, cast: Cast, clock: Clock
) -> None:
    signed_in = await sign_in(store, cast.asha, "a")
    clock.now += IDLE_LIMIT
    assert await who_is(store, "a") == cast.asha
    clock.now += 1
    with pytest.raises(NotSignedIn):
        await who_is(store, "a")
    assert await store.read(lambda tx: sessions.find_ended(tx, [signed_in.session])) == [signed_in.session]

    await sign_in(store, cast.asha, "b")
    session = (await store.read(lambda tx: sessions.get_signed_in(tx, "b"))).session
    for _ in range(9):
        clock.now += ABSOLUTE_LIMIT // 9
        await store.write(0, lambda tx: sessions.touch(tx, session))
    assert await who_is(store, "b") == cast.asha
    clock.now += 1
    with pytest.raises(NotSignedIn):
        await who_is(store, "b")


async def test_devices_are_listed_and_ended(store: DatabaseStore, cast: Cast, clock: Clock) -> None:
    first = (await sign_in(store, cast.asha, "a")).session
    clock.now += 10
    second = (await sign_in(store, cast.asha, "b")).session
    other = (await sign_in(store, cast.bela, "c")).session
    devices = await store.read(lambda tx: sessions.list_devices(tx, cast.asha.id, first))
    assert [(device.id, device.device, device.current) for device in devices] == [
        (second, "desk of b", False),
        (first, "desk of a", True),
    ]
    with pytest.raises(NoSuchSession):
        await store.write(cast.asha.id, lambda tx: sessions.end(tx, cast.asha.id, other))
    await store.write(cast.asha.id, lambda tx: sessions.end(tx, cast.asha.id, second))
    with pytest.raises(NotSignedIn):
        await who_is(store, "b")
    ended = await store.read(lambda tx: sessions.find_ended(tx, [first, second, other, 4711]))
    assert ended == [second, 4711]


async def test_a_new_password_ends_the_other_sessions(store: DatabaseStore, cast: Cast) -> None:
    kept = (await sign_in(store, cast.asha, "a")).session
    await sign_in(store, cast.asha, "b")
    await sign_in(store, cast.bela, "c")
    await store.write(cast.asha.id, lambda tx: users.change_password(tx, cast.asha.id, kept, "new"))
    assert await who_is(store, "a") == cast.asha
    assert await who_is(store, "c") == cast.bela
    with pytest.raises(NotSignedIn):
        await who_is(store, "b")


async def test_who_is_deactivated_is_signed_out(store: DatabaseStore, cast: Cast) -> None:
    session = (await sign_in(store, cast.bela, "a")).session
    await store.write(0, lambda tx: tx.users.set_active(cast.bela.id, False))
    with pytest.raises(NotSignedIn):
        await who_is(store, "a")
    assert await store.read(lambda tx: sessions.find_ended(tx, [session])) == [session]


async def test_expired_sessions_are_forgotten_a_few_at_a_time(
    store: DatabaseStore, cast: Cast, clock: Clock
) -> None:
    for turn in range(5):
        await sign_in(store, cast.asha, f"{turn}")
    clock.now += IDLE_LIMIT + 1
    await sign_in(store, cast.asha, "new")

    def remove(tx: Transaction) -> int:
        return tx.sessions.remove_expired(clock.now - IDLE_LIMIT, clock.now - ABSOLUTE_LIMIT, limit=3)

    assert [await store.write(0, remove) for _ in range(3)] == [3, 2, 0]
    assert await who_is(store, "new") == cast.asha


async def test_a_link_works_once(store: DatabaseStore, cast: Cast) -> None:
    invited = await store.write(
        cast.asha.id, lambda tx: links.invite(tx, cast.asha.id, "fay@example.com", "member", "token")
    )
    assert await store.read(lambda tx: links.list_invitations(tx, cast.asha.id)) == [invited]
    fay = await store.write(0, lambda tx: links.accept_invitation(tx, "token", "Fay", NO_PASSWORD))
    assert (fay.email, fay.role) == ("fay@example.com", "member")
    with pytest.raises(NoSuchLink):
        await store.write(0, lambda tx: links.accept_invitation(tx, "token", "Fay", NO_PASSWORD))
    assert await store.read(lambda tx: links.list_invitations(tx, cast.asha.id)) == []


async def test_a_link_is_withdrawn_or_grows_too_old(store: DatabaseStore, cast: Cast, clock: Clock) -> None:
    invited = await store.write(
        cast.asha.id, lambda tx: links.invite(tx, cast.asha.id, "fay@example.com", "member", "one")
    )
    await store.write(cast.asha.id, lambda tx: links.withdraw_invitation(tx, cast.asha.id, invited.id))
    with pytest.raises(NoSuchLink):
        await store.read(lambda tx: links.get_purpose(tx, "one"))
    with pytest.raises(NoSuchLink):
        await store.write(cast.asha.id, lambda tx: links.withdraw_invitation(tx, cast.asha.id, invited.id))
    await store.write(
        cast.asha.id, lambda tx: links.invite(tx, cast.asha.id, "fay@example.com", "member", "two")
    )
    clock.now += 7 * DAY
    with pytest.raises(NoSuchLink):
        await store.read(lambda tx: links.get_purpose(tx, "two"))
    assert await store.read(lambda tx: links.list_invitations(tx, cast.asha.id)) == []


async def test_a_reset_link_is_its_users(store: DatabaseStore, cast: Cast) -> None:
    for token in ("old", "new"):
        await store.write(
            0,
            lambda tx, token=token: links.open_reset_as_operator(tx, cast.bela.id, token),  # type: ignore[misc]
        )
    with pytest.raises(NoSuchLink):
        await store.write(0, lambda tx: links.reset_password(tx, "old", "hash"))
    await store.write(0, lambda tx: links.reset_password(tx, "new", "hash"))
    assert await store.read(lambda tx: tx.users.find_password("bela@example.com")) == (cast.bela, "hash")


async def test_the_set_up_link_is_open_until_there_is_an_owner(store: DatabaseStore) -> None:
    assert await store.write(0, lambda tx: links.open_set_up(tx, "one"))
    assert await store.write(0, lambda tx: links.open_set_up(tx, "two"))
    with pytest.raises(NoSuchLink):
        await store.read(lambda tx: links.get_purpose(tx, "one"))
    await store.write(
        0, lambda tx: links.set_up(tx, "two", "Acme", "Asha Rao", "asha@example.com", NO_PASSWORD)
    )
    assert await store.read(lambda tx: tx.organisation.name()) == "Acme"
    assert not await store.write(0, lambda tx: links.open_set_up(tx, "three"))
