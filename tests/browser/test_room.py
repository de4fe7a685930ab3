"""Inside a room: reading back without losing one's place, and what becomes of a message after it was written."""

from __future__ import annotations

import asyncio
import re

import pytest
from playwright.async_api import ElementHandle, Route, expect

from deskchat.domain import rooms
from tests.browser.browsers import DESKTOP, PHONE
from tests.browser.conftest import desktop_to_phone, phone_to_desktop
from tests.browser.device import Device
from tests.browser.office import read_all, say, say_days_ago
from tests.serving import Serving

MOST_MOVED = 1.0
"""Pixels by which a message may move that somebody is reading."""

_TOPMOST_IN_VIEW = """log => new Promise(done => {
    const look = () => {
        const { top, bottom } = log.getBoundingClientRect();
        const isInView = article => {
            const box = article.getBoundingClientRect();
            return article.checkVisibility({ visibilityProperty: true }) && box.top >= top && box.bottom <= bottom;
        };
        const article = [...log.querySelectorAll("article")].find(isInView);
        article ? done(article) : requestAnimationFrame(look);
    };
    look();
})"""
"""Looked for in one step: rows come and go between two questions. None is shown until it was measured."""
_SAMPLE_TOPS = """article => {
    article.tops = [];
    const sample = () => {
        article.tops.push(article.getBoundingClientRect().top);
        article.sampling = requestAnimationFrame(sample);
    };
    sample();
}"""
_WAIT_UNTIL_HIGHER = """(log, height) => new Promise(done => {
    const look = () => log.scrollHeight > height ? done() : requestAnimationFrame(look);
    look();
})"""
_END_SAMPLING = """article => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => {
    cancelAnimationFrame(article.sampling);
    done(article.isConnected ? article.tops : []);
})))"""


# Reading back


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=lambda size: size.name)
async def test_earlier_messages_arrive_above_without_moving_what_is_read(
    asha: Device, serving: Serving
) -> None:
    people = serving.people
    for day in range(6, 0, -1):
        say_days_ago(serving, day, people.bela, people.direct, *(told(day, count) for count in range(30)))
        say_days_ago(serving, day, people.asha, people.direct, *(told(day, count) for count in range(30, 50)))
    read_all(serving, people.asha, people.direct)
    pages = HeldPages()
    await asha.context.route(re.compile(r"/messages\?.*before="), pages.hold)
    await asha.open_room("Bela Kovács")
    await expect(asha.message(told(1, 49))).to_be_visible()

    for _ in range(5):
        reading = await scroll_up_until_held(asha, pages)
        height = await asha.log.evaluate("log => log.scrollHeight")
        await reading.evaluate(_SAMPLE_TOPS)
        pages.release()
        await asha.log.evaluate(_WAIT_UNTIL_HIGHER, height)
        tops: list[float] = await reading.evaluate(_END_SAMPLING)
        assert len(tops) > 1, "The message that was read is gone."
        assert max(tops) - min(tops) <= MOST_MOVED
    await asha.log.press("Home")
    await expect(asha.message(told(6, 0))).to_be_in_viewport()


def told(day: int, count: int) -> str:
    """Of many heights, as people write."""
    return f"Day {day}, number {count}." + " It took longer than anybody thought." * (count * 7 % 5)


