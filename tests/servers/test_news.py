"""Two servers of one organisation: who is connected to one is told what happens at the other."""

from __future__ import annotations

import asyncio

from deskchat.domain import rooms, users
from deskchat.domain.organisation import Organisation, OrganisationRenamed, change_organisation
from deskchat.realtime.frames import Attend, CommandRefused, Frame, Typing
from deskchat.realtime.outlet import Close
from tests.serving import Serving
from tests.socket.tab import open_tab, type_of


async def test_a_message_is_seen_at_every_server(here: Serving, there: Serving) -> None:
    cast = here.people
    async with open_tab(here, cast.asha) as asha, open_tab(there, cast.bela) as bela:
        await asha.post(cast.direct, "Lunch?")
        await bela.see_text("Lunch?")
        await bela.post(cast.direct, "At noon.")
        await asha.see_text("At noon.")
        await asha.edit(cast.direct, 1, "Lunch today?")
        await bela.see_text("Lunch today?")


async def test_what_is_read_on_one_device_is_read_on_the_other(here: Serving, there: Serving) -> None:
    cast = here.people
    async with open_tab(here, cast.bela) as phone, open_tab(there, cast.bela) as desk:
        async with open_tab(there, cast.asha) as asha:
            await asha.post(cast.direct, "Lunch?")
        await phone.see_text("Lunch?")
        await desk.read(cast.direct, 1)
        await phone.see("read")


async def test_who_is_added_at_one_server_hears_the_room_at_the_other(here: Serving, there: Serving) -> None:
    cast = here.people
    async with open_tab(here, cast.asha) as asha, open_tab(there, cast.mallory) as mallory:
        await asyncio.to_thread(
            here.do, lambda tx: rooms.add_members(tx, cast.asha.id, cast.group, [cast.mallory.id])
        )
        await mallory.see("room")
        await asha.post(cast.group, "Welcome.")
        await mallory.see_text("Welcome.")


async def test_who_is_removed_at_one_server_hears_nothing_more_at_the_other(
    here: Serving, there: Serving
) -> None:
    cast = here.people
    async with open_tab(here, cast.asha) as asha, open_tab(there, cast.dana) as dana:
        await asyncio.to_thread(
            here.do, lambda tx: rooms.remove_member(tx, cast.asha.id, cast.group, cast.dana.id)
        )
        await asha.post(cast.group, "The secret.")
        await dana.see("room.gone")
        refused = await dana.post(cast.group, "Let me in.")
        assert isinstance(refused, CommandRefused)
        async with open_tab(there, cast.bela) as bela:
            # What is told after the secret, wherever, comes after it.
            await asha.post(cast.group, "Dinner?")
            await bela.see_text("Dinner?")
        await dana.ping()
        assert "The secret." not in dana.texts


async def test_who_is_signed_out_or_deactivated_is_cut_off_everywhere(here: Serving, there: Serving) -> None:
    cast = here.people
    async with open_tab(there, cast.bela) as bela, open_tab(there, cast.chidi) as chidi:
        await asyncio.to_thread(here.do, lambda tx: users.end_sessions(tx, cast.bela.id))
        assert await bela.wait_closed() == Close.SIGNED_OUT
        await asyncio.to_thread(here.do, lambda tx: users.deactivate(tx, cast.asha.id, cast.chidi.id))
        assert await chidi.wait_closed() == Close.SIGNED_OUT


async def test_a_new_name_is_told_everywhere(here: Serving, there: Serving) -> None:
    cast = here.people
    async with open_tab(there, cast.bela) as bela:
        await asyncio.to_thread(here.do, lambda tx: users.rename(tx, cast.asha.id, "Asha Menon"))
        await bela.see("profile")


async def test_a_new_name_of_the_organisation_is_told_everywhere(here: Serving, there: Serving) -> None:
    cast = here.people
    async with open_tab(here, cast.asha), open_tab(there, cast.bela) as bela:
        # The servers hear each other.
        await bela.see_where(lambda frame: says(frame, cast.asha.id, "online"))
        wanted = Organisation("Halden Pumps & Valves", idle_days=30)
        await asyncio.to_thread(here.do, lambda tx: change_organisation(tx, cast.asha.id, wanted))
        assert await bela.see("organisation") == OrganisationRenamed("Halden Pumps & Valves")


# What passes


async def test_who_is_here_is_here_wherever_they_are_connected(here: Serving, there: Serving) -> None:
    cast = here.people
    async with open_tab(here, cast.asha) as asha, open_tab(there, cast.bela) as bela:
        await asha.see_where(lambda frame: says(frame, cast.bela.id, "online"))
        await bela.see_where(lambda frame: says(frame, cast.asha.id, "online"))
        await bela.ask(lambda ref: Attend(ref, "away"))
        await asha.see_where(lambda frame: says(frame, cast.bela.id, "away"))


async def test_who_comes_later_learns_who_is_at_the_other_server(here: Serving, there: Serving) -> None:
    cast = here.people
    async with open_tab(here, cast.asha) as asha, open_tab(there, cast.bela):
        await asha.see_where(lambda frame: says(frame, cast.bela.id, "online"))
        async with open_tab(here, cast.chidi) as chidi:
            await chidi.see_where(lambda frame: says(frame, cast.bela.id, "online"))


async def test_who_types_at_one_server_is_seen_typing_at_the_other(here: Serving, there: Serving) -> None:
    cast = here.people
    async with open_tab(here, cast.asha) as asha, open_tab(there, cast.bela) as bela:
        await asha.ask(lambda ref: Typing(ref, cast.direct))
        await bela.see("typing")
        await bela.read(cast.direct, 0)
        await bela.post(cast.direct, "Yes?")
        await asha.see_text("Yes?")
        await asha.read(cast.direct, 1)
        await bela.see("seen")


def says(frame: Frame, user: int, state: str) -> bool:
    people = getattr(frame, "people", None) if type_of(frame) == "presence" else None
    return any(one.user == user and one.state == state for one in people or ())
