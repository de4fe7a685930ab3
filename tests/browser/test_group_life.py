"""A group lives: people come, go and own it, its name changes, and everybody reads so between the messages."""

from __future__ import annotations

from functools import partial

import pytest
from playwright.async_api import Locator, expect

from deskchat.domain import rooms, users
from deskchat.domain.ports import Transaction
from tests.browser.browsers import DESKTOP, PHONE
from tests.browser.conftest import OpenDevice, desktop_to_phone, phone_to_desktop
from tests.browser.device import Device
from tests.browser.office import say
from tests.serving import Serving

sizes = pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=lambda size: size.name)


def note(device: Device, text: str) -> Locator:
    """A line of the log with exactly this text."""
    return device.log.get_by_role("note").filter(has=device.page.get_by_text(text, exact=True))


def members(device: Device) -> Locator:
    return device.chatbox.get_by_role("list", name="Members").get_by_role("listitem")


def member(device: Device, name: str) -> Locator:
    return members(device).filter(has_text=name)


async def show_details(device: Device) -> None:
    await device.chatbox.get_by_role("button", name="Details").click()
    await expect(device.chatbox.get_by_role("button", name="Back to the messages")).to_be_focused()


async def choose_for_member(device: Device, name: str, action: str) -> None:
    await device.button(f"Actions for {name}").click()
    menu = device.page.get_by_role("menu", name="Member actions")
    await menu.get_by_role("menuitem", name=action).click()


@sizes
async def test_whom_an_owner_adds_reads_everything_and_all_read_that_they_came(
    asha: Device, bela: Device, open_device: OpenDevice, serving: Serving
) -> None:
    people = serving.people
    say(serving, people.chidi, people.group, "The truck is here.")
    mallory = await open_device(people.mallory)
    await bela.open_room("Launch")
    await expect(note(bela, "Asha Rao created the group")).to_have_count(1)
    await asha.open_room("Launch")
    await show_details(asha)
    await expect(members(asha)).to_have_count(5)
    await asha.button("Add people").click()
    dialog = asha.dialog("Add people to Launch")
    await dialog.get_by_role("combobox", name="Users").fill("bela")
    await expect(dialog.get_by_text("Nobody called")).to_be_visible()
    await dialog.get_by_role("combobox", name="Users").fill("mallory")
    await dialog.get_by_role("option", name="Mallory").click()
    await dialog.get_by_role("button", name="Add", exact=True).click()
    await expect(member(asha, "Mallory")).to_be_visible()

    await expect(note(bela, "Asha Rao added Mallory")).to_be_in_viewport()
    await expect(bela.chatbox.get_by_text("6 members")).to_be_visible()
    await mallory.open_room("Launch")
    await expect(mallory.message("The truck is here.")).to_be_visible()
    await expect(note(mallory, "Asha Rao added you")).to_be_in_viewport()
    await asha.button("Back to the messages").click()
    await expect(note(asha, "You added Mallory")).to_be_in_viewport()


@desktop_to_phone
async def test_a_new_name_is_everywhere_at_once_and_after_a_reload(
    asha: Device, bela: Device, serving: Serving
) -> None:
    await bela.open_room("Launch")
    await asha.open_room("Launch")
    await show_details(asha)
    await asha.button("Rename").click()
    dialog = asha.dialog("Rename the group")
    await dialog.get_by_label("Group name").fill("Launch 2")
    await dialog.get_by_role("button", name="Rename").click()
    await expect(asha.heading("Launch 2")).to_be_visible()
    await expect(bela.room_heading("Launch 2")).to_be_visible()
    await expect(note(bela, "Asha Rao renamed the group to “Launch 2”")).to_be_visible()
    await bela.write("And where is the old one?")
    await bela.page.reload()
    await bela.open_room("Launch 2")
    await expect(note(bela, "Asha Rao renamed the group to “Launch 2”")).to_be_visible()
    await expect(bela.message("And where is the old one?")).to_be_visible()


@phone_to_desktop
async def test_an_only_owner_hands_the_group_over_when_leaving(
    asha: Device, bela: Device, serving: Serving
) -> None:
    await bela.open_room("Launch")
    await show_details(bela)
    await expect(bela.button("Add people")).to_have_count(0)
    await expect(bela.button("Rename")).to_have_count(0)
    await asha.open_room("Launch")
    await show_details(asha)
    await asha.button("Leave the group").click()
    dialog = asha.dialog("Leave Launch?")
    await dialog.get_by_role("button", name="Leave", exact=True).click()
    await expect(dialog.get_by_text("You are its only owner.")).to_be_visible()
    heir = dialog.get_by_role("combobox", name="New owner")
    await expect(heir).to_be_focused()
    await heir.fill("mallory")
    await expect(dialog.get_by_text("Nobody called")).to_be_visible()
    await heir.fill("bel")
    await dialog.get_by_role("option", name="Bela Kovács").click()
    await dialog.get_by_role("button", name="Hand over and leave").click()
    await expect(asha.chatbox.get_by_text("This chat is not here")).to_be_visible()

    await expect(bela.button("Add people")).to_be_visible()
    await expect(members(bela)).to_have_count(4)
    await expect(member(bela, "Bela Kovács")).to_contain_text("You, owner")
    await bela.button("Back to the messages").click()
    await expect(note(bela, "Asha Rao made you an owner")).to_be_visible()
    await expect(note(bela, "Asha Rao left")).to_be_visible()


