"""Naming somebody, emoji, what one is told of, and links that lead to a message."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

from tests.browser.browsers import DESKTOP, PHONE
from tests.browser.conftest import desktop_to_phone, on_a_phone, phone_to_desktop
from tests.browser.device import Device
from tests.browser.office import read_all, say
from tests.serving import Serving

FAKE_NOTIFICATIONS = """
    const shown = new Set();
    const tell = () => {
        document.documentElement.dataset.shown =
            Array.from(shown, ({ title, body }) => `${title}: ${body}`).join();
    };
    window.Notification = class {
        static permission = "default";
        static async requestPermission() {
            document.documentElement.dataset.asked = "yes";
            return (this.permission = "granted");
        }
        constructor(title, { body }) {
            Object.assign(this, { title, body });
            shown.add(this);
            tell();
        }
        close() {
            shown.delete(this);
            tell();
        }
    };
"""

at_every_size = pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=lambda size: size.name)


@desktop_to_phone
async def test_a_member_is_mentioned_by_keyboard_and_told_so(
    asha: Device, bela: Device, serving: Serving
) -> None:
    await asha.open_room("Launch")
    await asha.box.press_sequentially("Look, @be")
    options = asha.page.get_by_role("listbox", name="Suggestions").get_by_role("option")
    await expect(options).to_have_text(["Bela Kovács"])
    await asha.box.press("Enter")
    await expect(asha.box).to_have_value("Look, @Bela Kovács ")
    await expect(options).to_have_count(0)
    await asha.box.press_sequentially("please")
    await asha.box.press("Enter")
    await expect(bela.notification("Look, @Bela Kovács please")).to_be_visible()
    say(serving, serving.people.asha, serving.people.group, "And this.")
    await bela.open_chatbox()
    row = bela.conversation("Launch", unread=2)
    await expect(row).to_have_accessible_description(re.compile("1 mention of you"))
    await expect(bela.conversations.get_by_text("@", exact=True)).to_be_visible()
    await bela.open_room("Launch")
    named = bela.log.locator(".mention.is-me")
    await expect(named).to_have_text("@Bela Kovács")


async def test_arrows_choose_and_escape_leaves_the_text_as_it_is(asha: Device) -> None:
    await asha.open_room("Launch")
    await asha.box.press_sequentially("@")
    options = asha.page.get_by_role("listbox", name="Suggestions").get_by_role("option")
    await expect(options).to_have_count(4)
    await expect(options.nth(0)).to_have_attribute("aria-selected", "true")
    await asha.box.press("ArrowDown")
    await expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    await asha.box.press("Escape")
    await expect(options).to_have_count(0)
    await expect(asha.room_heading("Launch")).to_be_visible()
    await expect(asha.box).to_have_value("@")


@phone_to_desktop
async def test_an_emoji_is_typed_by_its_name_or_chosen(asha: Device, bela: Device) -> None:
    await asha.open_room("Bela Kovács")
    await bela.open_room("Asha Rao")
    await asha.box.press_sequentially("Done :tada:")
    await expect(asha.box).to_have_value("Done 🎉")
    await asha.box.press("Enter")
    await expect(bela.message("Done 🎉")).to_be_visible()
    await asha.box.press_sequentially(":thumbsu")
    await asha.page.get_by_role("option", name=":thumbsup:").click()
    await expect(asha.box).to_have_value("👍")
    await asha.button("Emoji").click()
    await asha.page.get_by_role("option", name=":tada:").click()
    await expect(asha.box).to_have_value("👍 🎉")


@on_a_phone
async def test_of_a_room_one_is_told_what_one_wants(asha: Device, serving: Serving) -> None:
    people = serving.people
    await asha.open_room("Launch")
    await asha.button("Notify me about: Everything").click()
    await asha.page.get_by_role("menuitemradio", name="Mentions").click()
    await expect(asha.button("Notify me about: Mentions")).to_be_visible()
    await asha.leave_room()
    say(serving, people.bela, people.group, "Not for you.")
    await expect(asha.conversation("Launch", unread=1)).to_be_visible()
    say(serving, people.bela, people.group, "@Asha Rao, for you.")
    await expect(asha.notification("for you")).to_have_count(1)
    await expect(asha.conversation("Launch", unread=2)).to_be_visible()
    await expect(asha.page).to_have_title("(1) Explore · Halden Pumps")


async def test_a_link_leads_to_its_message_in_its_context(asha: Device, serving: Serving) -> None:
    people = serving.people
    numbers = say(serving, people.bela, people.group, *(f"Line {count}" for count in range(120)))
    read_all(serving, people.asha, people.group)
    await asha.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await asha.open_room("Launch")
    await asha.choose_for_message("Line 119", "Copy link")
    link = await asha.page.evaluate("navigator.clipboard.readText()")
    assert link == f"{asha.origin}/chat/{people.group}/{numbers[119]}"
    await asha.go_to(f"/chat/{people.group}/{numbers[20]}")
    await expect(asha.message("Line 20")).to_be_in_viewport()
    await expect(asha.message("Line 19")).to_be_visible()


async def test_who_was_long_away_jumps_to_what_is_first_unread(asha: Device, serving: Serving) -> None:
    people = serving.people
    say(serving, people.bela, people.group, *(f"Line {count}" for count in range(120)))
    await asha.open_room("Launch")
    await asha.button("Jump to first unread").click()
    await expect(asha.message("Line 0")).to_be_in_viewport()
    await expect(asha.button("Jump to first unread")).to_have_count(0)


async def test_what_is_marked_unread_waits_again(asha: Device, serving: Serving) -> None:
    people = serving.people
    say(serving, people.bela, people.direct, "One", "Two")
    await asha.open_room("Bela Kovács")
    await asha.expect_unread(0)
    await asha.choose_for_message("Two", "Mark unread")
    await expect(asha.conversation("Bela Kovács", unread=1)).to_be_visible()
    await asha.expect_unread(1)


async def test_a_notification_of_the_desktop_is_asked_for_and_shown_while_nobody_looks(
    asha: Device, serving: Serving
) -> None:
    people = serving.people
    await asha.begin_every_page_with(FAKE_NOTIFICATIONS)
    await asha.page.reload()
    await asha.expect_unread(0)
    page = asha.page.locator("html")
    await expect(page).not_to_have_attribute("data-asked", "yes")
    await asha.open_room("Bela Kovács")
    await asha.button("Notify me about: Everything").click()
    await asha.page.get_by_role("menuitemcheckbox", name="On the desktop, too").click()
    await expect(page).to_have_attribute("data-asked", "yes")
    await asha.go_behind()
    say(serving, people.bela, people.direct, "Lunch?")
    await expect(page).to_have_attribute("data-shown", "Bela Kovács: Lunch?")
    read_all(serving, people.asha, people.direct)
    await expect(page).to_have_attribute("data-shown", "")


async def test_the_settings_turn_notifications_on_and_hide_their_text(asha: Device, serving: Serving) -> None:
    people = serving.people
    await asha.begin_every_page_with(FAKE_NOTIFICATIONS)
    await asha.go_to("/settings")
    page = asha.page.locator("html")
    await asha.page.get_by_role("switch", name="On the desktop, too").click()
    await expect(page).to_have_attribute("data-asked", "yes")
    await asha.page.get_by_role("switch", name="Hide the text there").click()
    await asha.go_behind()
    say(serving, people.bela, people.direct, "Lunch?")
    await expect(page).to_have_attribute("data-shown", "Bela Kovács: New message")
    await asha.page.get_by_role("switch", name="On the desktop, too").click()
    await expect(asha.page.get_by_role("switch", name="Hide the text there")).to_have_count(0)


async def test_a_switch_shows_what_is_so_where_the_browser_has_refused(asha: Device) -> None:
    await asha.begin_every_page_with(FAKE_NOTIFICATIONS.replace("granted", "denied"))
    await asha.go_to("/settings")
    switch = asha.page.get_by_role("switch", name="On the desktop, too")
    await switch.click()
    await expect(switch).to_be_disabled()
    await expect(switch).not_to_be_checked()
