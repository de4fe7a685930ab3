"""The chatbox over the pages: it is found again as it was left, and made as large as one likes."""

from __future__ import annotations

import pytest
from playwright.async_api import FloatRect, Locator, expect

from tests.browser.browsers import DESKTOP, PHONE
from tests.browser.conftest import OpenDevice
from tests.browser.device import Device
from tests.browser.office import say
from tests.serving import Serving

at_every_size = pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=lambda size: size.name)


async def measure(of: Locator) -> FloatRect:
    box = await of.bounding_box()
    assert box
    # The scale of the screen leaves tiny fractions.
    return {
        "x": round(box["x"], 1),
        "y": round(box["y"], 1),
        "width": round(box["width"], 1),
        "height": round(box["height"], 1),
    }


@at_every_size
async def test_it_is_found_again_as_it_was_left(
    asha: Device, open_device: OpenDevice, serving: Serving
) -> None:
    people = serving.people
    await asha.open_room("Bela Kovács")
    await asha.page.reload()
    await expect(asha.room_heading("Bela Kovács")).to_be_visible()
    say(serving, people.bela, people.direct, "Still there?")
    await expect(asha.message("Still there?")).to_be_visible()
    await asha.leave_room()
    await asha.page.reload()
    await expect(asha.search_box).to_be_visible()
    await asha.close_chatbox()
    await asha.page.reload()
    await asha.expect_unread(0)
    await expect(asha.chatbox).to_have_count(0)
    other = await open_device(people.asha)
    await other.expect_unread(0)
    await expect(other.chatbox).to_have_count(0)


async def test_it_stays_open_from_page_to_page(asha: Device) -> None:
    await asha.open_room("Bela Kovács")
    await asha.box.fill("Half a thought")
    await asha.choose_in_user_menu("Settings")
    await expect(asha.heading("Settings")).to_be_visible()
    await expect(asha.box).to_have_value("Half a thought")


async def test_it_stays_where_its_head_was_drawn_to(asha: Device) -> None:
    await asha.open_chatbox()
    await asha.come_to_rest()
    before = await measure(asha.chatbox)
    await asha.page.mouse.move(before["x"] + 120, before["y"] + 24)
    await asha.page.mouse.down()
    await asha.page.mouse.move(before["x"] - 380, before["y"] - 16, steps=4)
    await asha.page.mouse.up()
    after = await measure(asha.chatbox)
    assert (after["x"], after["y"]) == (before["x"] - 500, before["y"] - 40)
    await asha.page.reload()
    await expect(asha.search_box).to_be_visible()
    await asha.come_to_rest()
    assert await measure(asha.chatbox) == after
    await asha.page.set_viewport_size({"width": 700, "height": 560})
    small = await measure(asha.chatbox)
    assert small["x"] >= 0
    assert small["y"] >= 48, "It lies over the toolbar."
    await asha.page.set_viewport_size(DESKTOP.viewport)
    assert await measure(asha.chatbox) == after
    await asha.page.mouse.dblclick(after["x"] + 120, after["y"] + 24)
    assert await measure(asha.chatbox) == before


async def test_who_takes_hold_of_it_again_at_once_draws_on(asha: Device) -> None:
    await asha.open_chatbox()
    await asha.come_to_rest()
    before = await measure(asha.chatbox)
    x, y = before["x"] + 120, before["y"] + 24
    mouse = asha.page.mouse
    await mouse.move(x, y)
    for _ in range(2):
        await mouse.down()
        x, y = x - 100, y - 8
        await mouse.move(x, y)
        await mouse.up()
    after = await measure(asha.chatbox)
    assert (after["x"], after["y"]) == (before["x"] - 200, before["y"] - 16)


async def test_beside_a_scrollbar_all_of_it_is_seen(asha: Device) -> None:
    await asha.open_chatbox()
    await asha.come_to_rest()
    # The browser of the tests hides its scrollbars: the page is made narrower as by one.
    await asha.page.evaluate("document.body.style.cssText = 'width: calc(100vw - 15px); transform: scale(1)'")
    before = await measure(asha.chatbox)
    await asha.page.mouse.move(before["x"] + 120, before["y"] + 24)
    await asha.page.mouse.down()
    await asha.page.mouse.move(0, before["y"] + 24)
    await asha.page.mouse.up()
    assert (await measure(asha.chatbox))["x"] == 0


async def test_it_is_moved_by_keys(asha: Device) -> None:
    await asha.open_chatbox()
    await asha.come_to_rest()
    before = await measure(asha.chatbox)
    await asha.button("Move the chat").focus()
    for key in ("ArrowLeft", "ArrowLeft", "ArrowUp"):
        await asha.page.keyboard.press(key)
    after = await measure(asha.chatbox)
    assert (after["x"], after["y"]) == (before["x"] - 40, before["y"] - 20)
    await asha.page.keyboard.press("Home")
    assert await measure(asha.chatbox) == before


