"""Roles and names by which assistive technology, and these tests, find everything: they stay as they are."""

from __future__ import annotations

import re

from playwright.async_api import Locator, expect

from deskchat.domain import messages
from tests.browser.device import Device, Devices
from tests.browser.office import say
from tests.serving import Serving


async def expect_named(within: Locator, names: list[tuple[str, str]]) -> None:
    """Each role and name is there, once, and can be seen. Names are whole ones."""
    for role, name in names:
        found = within.get_by_role(role, name=name, exact=True)  # type: ignore[arg-type]
        await expect(found, f"{role} {name!r}").to_have_count(1)
        await expect(found, f"{role} {name!r}").to_be_visible()


async def test_sign_in(serving: Serving, devices: Devices) -> None:
    stranger = await devices.open(serving.url)
    await expect_named(
        stranger.page.locator("body"),
        [("heading", "Sign in"), ("textbox", "Email"), ("button", "Sign in")],
    )
    await expect(stranger.page.get_by_label("Password", exact=True)).to_have_attribute("type", "password")


async def test_the_desk(asha: Device, serving: Serving) -> None:
    people = serving.people
    await asha.expect_unread(0)
    say(serving, people.bela, people.direct, "One.", "Two.")
    say(serving, people.chidi, people.group, "Three.")
    await asha.expect_unread(3)
    banner = asha.page.get_by_role("banner")
    await expect_named(
        banner,
        [
            ("combobox", "Search"),
            ("button", "Chat, 3 unread"),
            ("button", "User menu"),
            ("link", "Explore"),
        ],
    )
    await expect(banner.get_by_text("3", exact=True)).to_be_visible()
    await expect_named(asha.page.get_by_role("region", name="Tools"), [("link", "Chat")])
    region = asha.page.get_by_role("region", name="Notifications")
    await expect(region).to_have_count(1)
    await expect_named(
        region,
        [("button", "Chidi Okafor in Launch Three."), ("button", "Bela Kovács Two.")],
    )
    await expect_named(
        asha.page.get_by_role("region", name="Waiting for you"),
        [("button", "Chidi Okafor in Launch: Three."), ("button", "Bela Kovács: Two.")],
    )


async def test_the_chatbox(asha: Device, serving: Serving) -> None:
    people = serving.people
    say(serving, people.bela, people.direct, "One.", "Two.")
    await asha.open_chatbox()
    await expect(asha.chatbox).to_have_attribute("aria-modal", "false")
    await expect_named(
        asha.chatbox,
        [
            ("searchbox", "Search people and chats"),
            ("button", "New"),
            ("button", "Open as a page"),
            ("button", "Close"),
            ("list", "Conversations"),
            ("button", "Bela Kovács, 2 unread"),
            ("button", "Launch"),
            ("separator", "Width of the chat"),
            ("separator", "Height of the chat"),
        ],
    )
    await expect(asha.conversation("Bela Kovács", unread=2)).to_have_accessible_description(
        re.compile(r"^Two\. \d\d:\d\d offline$")
    )
    await asha.search_box.fill("emre")
    await expect_named(asha.chatbox, [("button", "Emre Yıldız")])


async def test_the_page_of_the_chat(asha: Device, serving: Serving) -> None:
    people = serving.people
    say(serving, people.bela, people.direct, "One.", "Two.")
    await asha.expect_unread(2)
    await asha.page.get_by_role("region", name="Tools").get_by_role("link", name="Chat", exact=True).click()
    await expect_named(
        asha.page.get_by_role("main"),
        [
            ("heading", "Chat"),
            ("searchbox", "Search people and chats"),
            ("button", "New"),
            ("list", "Conversations"),
            ("button", "Bela Kovács, 2 unread"),
        ],
    )
    await asha.chat("Launch").click()
    await expect_named(
        asha.page.get_by_role("main"),
        [
            ("button", "Details"),
            ("log", "Messages"),
            ("textbox", "Message"),
            ("button", "Send"),
            ("complementary", "Details"),
            ("list", "Members"),
        ],
    )
    await expect(asha.page.get_by_role("dialog")).to_have_count(0)


async def test_a_new_chat(asha: Device) -> None:
    await asha.open_chatbox()
    dialog = await asha.start("Direct Chat")
    await expect_named(
        dialog,
        [
            ("radiogroup", "Chat type"),
            ("radio", "Direct Chat"),
            ("radio", "Group"),
            ("combobox", "User"),
            ("button", "Create"),
        ],
    )
    await dialog.get_by_role("radio", name="Group").check()
    await expect_named(dialog, [("textbox", "Group name"), ("combobox", "Users"), ("button", "Create")])


async def test_a_room_and_its_messages(asha: Device, serving: Serving) -> None:
    people = serving.people
    [number] = say(serving, people.asha, people.direct, "Gate 3.")
    serving.do(lambda tx: messages.edit(tx, people.asha.id, people.direct, number, "Gate 2."))
    say(serving, people.bela, people.direct, "Thanks.")
    await asha.open_room("Bela Kovács")
    await expect_named(
        asha.chatbox,
        [
            ("heading", "Bela Kovács"),
            ("log", "Messages"),
            ("textbox", "Message"),
            ("button", "Send"),
            ("button", "Back to conversations"),
        ],
    )
    await expect(asha.log).to_have_attribute("aria-live", "off")
    await expect(asha.log).to_have_attribute("tabindex", "0")
    mine = asha.log.get_by_role("article", name=re.compile(r"^You, \d\d:\d\d$"))
    theirs = asha.log.get_by_role("article", name=re.compile(r"^Bela Kovács, \d\d:\d\d$"))
    await expect(mine).to_contain_text("Gate 2.")
    await expect(theirs).to_contain_text("Thanks.")
    await expect(asha.log.get_by_role("button", name="Message actions")).to_have_count(2)
    await mine.hover()
    await mine.get_by_role("button", name="Message actions").click()
    menu = asha.page.get_by_role("menu", name="Message actions")
    await expect(menu.get_by_role("menuitem")).to_have_text(
        ["Edit", "Copy text", "Copy link", "Seen by", "Delete"]
    )