class HeldPages:
    """Earlier messages are asked for, and wait until they are released."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()
        self._released = asyncio.Event()

    async def hold(self, route: Route) -> None:
        self.asked.set()
        await self._released.wait()
        self._released.clear()
        await route.continue_()

    def release(self) -> None:
        self.asked.clear()
        self._released.set()


async def scroll_up_until_held(device: Device, pages: HeldPages) -> ElementHandle:
    """The topmost message that is wholly in view then, once the log stands still."""
    while not pages.asked.is_set():
        await device.log.evaluate("log => log.scrollBy(0, -200)")
        await device.page.evaluate("new Promise(done => requestAnimationFrame(() => setTimeout(done)))")
    found = await device.log.evaluate_handle(_TOPMOST_IN_VIEW)
    article = found.as_element()
    assert article
    return article


async def test_who_reads_on_and_waits_for_later_messages_stays_where_they_are(
    asha: Device, serving: Serving
) -> None:
    people = serving.people
    numbers = say(serving, people.bela, people.direct, *(f"Pallet {count}" for count in range(200)))
    pages = HeldPages()
    await asha.context.route(re.compile(r"/messages\?.*after="), pages.hold)
    await asha.open_chat_page(f"/chat/{people.direct}/{numbers[40]}")
    await pages.asked.wait()
    await expect(asha.message("Pallet 40")).to_be_in_viewport()
    await asha.log.press("End")
    last = asha.messages.last
    await expect(last).to_be_in_viewport()
    text = await last.get_by_role("paragraph").inner_text()
    height = await asha.log.evaluate("log => log.scrollHeight")
    pages.release()
    await asha.log.evaluate(_WAIT_UNTIL_HIGHER, height)
    await asha.stand_still()
    await expect(asha.message(text)).to_be_in_viewport()


async def test_what_is_sent_while_the_room_is_loading_stands_below_what_was_there(
    asha: Device, serving: Serving
) -> None:
    people = serving.people
    say(serving, people.bela, people.direct, "The truck is here.")
    pages = HeldPages()
    await asha.context.route(re.compile(r"/messages\?"), pages.hold)
    await asha.open_room("Bela Kovács")
    await asha.write("Send it to gate two.")
    await expect(asha.message("Send it to gate two.").get_by_role("img", name="sent")).to_be_visible()
    pages.release()
    await expect(asha.messages.get_by_role("paragraph")).to_have_text(
        ["The truck is here.", "Send it to gate two."]
    )


async def test_a_line_stands_before_the_first_message_of_each_day(asha: Device, serving: Serving) -> None:
    people = serving.people
    say_days_ago(serving, 400, people.bela, people.direct, "Last year.")
    say_days_ago(serving, 1, people.bela, people.direct, "Yesterday one.", "Yesterday two.")
    say(serving, people.bela, people.direct, "Today one.")
    await asha.open_room("Bela Kovács")
    await expect(asha.line("Yesterday")).to_have_count(1)
    await expect(asha.line("Today")).to_have_count(1)
    await expect(asha.line(re.compile(r"^\w+day,? \d+ \w+ \d{4}$"))).to_have_count(1)


async def test_who_reads_further_up_is_not_moved_by_what_arrives(asha: Device, serving: Serving) -> None:
    people = serving.people
    say(serving, people.bela, people.direct, *(f"Pallet {count}" for count in range(40)))
    read_all(serving, people.asha, people.direct)
    await asha.open_room("Bela Kovács")
    await expect(asha.message("Pallet 39")).to_be_visible()
    await asha.log.press("Home")
    await expect(asha.message("Pallet 0")).to_be_in_viewport()
    before = await asha.message("Pallet 0").bounding_box()
    say(serving, people.bela, people.direct, "The newest.")
    await expect(asha.button("Newest, 1 unread")).to_be_visible()
    assert await asha.message("Pallet 0").bounding_box() == before
    await asha.expect_unread(1)
    await asha.button("Newest, 1 unread").click()
    await expect(asha.message("The newest.")).to_be_in_viewport()
    await asha.expect_unread(0)


async def test_who_comes_back_begins_where_reading_ended(asha: Device, serving: Serving) -> None:
    people = serving.people
    say(serving, people.bela, people.direct, *(f"Read {count}" for count in range(30)))
    read_all(serving, people.asha, people.direct)
    say(serving, people.bela, people.direct, *(f"Unread {count}" for count in range(30)))
    await asha.open_room("Bela Kovács")
    await expect(asha.line("New messages")).to_be_in_viewport()
    await expect(asha.message("Unread 0")).to_be_in_viewport()
    await expect(asha.message("Unread 29")).not_to_be_in_viewport()
    await asha.expect_unread(30)


# What becomes of a message


async def test_a_message_that_is_refused_stays_to_be_tried_again_or_deleted(
    asha: Device, serving: Serving
) -> None:
    await asha.open_room("Bela Kovács")
    await asha.write("A bell rings: \x07", "After it.")
    refused = asha.message("A bell rings: \x07")
    await expect(refused.get_by_role("img", name="not sent")).to_be_visible()
    await expect(refused.get_by_role("alert")).to_contain_text("Not sent")
    await expect(asha.message("After it.").get_by_role("img", name="sent")).to_be_visible()
    await refused.get_by_role("button", name="Try again").click()
    await expect(refused.get_by_role("alert")).to_contain_text("Not sent")
    await asha.leave_room()
    row = asha.conversation("Bela Kovács")
    await expect(row).to_be_visible()
    await asha.open_room("Bela Kovács")
    await refused.get_by_role("button", name="Delete").click()
    await expect(refused).to_have_count(0)
    await asha.page.reload()
    await asha.open_room("Bela Kovács")
    await expect(asha.message("After it.")).to_be_visible()
    await expect(refused).to_have_count(0)


@desktop_to_phone
async def test_an_edit_is_seen_by_all_at_once_with_the_earlier_texts_behind_it(
    asha: Device, bela: Device
) -> None:
    await asha.open_room("Bela Kovács")
    await bela.open_room("Asha Rao")
    await asha.write("Gate 3.")
    await expect(bela.message("Gate 3.")).to_be_visible()
    await asha.choose_for_message("Gate 3.", "Edit")
    await expect(asha.page.get_by_text("Editing your message")).to_be_visible()
    await expect(asha.box).to_be_focused()
    await expect(asha.box).to_have_value("Gate 3.")
    await asha.box.fill("Gate 2.")
    await asha.button("Save").click()
    for device in (asha, bela):
        await expect(device.message("Gate 2.")).to_be_visible()
        await expect(device.message("Gate 3.")).to_have_count(0)
        await device.message("Gate 2.").get_by_role("button", name="edited, show earlier texts").click()
        earlier = device.dialog("Earlier texts")
        await expect(earlier.get_by_text("Gate 3.", exact=True)).to_be_visible()
        await earlier.press("Escape")
        await expect(earlier).to_be_hidden()


@phone_to_desktop
async def test_a_deleted_message_leaves_a_quiet_stone_for_all_and_no_text_anywhere(
    asha: Device, bela: Device
) -> None:
    await asha.open_room("Bela Kovács")
    await bela.open_room("Asha Rao")
    await asha.write("Wrong chat, sorry.")
    await expect(bela.message("Wrong chat, sorry.")).to_be_visible()
    await asha.choose_for_message("Wrong chat, sorry.", "Delete")
    await asha.dialog("Delete this message?").get_by_role("button", name="Cancel").click()
    await expect(asha.message("Wrong chat, sorry.")).to_be_visible()
    await asha.choose_for_message("Wrong chat, sorry.", "Delete")
    await asha.dialog("Delete this message?").get_by_role("button", name="Delete").click()
    for device in (asha, bela):
        await expect(device.message("Message deleted")).to_be_visible()
        await device.leave_room()
        await expect(device.chatbox).not_to_contain_text("Wrong chat")
        await expect(device.conversations).to_contain_text("Message deleted")


async def test_what_others_wrote_can_be_copied_and_not_changed(asha: Device, serving: Serving) -> None:
    people = serving.people
    say(serving, people.bela, people.direct, "Mine alone.")
    await asha.open_room("Bela Kovács")
    await asha.message("Mine alone.").hover()
    await asha.message("Mine alone.").get_by_role("button", name="Message actions").click()
    menu = asha.page.get_by_role("menu", name="Message actions")
    await expect(menu.get_by_role("menuitem")).to_have_text(
        ["Copy text", "Copy link", "Seen by", "Mark unread"]
    )


async def test_arrow_up_in_an_empty_box_edits_ones_last_message(asha: Device, serving: Serving) -> None:
    people = serving.people
    await asha.open_room("Bela Kovács")
    await asha.write("My first.", "My last.")
    await expect(asha.message("My last.").get_by_role("img", name="sent")).to_be_visible()
    say(serving, people.bela, people.direct, "Not mine.")
    await expect(asha.message("Not mine.")).to_be_visible()
    await asha.box.press("ArrowUp")
    await expect(asha.box).to_have_value("My last.")
    await asha.box.press("Escape")
    await expect(asha.box).to_have_value("")
    await expect(asha.room_heading("Bela Kovács")).to_be_visible()
    await asha.box.press("ArrowUp")
    await asha.box.fill("My very last.")
    await asha.box.press("Enter")
    await expect(asha.message("My very last.")).to_be_visible()
    await expect(asha.message("My last.")).to_have_count(0)
    await expect(asha.message("My first.")).to_be_visible()


async def test_enter_sends_and_shift_enter_begins_a_line(asha: Device, bela: Device) -> None:
    await asha.open_room("Bela Kovács")
    await bela.open_room("Asha Rao")
    await asha.box.press_sequentially("First line")
    await asha.box.press("Shift+Enter")
    await asha.box.press_sequentially("  second line")
    await asha.box.press("Enter")
    await expect(asha.box).to_have_value("")
    text = bela.messages.get_by_role("paragraph")
    await expect(text).to_have_count(1)
    assert await text.inner_text() == "First line\n  second line"


async def test_a_draft_waits_in_its_room_and_in_the_list(asha: Device) -> None:
    await asha.open_room("Bela Kovács")
    await asha.box.fill("Not finished")
    await asha.leave_room()
    await expect(asha.conversations).to_contain_text("Draft: Not finished")
    await asha.open_room("Launch")
    await expect(asha.box).to_have_value("")
    await asha.page.reload()
    await asha.open_room("Bela Kovács")
    await expect(asha.box).to_have_value("Not finished")
    await asha.box.press("Enter")
    await expect(asha.message("Not finished").get_by_role("img", name="sent")).to_be_visible()
    await asha.leave_room()
    await expect(asha.conversations).not_to_contain_text("Draft")


async def test_a_message_too_long_waits_in_the_box_and_says_by_how_much(asha: Device) -> None:
    await asha.open_room("Bela Kovács")
    await asha.box.fill("x" * 10_003)
    await expect(asha.page.get_by_text("3 characters too many")).to_be_visible()
    await asha.box.press("Enter")
    await expect(asha.box).to_have_value("x" * 10_003)
    await asha.box.fill("x" * 10_000)
    await asha.box.press("Enter")
    await expect(asha.messages.get_by_role("img", name="sent")).to_have_count(1)


async def test_who_is_removed_from_a_group_no_longer_sees_it(bela: Device, serving: Serving) -> None:
    people = serving.people
    say(serving, people.asha, people.group, "Among us.")
    await bela.open_room("Launch")
    await expect(bela.message("Among us.")).to_be_visible()
    serving.do(lambda tx: rooms.remove_member(tx, people.asha.id, people.group, people.bela.id))
    await expect(bela.page.get_by_text("This chat is not here")).to_be_visible()
    await expect(bela.log).to_have_count(0)
    await bela.chatbox.get_by_role("button", name="Back to conversations").last.click()
    await expect(bela.conversation("Asha Rao")).to_be_visible()
    await expect(bela.conversation("Launch")).to_have_count(0)
