"""The chat as a page of its own: the same views beside each other, an address for each room and message."""

from __future__ import annotations

import asyncio
import re

import pytest
from playwright.async_api import Route, WebSocketRoute, expect

from deskchat.domain import rooms
from tests.browser.browsers import DESKTOP, PHONE
from tests.browser.conftest import desktop_to_phone, on_a_phone
from tests.browser.device import Device
from tests.browser.office import say
from tests.serving import Serving

NOTE_WHAT_MOVES = """
window.moved = [];
new PerformanceObserver((list) => {
    for (const { hadRecentInput, sources } of list.getEntries()) {
        if (!hadRecentInput) moved.push(sources.map(({ node }) => node?.className ?? node?.textContent));
    }
}).observe({ type: "layout-shift", buffered: true });
"""

at_every_size = pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=lambda size: size.name)


@desktop_to_phone
async def test_two_people_chat_on_the_page_and_what_they_open_has_an_address(
    asha: Device, bela: Device
) -> None:
    await asha.open_chat_page()
    await asha.chat("Bela Kovács").click()
    await expect(asha.page).to_have_url(re.compile(r"/chat/\d+$"))
    await bela.open_chat_page()
    await bela.chat("Asha Rao").click()
    await asha.write("Which gate?")
    await expect(bela.message("Which gate?")).to_be_visible()
    await bela.write("Two.")
    await expect(asha.message("Two.")).to_be_visible()
    await expect(asha.page.get_by_role("dialog")).to_have_count(0)


@at_every_size
async def test_back_and_forward_lead_through_the_rooms(asha: Device, serving: Serving) -> None:
    people = serving.people
    say(serving, people.chidi, people.group, "In the group.")
    say(serving, people.bela, people.direct, "Between us.")
    await asha.open_chat_page()
    await asha.chat("Launch").click()
    await expect(asha.message("In the group.")).to_be_visible()
    await asha.page.go_back()
    await expect(asha.log).to_have_count(0)
    await expect(asha.chat("Launch")).to_be_focused()
    await asha.chat("Bela Kovács").click()
    await expect(asha.message("Between us.")).to_be_visible()
    await asha.page.go_back()
    await asha.page.go_forward()
    await expect(asha.message("Between us.")).to_be_visible()
    await asha.page.reload()
    await expect(asha.message("Between us.")).to_be_visible()


async def test_nothing_moves_while_a_room_opens_and_others_write(asha: Device, serving: Serving) -> None:
    people = serving.people
    say(serving, people.bela, people.direct, *("Two have wet wrapping. " * (1 + i % 7) for i in range(60)))
    await asha.begin_every_page_with(NOTE_WHAT_MOVES)
    await asha.open_chat_page(f"/chat/{people.direct}")
    await expect(asha.messages.last).to_be_in_viewport()
    await asha.come_to_rest()
    say(serving, people.bela, people.direct, "And one is open.")
    await expect(asha.message("And one is open.")).to_be_in_viewport()
    await asha.come_to_rest()
    assert await asha.page.evaluate("moved") == []


@pytest.mark.parametrize("kind", ["direct", "group"])
async def test_nothing_moves_while_a_room_is_learnt_of(asha: Device, serving: Serving, kind: str) -> None:
    people = serving.people
    room: int = getattr(people, kind)
    say(serving, people.bela, room, *(f"Pallet {count}" for count in range(60)))
    rooms_may_come, messages_may_come = asyncio.Event(), asyncio.Event()

    async def hold_rooms(socket: WebSocketRoute) -> None:
        await rooms_may_come.wait()
        socket.connect_to_server()

    async def hold_messages(route: Route) -> None:
        await messages_may_come.wait()
        await route.continue_()

    await asha.context.route_web_socket("**/api/v1/socket", hold_rooms)
    await asha.context.route(re.compile(r"/messages\?"), hold_messages)
    await asha.begin_every_page_with(NOTE_WHAT_MOVES)
    await asha.open_chat_page(f"/chat/{room}")
    skeleton = asha.log.get_by_role("status")
    await expect(skeleton).to_have_css("opacity", "1")
    rooms_may_come.set()
    await expect(asha.button("Details")).to_be_visible()
    await asha.come_to_rest()
    await expect(skeleton).to_be_visible()
    messages_may_come.set()
    await expect(asha.messages.last).to_be_in_viewport()
    await asha.come_to_rest()
    assert await asha.page.evaluate("moved") == []


async def test_an_address_opens_the_room_at_a_message_in_its_context(asha: Device, serving: Serving) -> None:
    people = serving.people
    say(serving, people.bela, people.direct, *(f"Pallet {count}" for count in range(1, 200)))
    await asha.open_chat_page(f"/chat/{people.direct}/40")
    await expect(asha.message("Pallet 40")).to_be_in_viewport()
    await expect(asha.message("Pallet 39")).to_be_in_viewport()
    await expect(asha.message("Pallet 41")).to_be_in_viewport()
    await asha.button("Newest, 199 unread").or_(asha.button("Newest")).click()
    await expect(asha.message("Pallet 199")).to_be_in_viewport()


