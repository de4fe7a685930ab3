"""People are found by the beginnings of their names' words, and counted."""

import pytest

from deskchat.domain import users
from deskchat.domain.errors import EmailTaken
from deskchat.domain.ports import Transaction
from deskchat.storage.store import DatabaseStore
from tests.cast import NO_PASSWORD, Cast


async def find(store: DatabaseStore, name: str, limit: int = 20) -> list[str]:
    return [profile.name for profile in await store.read(lambda tx: tx.users.find_profiles(name, limit))]


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("bela", ["Bela Kovács"]),
        ("kovacs", ["Bela Kovács"]),
        ("KOV", ["Bela Kovács"]),
        ("kov bel", ["Bela Kovács"]),
        ("lind", ["Dana Lindqvist"]),
        ("ovacs", []),
        ("bela rao", []),
        ("%", []),
        ("_", []),
        ("m", ["Mallory"]),
    ],
)
async def test_people_are_found_by_any_word_of_their_name(
    store: DatabaseStore, cast: Cast, name: str, found: list[str]
) -> None:
    assert await find(store, name) == found


async def test_no_name_means_everybody_and_never_more_than_asked_for(
    store: DatabaseStore, cast: Cast
) -> None:
    everybody = [*(person.name for person in cast.office), "Mallory"]
    assert await find(store, "") == await find(store, "  ") == everybody
    assert await find(store, "", limit=2) == everybody[:2]


async def test_people_of_every_script_are_found(store: DatabaseStore) -> None:
    names = {"李小龍": "小龍", "Ωμέγα Ñúñez": "nun", "Łukasz": "Łuk", "🐙": "🐙", "اَحمد": "احم"}
    for index, name in enumerate(names):
        await store.write(
            0,
            lambda tx, at=index, who=name: users.add(tx, f"{at}@x.example", who, "member", NO_PASSWORD),  # type: ignore[misc]
        )
    for name, query in names.items():
        assert await find(store, query) == [name]


async def test_who_is_deactivated_is_not_found_but_keeps_their_name(store: DatabaseStore, cast: Cast) -> None:
    await store.write(0, lambda tx: users.deactivate_as_operator(tx, cast.bela.id))
    assert await find(store, "bela") == []
    (profile,) = await store.read(lambda tx: tx.users.list_profiles([cast.bela.id]))
    assert (profile.name, profile.active) == ("Bela Kovács", False)
    await store.write(0, lambda tx: users.reactivate_as_operator(tx, cast.bela.id))
    assert await find(store, "bela") == ["Bela Kovács"]


async def test_profiles_come_in_the_order_asked_for(store: DatabaseStore, cast: Cast) -> None:
    asked = [cast.emre.id, 4711, cast.asha.id, cast.chidi.id]
    found = await store.read(lambda tx: tx.users.list_profiles(asked))
    assert found == [cast.emre.profile, cast.asha.profile, cast.chidi.profile]
    assert await store.read(lambda tx: tx.users.list_profiles([])) == []
    many = [*range(1, 1_200), cast.bela.id]
    assert await store.read(lambda tx: tx.users.list_profiles(many)) == [cast.bela.profile]


async def test_an_account_comes_back_as_it_was_kept(store: DatabaseStore, cast: Cast) -> None:
    def look(tx: Transaction) -> None:
        assert tx.users.find(cast.asha.id) == cast.asha
        assert tx.users.find(4711) is None
        assert tx.users.find_by_email("asha@example.com") == cast.asha
        assert tx.users.find_by_email("nobody@example.com") is None
        assert tx.users.find_password("asha@example.com") == (cast.asha, NO_PASSWORD)
        assert tx.users.find_password("nobody@example.com") is None
        assert tx.users.list_all() == [*cast.office, cast.mallory]
        assert tx.users.count_active_owners() == 1

    await store.read(look)
    await store.write(0, lambda tx: tx.users.set_password(cast.asha.id, "new hash"))
    assert await store.read(lambda tx: tx.users.find_password("asha@example.com")) == (
        cast.asha,
        "new hash",
    )


async def test_an_email_has_one_account(store: DatabaseStore, cast: Cast) -> None:
    with pytest.raises(EmailTaken):
        await store.write(
            0, lambda tx: users.add(tx, "ASHA@example.com", "Asha Again", "member", NO_PASSWORD)
        )