async def test_what_comes_back_by_itself_leaves_the_focus_alone(asha: Device) -> None:
    await asha.open_room("Bela Kovács")
    await expect(asha.box).to_be_focused()
    await asha.page.reload()
    await expect(asha.box).to_be_visible()
    await expect(asha.box).not_to_be_focused()


async def test_a_pointer_draws_it_larger_and_it_stays_so(asha: Device) -> None:
    await asha.open_chatbox()
    await asha.come_to_rest()
    before = await measure(asha.chatbox)
    mouse = asha.page.mouse
    await mouse.move(before["x"] + 3, before["y"] + 3)
    await mouse.down()
    await mouse.move(before["x"] - 97, before["y"] - 47, steps=4)
    await mouse.up()
    after = await measure(asha.chatbox)
    assert (after["width"], after["height"]) == (before["width"] + 100, before["height"] + 50)
    assert after["x"] + after["width"] == before["x"] + before["width"], "Its right edge has moved."
    await mouse.move(after["x"] + 3, after["y"] + 200)
    await mouse.down()
    await mouse.move(after["x"] - 500, after["y"] + 200, steps=4)
    await mouse.up()
    assert (await measure(asha.chatbox))["width"] == 560
    await asha.page.reload()
    await expect(asha.chatbox).to_be_visible()
    again = await measure(asha.chatbox)
    assert (again["width"], again["height"]) == (560, after["height"])


async def test_keys_make_it_larger_and_smaller(asha: Device) -> None:
    await asha.open_chatbox()
    width = asha.chatbox.get_by_role("separator", name="Width of the chat")
    height = asha.chatbox.get_by_role("separator", name="Height of the chat")
    await width.focus()
    await asha.page.keyboard.press("ArrowLeft")
    await expect(width).to_have_attribute("aria-valuenow", "400")
    await asha.page.keyboard.press("End")
    assert (await measure(asha.chatbox))["width"] == 560
    await asha.page.keyboard.press("Home")
    assert (await measure(asha.chatbox))["width"] == 320
    await height.focus()
    await asha.page.keyboard.press("End")
    assert (await measure(asha.chatbox))["height"] == DESKTOP.height - 80
    await asha.page.keyboard.press("Home")
    assert (await measure(asha.chatbox))["height"] == 420
    await asha.page.keyboard.press("ArrowUp")
    await expect(height).to_have_attribute("aria-valuenow", "440")


@at_every_size
async def test_what_waits_is_on_the_desk_and_opens_from_there(asha: Device, serving: Serving) -> None:
    people = serving.people
    await expect(asha.heading("Explore")).to_be_visible()
    say(serving, people.chidi, people.group, "The truck is here.")
    waiting = asha.page.get_by_role("region", name="Waiting for you")
    await waiting.get_by_role("button", name="Chidi Okafor in Launch: The truck is here.").click()
    await expect(asha.room_heading("Launch")).to_be_visible()
    # Who closes the chat before the message was in view has not read it.
    await expect(asha.message("The truck is here.")).to_be_in_viewport()
    await asha.page.evaluate("new Promise(done => requestAnimationFrame(() => setTimeout(done)))")
    await asha.close_chatbox()
    await expect(waiting).to_have_count(0)


async def test_who_has_no_chats_is_shown_where_to_begin(open_device: OpenDevice, serving: Serving) -> None:
    mallory = await open_device(serving.people.mallory)
    begin = mallory.page.get_by_role("region", name="Where to begin")
    await begin.get_by_role("button", name="New chat").click()
    dialog = mallory.dialog("New chat")
    await dialog.get_by_role("combobox", name="User").fill("dana")
    await dialog.get_by_role("option", name="Dana Lindqvist").click()
    await dialog.get_by_role("button", name="Create").click()
    await expect(mallory.room_heading("Dana Lindqvist")).to_be_visible()
    await expect(begin).to_have_count(0)


async def test_a_pop_up_on_a_phone_leaves_the_head_of_the_room_free(
    open_device: OpenDevice, serving: Serving
) -> None:
    people = serving.people
    asha = await open_device(people.asha)
    await asha.page.set_viewport_size({"width": PHONE.width, "height": PHONE.height})
    await asha.open_room("Bela Kovács")
    say(serving, people.chidi, people.group, "The truck is here.")
    await expect(asha.notification("The truck is here.")).to_be_visible()
    notice = await measure(asha.notifications)
    back = await measure(asha.button("Back to conversations"))
    box = await measure(asha.box)
    assert back["y"] + back["height"] <= notice["y"]
    assert notice["y"] + notice["height"] <= box["y"]