@desktop_to_phone
async def test_who_is_removed_is_out_and_the_others_read_so(
    asha: Device, bela: Device, chidi: Device, serving: Serving
) -> None:
    await bela.open_room("Launch")
    await chidi.open_room("Launch")
    await asha.open_room("Launch")
    await show_details(asha)
    await choose_for_member(asha, "Bela Kovács", "Remove")
    dialog = asha.dialog("Remove Bela Kovács?")
    await dialog.get_by_role("button", name="Remove").click()
    await expect(member(asha, "Bela Kovács")).to_have_count(0)
    await expect(bela.chatbox.get_by_text("This chat is not here")).to_be_visible()
    await expect(note(chidi, "Asha Rao removed Bela Kovács")).to_be_visible()
    await choose_for_member(asha, "Chidi Okafor", "Make owner")
    await expect(member(asha, "Chidi Okafor")).to_contain_text("Owner")
    await expect(note(chidi, "Asha Rao made you an owner")).to_be_visible()


async def test_a_large_group_shows_its_members_a_page_at_a_time_as_they_come_and_go(
    asha: Device, serving: Serving
) -> None:
    people = serving.people
    hired = serving.do(partial(_hire, owner=people.asha.id, room=people.group, count=60))
    await asha.open_room("Launch")
    await show_details(asha)
    await expect(asha.heading("65 members")).to_be_visible()
    await expect(members(asha)).to_have_count(50)
    serving.do(lambda tx: rooms.remove_member(tx, people.asha.id, people.group, people.bela.id))
    await expect(member(asha, "Bela Kovács")).to_have_count(0)
    await expect(members(asha)).to_have_count(50)
    await asha.button("Show more").click()
    await expect(members(asha)).to_have_count(64)
    await expect(asha.button("Show more")).to_have_count(0)
    await expect(members(asha).nth(0)).to_contain_text("You, owner")
    serving.do(lambda tx: rooms.remove_member(tx, hired[-1], people.group, hired[-1]))
    await expect(members(asha)).to_have_count(63)
    serving.do(lambda tx: rooms.add_members(tx, people.asha.id, people.group, [people.mallory.id]))
    await expect(member(asha, "Mallory")).to_be_visible()


def _hire(tx: Transaction, owner: int, room: int, count: int) -> list[int]:
    hired = [
        users.add(tx, f"p{number}@example.com", f"Person {number:02}", "member", "!").id
        for number in range(count)
    ]
    rooms.add_members(tx, owner, room, hired)
    return hired


async def test_who_is_deactivated_is_seen_to_be_at_once(bela: Device, serving: Serving) -> None:
    emre = serving.people.emre.id
    await bela.open_room("Launch")
    await show_details(bela)
    await expect(bela.button("Actions for Emre Yıldız")).to_be_visible()
    serving.do(lambda tx: users.deactivate_as_operator(tx, emre))
    await expect(member(bela, "Emre Yıldız")).to_contain_text("Deactivated")
    await expect(bela.button("Actions for Emre Yıldız")).to_have_count(0)
    serving.do(lambda tx: users.reactivate_as_operator(tx, emre))
    await choose_for_member(bela, "Emre Yıldız", "Start chat")
    await expect(bela.room_heading("Emre Yıldız")).to_be_visible()
    serving.do(lambda tx: users.deactivate_as_operator(tx, emre))
    await expect(bela.chatbox.get_by_text("deactivated", exact=True)).to_be_visible()


async def test_a_group_whose_owner_is_deactivated_is_another_members_and_all_read_so(
    bela: Device, chidi: Device, serving: Serving
) -> None:
    people = serving.people
    emre = people.emre.id
    serving.do(lambda tx: rooms.create_group(tx, emre, "attic", "Attic", [people.bela.id, people.chidi.id]))
    await bela.open_room("Attic")
    await chidi.open_room("Attic")
    await show_details(bela)
    await expect(members(bela)).to_have_count(3)
    serving.do(lambda tx: users.deactivate_as_operator(tx, emre))
    await expect(bela.button("Add people")).to_be_visible()
    await expect(note(chidi, "Bela Kovács became an owner")).to_be_visible()
    await bela.button("Back to the messages").click()
    await expect(note(bela, "You became an owner")).to_be_visible()


async def test_the_last_one_may_leave(asha: Device, serving: Serving) -> None:
    await asha.open_chatbox()
    dialog = await asha.start("Group")
    await dialog.get_by_role("textbox", name="Group name").fill("Attic")
    await dialog.get_by_role("button", name="Create").click()
    await expect(note(asha, "You created the group")).to_be_visible()
    await show_details(asha)
    await asha.button("Leave the group").click()
    await expect(asha.page.get_by_text("You are the last one here.")).to_be_visible()
    await asha.dialog("Leave Attic?").get_by_role("button", name="Leave", exact=True).click()
    await expect(asha.chatbox.get_by_text("This chat is not here")).to_be_visible()


async def test_the_details_of_a_direct_chat_say_with_whom(asha: Device, serving: Serving) -> None:
    await asha.open_room("Bela Kovács")
    await show_details(asha)
    await expect(asha.chatbox.get_by_text("Only the two of you can read this chat.")).to_be_visible()
    await expect(asha.button("Leave the group")).to_have_count(0)
    await asha.page.keyboard.press("Escape")
    await expect(asha.chatbox.get_by_role("button", name="Details")).to_be_focused()


async def test_where_everybody_is_in_the_group_nobody_is_left_to_add(asha: Device, serving: Serving) -> None:
    people = serving.people
    serving.do(lambda tx: rooms.add_members(tx, people.asha.id, people.group, [people.mallory.id]))
    await asha.open_room("Launch")
    await show_details(asha)
    await expect(members(asha)).to_have_count(6)
    await asha.button("Add people").click()
    dialog = asha.dialog("Add people to Launch")
    await expect(dialog.get_by_text("Everybody is in this group already")).to_be_visible()
    await expect(dialog.get_by_text("Nobody else is here yet")).to_have_count(0)
