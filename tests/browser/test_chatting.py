"""Two people and more chat: what one does the others see at once, on every device, and how they learn of it."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from deskchat.domain import messages, users
from tests.browser.browsers import DESKTOP, PHONE
from tests.browser.conftest import OpenDevice, desktop_to_phone
from tests.browser.device import Device
from tests.browser.office import say
from tests.serving import Serving

at_every_size = pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=lambda size: size.name)


# Writing


@desktop_to_phone
async def test_what_one_writes_the_other_sees_at_once(asha: Device, bela: Device) -> None:
    await asha.open_room("Bela Kovács")
    await bela.open_room("Asha Rao")
    await asha.write("Brenner truck is at gate 2.")
    await expect(bela.message("Brenner truck is at gate 2.")).to_be_visible()
    await bela.write("I am coming.", "Two minutes.")
    await expect(asha.message("I am coming.")).to_be_visible()
    await expect(asha.message("Two minutes.")).to_be_visible()


async def test_what_two_write_at_once_stands_in_one_order(asha: Device, bela: Device) -> None:
    await asha.open_room("Bela Kovács")
    await bela.open_room("Asha Rao")
    for count in range(5):
        await asha.box.fill(f"Asha {count}")
        await bela.box.fill(f"Bela {count}")
        await asha.box.press("Enter")
        await bela.box.press("Enter")
    for device in (asha, bela):
        await expect(device.messages).to_have_count(10)
        await expect(device.log.get_by_role("img", name="sending")).to_have_count(0)
    read = "articles => articles.map(article => article.querySelector('p').textContent)"
    assert await asha.messages.evaluate_all(read) == await bela.messages.evaluate_all(read)


# Starting a chat


@at_every_size
async def test_a_person_who_is_searched_for_can_be_written_to(
    open_device: OpenDevice, serving: Serving
) -> None:
    mallory = await open_device(serving.people.mallory)
    emre = await open_device(serving.people.emre)
    await mallory.open_chatbox()
    await expect(mallory.chatbox.get_by_text("No conversations yet")).to_be_visible()
    await mallory.search_box.fill("yıl")
    await mallory.chatbox.get_by_role("button", name="Emre Yıldız", exact=True).click()
    await expect(mallory.room_heading("Emre Yıldız")).to_be_visible()
    await mallory.write("Good morning.")
    await emre.open_room("Mallory")
    await expect(emre.message("Good morning.")).to_be_visible()


@at_every_size
async def test_new_opens_one_direct_chat_with_a_person_however_often_and_groups(
    chidi: Device, asha: Device
) -> None:
    await chidi.open_chatbox()
    for _ in range(2):
        dialog = await chidi.start("Direct Chat")
        await dialog.get_by_role("combobox", name="User").fill("asha")
        await dialog.get_by_role("option", name="Asha Rao").click()
        await dialog.get_by_role("button", name="Create").click()
        await expect(dialog).to_be_hidden()
        await expect(chidi.room_heading("Asha Rao")).to_be_visible()
        await chidi.leave_room()
    await expect(chidi.conversation("Asha Rao")).to_have_count(1)
    await create_group(chidi, "Gate 2", ("ash", "Asha Rao"), ("bel", "Bela Kovács"))
    await expect(chidi.chatbox.get_by_text("3 members, 2 online", exact=True)).to_be_visible()
    await asha.open_chatbox()
    await expect(asha.conversation("Chidi Okafor")).to_have_count(1)
    await expect(asha.conversation("Gate 2")).to_have_count(1)


async def test_a_new_group_is_there_for_everybody_in_it_and_nobody_else(
    asha: Device, bela: Device, chidi: Device, open_device: OpenDevice, serving: Serving
) -> None:
    mallory = await open_device(serving.people.mallory)
    for other in (bela, mallory):
        await other.open_chatbox()
    await asha.open_chatbox()
    await create_group(asha, "Gate 2", ("bel", "Bela Kovács"), ("chi", "Chidi Okafor"))
    await expect(asha.chatbox.get_by_text("3 members, 3 online", exact=True)).to_be_visible()
    await asha.write("Who unloads?")
    await expect(bela.conversation("Gate 2", unread=1)).to_be_visible()
    await chidi.open_room("Gate 2")
    await chidi.write("I do.")
    await expect(asha.message("I do.")).to_be_visible()
    await expect(mallory.chatbox.get_by_text("No conversations yet")).to_be_visible()


async def create_group(device: Device, name: str, *people: tuple[str, str]) -> None:
    """`people`: what is typed of each, and the name that is chosen."""
    dialog = await device.start("Group")
    await dialog.get_by_role("textbox", name="Group name").fill(name)
    for typed, person in people:
        await dialog.get_by_role("combobox", name="Users").fill(typed)
        await dialog.get_by_role("option", name=person).click()
    await dialog.get_by_role("button", name="Create").click()
    await expect(device.room_heading(name)).to_be_visible()


async def test_new_says_what_is_lacking(asha: Device) -> None:
    await asha.open_chatbox()
    dialog = await asha.start("Direct Chat")
    await dialog.get_by_role("combobox", name="User").fill("nobody of this name")
    await expect(dialog.get_by_text("Nobody called “nobody of this name”")).to_be_visible()
    await expect(dialog.get_by_role("button", name="Create")).to_be_disabled()
    await dialog.get_by_role("radio", name="Group").check()
    await expect(dialog.get_by_role("button", name="Create")).to_be_disabled()
    await dialog.get_by_role("textbox", name="Group name").fill("Gate 2")
    await expect(dialog.get_by_role("button", name="Create")).to_be_enabled()


async def test_who_is_deactivated_is_found_by_nobody(asha: Device, serving: Serving) -> None:
    serving.do(lambda tx: users.deactivate_as_operator(tx, serving.people.dana.id))
    await asha.open_chatbox()
    await asha.search_box.fill("e")
    await expect(asha.chatbox.get_by_role("button", name="Emre Yıldız", exact=True)).to_be_visible()
    await asha.search_box.fill("dana")
    await expect(asha.chatbox.get_by_text("Nothing found for “dana”")).to_be_visible()


# Learning of it


@at_every_size
async def test_a_message_elsewhere_pops_up_counts_and_opens_by_a_click(
    asha: Device, serving: Serving
) -> None:
    people = serving.people
    await asha.expect_unread(0)
    say(serving, people.bela, people.direct, "Lunch?")
    await expect(asha.notification("Lunch?")).to_contain_text("Bela Kovács")
    await asha.expect_unread(1)
    say(serving, people.chidi, people.group, "We are late.")
    await expect(asha.notification("We are late.")).to_contain_text("Chidi Okaforin Launch")
    await asha.expect_unread(2)
    await asha.notification("Lunch?").click()
    await expect(asha.room_heading("Bela Kovács")).to_be_visible()
    await expect(asha.message("Lunch?")).to_be_visible()
    await expect(asha.notification("Lunch?")).to_have_count(0)
    await asha.notifications.get_by_role("button", name="Dismiss").click()
    await expect(asha.notifications).to_have_count(0)
    await asha.close_chatbox()
    await asha.expect_unread(1)


async def test_the_room_that_is_looked_at_needs_no_pop_up_but_another_does(
    asha: Device, serving: Serving
) -> None:
    people = serving.people
    await asha.open_room("Bela Kovács")
    say(serving, people.bela, people.direct, "You see this.")
    await expect(asha.message("You see this.")).to_be_visible()
    say(serving, people.chidi, people.group, "And this is elsewhere.")
    await expect(asha.notification("And this is elsewhere.")).to_be_visible()
    await expect(asha.notifications.get_by_role("button", name="Dismiss")).to_have_count(1)
    await asha.expect_unread(1)


async def test_a_page_behind_another_reads_nothing_until_one_comes_back(
    asha: Device, serving: Serving
) -> None:
    people = serving.people
    other = await asha.open_tab()
    await asha.open_room("Bela Kovács")
    await asha.go_behind()
    say(serving, people.bela, people.direct, "Are you there?")
    await expect(asha.notification("Are you there?")).to_be_visible()
    await asha.expect_unread(1)
    await other.expect_unread(1)
    await asha.come_back()
    await asha.expect_unread(0)
    await other.expect_unread(0)
    await expect(asha.notification("Are you there?")).to_have_count(0)


async def test_two_tabs_and_two_devices_of_one_person_show_the_same_counter(
    asha: Device, open_device: OpenDevice, serving: Serving
) -> None:
    people = serving.people
    everywhere = [asha, await asha.open_tab(), await open_device(people.asha)]

    async def expect_everywhere(count: int) -> None:
        for device in everywhere:
            await device.expect_unread(count)

    say(serving, people.bela, people.direct, "One", "Two")
    [third] = say(serving, people.chidi, people.group, "Three")
    await expect_everywhere(3)
    serving.do(lambda tx: messages.delete(tx, people.chidi.id, people.group, third))
    await expect_everywhere(2)
    await everywhere[2].open_room("Bela Kovács")
    await expect_everywhere(0)
    say(serving, people.dana, people.group, "Four")
    await expect_everywhere(1)
    await asha.open_room("Launch")
    await asha.write("Five, and all is read by that.")
    await expect_everywhere(0)


async def test_the_counter_is_the_same_after_a_reload_and_ends_at_99(asha: Device, serving: Serving) -> None:
    people = serving.people
    say(serving, people.bela, people.direct, *(f"{count}" for count in range(99)))
    await asha.expect_unread(99)
    say(serving, people.chidi, people.group, "The hundredth")
    await asha.expect_unread("99+")
    await asha.page.reload()
    await asha.expect_unread("99+")


async def test_a_message_is_announced_once_where_it_is_not_looked_at(asha: Device, serving: Serving) -> None:
    people = serving.people
    await asha.expect_unread(0)
    say(serving, people.bela, people.direct, "Say this once.")
    spoken = asha.page.locator("[aria-live=polite]")
    await expect(spoken).to_have_text("Bela Kovács: Say this once.")
    await expect(asha.notifications).not_to_have_attribute("aria-live", "polite")


# Looking back


async def test_what_was_written_before_one_came_stands_below_a_line(asha: Device, serving: Serving) -> None:
    people = serving.people
    say(serving, people.asha, people.direct, "Mine, read of course.")
    say(serving, people.bela, people.direct, "New one.", "New two.")
    await asha.open_room("Bela Kovács")
    await expect(asha.line("New messages")).to_have_count(1)
    line = await asha.line("New messages").bounding_box()
    old = await asha.message("Mine, read of course.").bounding_box()
    new = await asha.message("New one.").bounding_box()
    assert line
    assert old
    assert new
    assert old["y"] < line["y"] < new["y"]
    await asha.leave_room()
    await asha.open_room("Bela Kovács")
    await expect(asha.message("New two.")).to_be_visible()
    await expect(asha.line("New messages")).to_have_count(0)


async def test_a_message_is_found_by_its_words_and_opens_where_it_stands(
    asha: Device, serving: Serving
) -> None:
    people = serving.people
    say(
        serving,
        people.bela,
        people.direct,
        *(f"Pallet {count}" for count in range(10)),
        "It is wet, pallet 10.",
    )
    say(serving, people.bela, people.direct, *(f"Pallet {count}" for count in range(11, 120)))
    say(serving, people.chidi, people.group, "The spanner is in the drawer.")
    await asha.open_chatbox()
    await asha.search_box.fill("spanner")
    await asha.found_message("The spanner is in the drawer.").get_by_role("button").click()
    await expect(asha.room_heading("Launch")).to_be_visible()
    search = asha.page.get_by_role("combobox", name="Search", exact=True)
    await search.fill("wet")
    await asha.page.get_by_role("option").filter(has_text="It is wet").click()
    await expect(asha.room_heading("Bela Kovács")).to_be_visible()
    await expect(asha.message("It is wet, pallet 10.")).to_be_in_viewport()