async def test_a_room_that_one_is_not_in_is_no_different_from_none(asha: Device, serving: Serving) -> None:
    people = serving.people
    theirs = serving.do(lambda tx: rooms.open_direct(tx, people.bela.id, people.chidi.id))
    for room in (theirs, 987654321):
        await asha.open_chat_page(f"/chat/{room}")
        await expect(asha.heading("This chat is not here")).to_be_visible()


@on_a_phone
async def test_a_pop_up_and_a_new_chat_open_on_the_page(asha: Device, serving: Serving) -> None:
    people = serving.people
    await asha.open_chat_page()
    await expect(asha.chat("Launch")).to_be_visible()
    say(serving, people.chidi, people.group, "The truck is here.")
    await asha.notification("The truck is here.").click()
    await expect(asha.page).to_have_url(re.compile(rf"/chat/{people.group}$"))
    await expect(asha.message("The truck is here.")).to_be_visible()
    await asha.open_chat_page()
    await asha.chats.get_by_role("button", name="New", exact=True).click()
    dialog = asha.dialog("New chat")
    await dialog.get_by_role("combobox", name="User").fill("emre")
    await dialog.get_by_role("option", name="Emre Yıldız").click()
    await dialog.get_by_role("button", name="Create").click()
    await expect(asha.heading("Emre Yıldız").first).to_be_visible()
    await asha.write("Hello Emre.")


async def test_the_details_say_who_of_them_is_here(asha: Device, bela: Device, serving: Serving) -> None:
    await asha.open_chat_page(f"/chat/{serving.people.group}")
    members = asha.details.get_by_role("list", name="Members").get_by_role("listitem")
    await expect(members.filter(has_text="Bela Kovács")).to_contain_text("online")
    await expect(members.filter(has_text="Chidi Okafor")).to_contain_text("offline")


@at_every_size
async def test_the_details_show_who_is_in_the_room(asha: Device, serving: Serving, size: object) -> None:
    people = serving.people
    await asha.open_chat_page(f"/chat/{people.group}")
    if size is PHONE:
        await expect(asha.details).to_have_count(0)
        await asha.button("Details").click()
        await expect(asha.button("Close details")).to_be_focused()
    members = asha.details.get_by_role("list", name="Members").get_by_role("listitem")
    await expect(members.filter(has_text="Asha Rao")).to_contain_text("You")
    await expect(members.filter(has_text="Chidi Okafor")).to_be_visible()
    if size is PHONE:
        await asha.page.keyboard.press("Escape")
        await expect(asha.details).to_have_count(0)
        await expect(asha.button("Details")).to_be_focused()
    else:
        await asha.button("Details").click()
        await expect(asha.details).to_have_count(0)
        await asha.page.reload()
        await expect(asha.log).to_be_visible()
        await expect(asha.details).to_have_count(0)


async def test_the_chat_button_focuses_the_page_and_the_chatbox_stays_shut(
    asha: Device, serving: Serving
) -> None:
    await asha.open_room("Bela Kovács")
    await asha.chatbox.get_by_role("button", name="Open as a page").click()
    await expect(asha.page).to_have_url(re.compile(rf"/chat/{serving.people.direct}$"))
    await expect(asha.box).to_be_focused()
    await expect(asha.chatbox).to_have_count(0)
    await asha.button("User menu").focus()
    await asha.chat_button.click()
    await expect(asha.box).to_be_focused()
    await expect(asha.chatbox).to_have_count(0)
    await asha.page.get_by_role("link", name="Explore").first.click()
    await expect(asha.heading("Explore")).to_be_visible()
    await expect(asha.chatbox).to_have_count(0)


async def test_between_phone_and_desktop_the_details_slide_over_the_room(
    asha: Device, serving: Serving
) -> None:
    await asha.page.set_viewport_size({"width": 800, "height": 700})
    await asha.open_chat_page(f"/chat/{serving.people.group}")
    await expect(asha.chat("Launch")).to_be_visible()
    await expect(asha.chat("Launch")).to_have_attribute("aria-current", "true")
    await expect(asha.details).to_have_count(0)
    room = await asha.log.bounding_box()
    await asha.button("Details").click()
    await expect(asha.details).to_be_visible()
    assert await asha.log.bounding_box() == room


@pytest.mark.parametrize("size", [PHONE], ids=lambda size: size.name)
async def test_who_comes_to_a_room_by_touch_sees_no_ring_round_it_until_a_key_is_used(
    asha: Device, serving: Serving
) -> None:
    say(serving, serving.people.chidi, serving.people.group, "In the group.")
    await asha.open_chat_page(f"/chat/{serving.people.group}")
    await expect(asha.log).to_be_focused()
    await expect(asha.log).to_have_css("outline-style", "none")
    await asha.page.keyboard.press("Shift")
    await expect(asha.log).to_have_css("outline-style", "solid")
