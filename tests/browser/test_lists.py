"""The lists of the desk and the search over everything, by two people, at a desk and on a phone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.async_api import Locator, expect

from deskchat.realtime.watch import end_all
from tests.browser.browsers import DESKTOP, PHONE
from tests.browser.conftest import OpenDevice, on_a_phone
from tests.browser.device import Device
from tests.browser.office import say
from tests.serving import Serving

BOTH = pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=lambda size: size.name)

ROOMS, MESSAGES, PROFILES = "Chat Room List", "Chat Message List", "Chat Profile Report"


def table(device: Device, name: str) -> Locator:
    return device.page.get_by_role("table", name=name, exact=True)


def row(device: Device, text: str) -> Locator:
    """Of the body of the list that is open."""
    return device.page.locator("tbody").get_by_role("row").filter(has_text=text)


def column(device: Device, name: str) -> Locator:
    return device.page.get_by_role("columnheader", name=name, exact=True)


def search(device: Device) -> Locator:
    return device.page.get_by_role("combobox", name="Search", exact=True)


def options(device: Device, heading: str) -> Locator:
    return device.page.get_by_role("group", name=heading, exact=True).get_by_role("option")


@on_a_phone
async def test_each_list_is_reached_from_explore_and_by_the_search(asha: Device) -> None:
    for name in (ROOMS, MESSAGES, PROFILES):
        await asha.go_to("/")
        tools = asha.page.get_by_role("region", name="Tools")
        await tools.get_by_role("link", name=name).click()
        await expect(asha.heading(name)).to_be_visible()
        await asha.go_to("/")
        await search(asha).fill(name.lower())
        await expect(asha.page.get_by_role("option", name=name, exact=True)).to_have_attribute(
            "aria-selected", "true"
        )
        await search(asha).press("Enter")
        await expect(asha.heading(name)).to_be_visible()
        await expect(asha.page).to_have_title(re.compile(name))


@on_a_phone
async def test_a_listed_message_is_seen_whole_with_who_wrote_it_and_where(
    asha: Device, serving: Serving
) -> None:
    people = serving.people
    say(serving, people.bela, people.group, "The truck is here.")
    await asha.go_to("/chat-message-list")
    listed = row(asha, "The truck is here.")
    for text in ("The truck is here.", "Bela Kovács", "Launch"):
        await expect(listed.get_by_text(text, exact=True)).to_be_in_viewport(ratio=1)


@BOTH
async def test_ones_rooms_are_listed_sorted_and_filtered_and_the_address_keeps_it(
    asha: Device, serving: Serving
) -> None:
    people = serving.people
    say(serving, people.bela, people.direct, "one", "two")
    await asha.go_to("/chat-room-list")
    await expect(table(asha, ROOMS)).to_be_visible()
    await expect(row(asha, "Launch").get_by_role("cell")).to_have_text(["Launch", "Group", "5", "0", "—", ""])
    await expect(row(asha, "Bela Kovács").get_by_role("cell").nth(3)).to_have_text("2")
    await expect(row(asha, "Bela Kovács").get_by_role("cell").last).to_have_text("2")
    await asha.button("Members").click()
    await expect(column(asha, "Members")).to_have_attribute("aria-sort", "descending")
    await expect(asha.page.locator("tbody").get_by_role("row").first).to_contain_text("Launch")
    await asha.page.get_by_role("checkbox", name="Only unread").check()
    await expect(row(asha, "Launch")).to_have_count(0)
    await asha.page.reload()
    await expect(row(asha, "Bela Kovács")).to_be_visible()
    await expect(row(asha, "Launch")).to_have_count(0)
    await expect(column(asha, "Members")).to_have_attribute("aria-sort", "descending")
    await asha.page.go_back()
    await expect(row(asha, "Launch")).to_be_visible()
    await asha.page.get_by_role("combobox", name="Type").focus()
    await asha.page.get_by_role("combobox", name="Type").select_option("Group")
    await expect(row(asha, "Bela Kovács")).to_have_count(0)
    await expect(asha.button("Remove filter Group")).to_be_focused()
    await asha.button("Remove filter Group").click()
    await expect(row(asha, "Bela Kovács")).to_be_visible()
    await expect(asha.page.get_by_role("combobox", name="Type")).to_be_focused()
    await asha.page.get_by_role("searchbox", name="Filter by name").fill("nobody")
    await expect(asha.page.get_by_text("Nothing fits these filters")).to_be_visible()
    await asha.button("Clear").click()
    await row(asha, "Launch").get_by_role("button", name="Launch").click()
    await expect(asha.room_heading("Launch")).to_be_visible()


@BOTH
async def test_a_message_is_edited_in_the_list_and_the_other_sees_it_at_once(
    asha: Device, bela: Device, serving: Serving
) -> None:
    people = serving.people
    say(serving, people.asha, people.direct, "Gate 3.")
    say(serving, people.bela, people.direct, "Which gate?")
    await bela.open_room("Asha Rao")
    await expect(bela.message("Gate 3.")).to_be_visible()
    await asha.go_to("/chat-message-list")
    await expect(row(asha, "Which gate?").get_by_role("button", name="Edit")).to_have_count(0)
    edit = row(asha, "Gate 3.").get_by_role("button", name="Edit", exact=True)
    await edit.click()
    dialog = asha.dialog("Edit message")
    await expect(dialog.get_by_role("textbox", name="Message")).to_have_value("Gate 3.")
    await dialog.get_by_role("textbox", name="Message").fill("Gate 2.")
    await dialog.get_by_role("button", name="Save").click()
    await expect(dialog).to_be_hidden()
    await expect(row(asha, "Gate 2.")).to_contain_text("edited")
    await expect(row(asha, "Gate 2.").get_by_role("button", name="Edit", exact=True)).to_be_focused()
    await expect(bela.message("Gate 2.")).to_be_visible()
    await expect(bela.message("Gate 3.")).to_have_count(0)


async def test_messages_are_found_by_words_author_and_room_and_opened_where_they_stand(
    asha: Device, serving: Serving
) -> None:
    people = serving.people
    say(serving, people.chidi, people.group, "The pump is here.")
    say(serving, people.bela, people.direct, "A pump for lunch?")
    say(serving, people.asha, people.group, *(f"line {number}" for number in range(60)))
    await asha.go_to("/chat-message-list")
    await expect(asha.page.get_by_text("1 to 50 of 62")).to_be_visible()
    await asha.button("Next page").click()
    await expect(asha.page.get_by_text("51 to 62 of 62")).to_be_visible()
    await expect(row(asha, "The pump is here.")).to_be_visible()
    await asha.button("Previous page").click()
    await expect(row(asha, "line 59")).to_be_visible()
    await asha.page.get_by_role("searchbox", name="Search in messages").fill("pump")
    await expect(asha.page.get_by_text("2 messages")).to_be_visible()
    await asha.page.get_by_role("combobox", name="Author").fill("chi")
    await asha.page.get_by_role("option", name="Chidi Okafor").click()
    await expect(row(asha, "A pump for lunch?")).to_have_count(0)
    await expect(asha.button("Remove filter By Chidi Okafor")).to_be_visible()
    await row(asha, "The pump is here.").get_by_role("button").click()
    await expect(asha.room_heading("Launch")).to_be_visible()
    await expect(asha.message("The pump is here.")).to_be_in_viewport()


@BOTH
async def test_a_chat_is_started_from_the_profile_report(asha: Device) -> None:
    await asha.go_to("/chat-profile-report")
    await expect(table(asha, PROFILES)).to_be_visible()
    await expect(row(asha, "Asha Rao")).to_contain_text("You")
    await expect(row(asha, "Mallory").get_by_role("cell").nth(1)).to_have_text("Offline")
    await expect(row(asha, "Mallory").get_by_role("cell").nth(3)).to_have_text("0")
    await asha.page.get_by_role("searchbox", name="Filter by name").fill("dan")
    await expect(row(asha, "Mallory")).to_have_count(0)
    await row(asha, "Dana Lindqvist").get_by_role("button", name="Start chat", exact=True).click()
    await expect(asha.room_heading("Dana Lindqvist")).to_be_visible()
    await expect(asha.box).to_be_visible()


async def test_a_list_is_taken_away_as_a_file_with_its_filters(
    asha: Device, serving: Serving, tmp_path: Path
) -> None:
    people = serving.people
    say(serving, people.bela, people.direct, "=pump", "valve")
    await asha.go_to("/chat-message-list?text=pump")
    await expect(row(asha, "=pump")).to_be_visible()
    async with asha.page.expect_download() as downloading:
        await asha.page.get_by_role("link", name="Export CSV").click()
    file = await downloading.value
    assert file.suggested_filename == "chat-message-list.csv"
    await file.save_as(tmp_path / "list.csv")
    text = (tmp_path / "list.csv").read_text("utf-8-sig")
    assert ",'=pump," in text
    assert "valve" not in text


async def test_columns_are_chosen_for_this_device(asha: Device) -> None:
    await asha.go_to("/chat-profile-report")
    await expect(column(asha, "Last here")).to_be_visible()
    await asha.button("Columns").click()
    await asha.page.get_by_role("checkbox", name="Last here").uncheck()
    await expect(column(asha, "Last here")).to_have_count(0)
    await asha.page.reload()
    await expect(column(asha, "Rooms shared")).to_be_visible()
    await expect(column(asha, "Last here")).to_have_count(0)


async def test_a_list_that_does_not_load_says_so_and_loads_when_the_connection_is_back(
    asha: Device, serving: Serving
) -> None:
    await asha.go_to("/chat-room-list")
    await expect(row(asha, "Launch")).to_be_visible()
    asha.faults.network_breaks = True
    await asha.context.set_offline(True)
    serving.call(lambda: end_all(serving.parts.services.hub))
    await asha.button("Members").click()
    await expect(asha.page.get_by_text("The list did not load")).to_be_visible()
    await asha.context.set_offline(False)
    await expect(row(asha, "Launch")).to_be_visible()


@BOTH
async def test_the_search_finds_everything_by_its_kind_and_leads_to_all_messages(
    asha: Device, serving: Serving
) -> None:
    people = serving.people
    say(serving, people.bela, people.group, "A chart of the pump", "The chart is new")
    await search(asha).fill("cha")
    await expect(options(asha, "Messages")).to_have_count(3)
    await expect(options(asha, "Messages").first).to_contain_text("The chart is new")
    await expect(options(asha, "Go to").first).to_have_text("Chat Room List")
    await expect(options(asha, "Go to").first).to_have_attribute("aria-selected", "true")
    await search(asha).fill("la")
    await expect(options(asha, "Rooms").first).to_contain_text("Launch")
    await search(asha).fill("dana")
    await expect(options(asha, "People")).to_have_count(1)
    await search(asha).fill("chart")
    await expect(options(asha, "Messages")).to_have_count(3)
    await search(asha).press("ArrowUp")
    await expect(asha.page.get_by_role("option", name="All messages with “chart”")).to_have_attribute(
        "aria-selected", "true"
    )
    await search(asha).press("Enter")
    await expect(asha.heading(MESSAGES)).to_be_visible()
    await expect(row(asha, "A chart of the pump")).to_be_visible()


async def test_lists_show_nothing_of_rooms_one_is_not_in(open_device: OpenDevice, serving: Serving) -> None:
    people = serving.people
    say(serving, people.bela, people.group, "A secret of the launch")
    mallory = await open_device(people.mallory)
    await mallory.go_to("/chat-room-list")
    await expect(mallory.page.get_by_text("You are in no chat yet")).to_be_visible()
    await mallory.go_to(f"/chat-message-list?room={people.group}")
    await expect(mallory.page.get_by_text("This chat does not exist, or you are not in it.")).to_be_visible()
    await mallory.go_to("/chat-message-list?text=secret")
    await expect(mallory.page.get_by_text("Nothing fits these filters")).to_be_visible()
