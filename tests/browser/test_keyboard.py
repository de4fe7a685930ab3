"""Everything by keyboard alone, and the focus is always somewhere."""

from __future__ import annotations

from playwright.async_api import Locator, expect

from tests.browser.device import Device, Devices
from tests.browser.office import say
from tests.serving import PASSWORD, Serving


class Keyboard:
    """Presses keys on a device that nothing else touches; after each the focus must be on something."""

    def __init__(self, device: Device) -> None:
        self._page = device.page

    async def press(self, *keys: str) -> None:
        for key in keys:
            await self._page.keyboard.press(key)
            await self._expect_focus()

    async def type(self, text: str) -> None:
        await self._page.keyboard.type(text)
        await self._expect_focus()

    async def tab_to(self, target: Locator) -> None:
        """As often as it takes, and not more often than there can be stops."""
        for _ in range(60):
            await self.press("Tab")
            if await target.evaluate("element => element === document.activeElement"):
                return
        raise AssertionError(f"Tab does not lead to {target}.")

    async def _expect_focus(self) -> None:
        await expect(self._page.locator(":focus")).to_have_count(1)


async def test_one_signs_in_finds_a_person_and_chats_by_keyboard(serving: Serving, devices: Devices) -> None:
    mallory = await devices.open(serving.url)
    keys = Keyboard(mallory)
    await expect(mallory.field("Email")).to_be_focused()
    await keys.type("mallory@example.com")
    await keys.press("Tab")
    await keys.type(PASSWORD)
    await mallory.page.keyboard.press("Enter")
    await expect(mallory.heading("Explore")).to_be_visible()

    await keys.tab_to(mallory.chat_button)
    await keys.press("Enter")
    await expect(mallory.search_box).to_be_focused()
    await keys.type("dana")
    person = mallory.chatbox.get_by_role("button", name="Dana Lindqvist", exact=True)
    await expect(person).to_be_visible()
    await keys.press("ArrowDown")
    await expect(person).to_be_focused()
    await keys.press("Enter")
    await expect(mallory.room_heading("Dana Lindqvist")).to_be_visible()
    await expect(mallory.box).to_be_focused()
    await keys.type("By keyboard.")
    await keys.press("Enter")
    await expect(mallory.message("By keyboard.").get_by_role("img", name="sent")).to_be_visible()
    await expect(mallory.box).to_be_focused()

    await keys.press("Escape")
    await expect(mallory.conversation("Dana Lindqvist")).to_be_focused()
    await keys.press("Escape")
    await expect(mallory.chatbox).to_be_hidden()
    await expect(mallory.chat_button).to_be_focused()


async def test_a_direct_chat_and_a_group_are_made_by_keyboard(serving: Serving, asha: Device) -> None:
    say(serving, serving.people.asha, serving.people.group, "The first in the list")
    keys = Keyboard(asha)
    await asha.chat_button.focus()
    await keys.press("Enter")
    await keys.tab_to(asha.conversation("Launch"))
    await keys.press("Shift+Tab", "Shift+Tab", "Shift+Tab", "Shift+Tab")
    await expect(asha.chatbox.get_by_role("button", name="New", exact=True)).to_be_focused()

    await keys.press("Enter")
    dialog = asha.dialog("New chat")
    await expect(dialog.get_by_role("combobox", name="User")).to_be_focused()
    await keys.type("emr")
    await expect(dialog.get_by_role("option", name="Emre Yıldız", selected=True)).to_be_visible()
    await keys.press("Enter")
    await expect(dialog.get_by_role("combobox", name="User")).to_have_value("Emre Yıldız")
    await keys.tab_to(dialog.get_by_role("button", name="Create"))
    await keys.press("Enter")
    await expect(asha.room_heading("Emre Yıldız")).to_be_visible()
    await expect(asha.box).to_be_focused()

    await keys.press("Escape")
    await expect(asha.conversation("Emre Yıldız")).to_be_focused()
    await asha.chatbox.get_by_role("button", name="New", exact=True).focus()
    await keys.press("Enter")
    await expect(dialog.get_by_role("combobox", name="User")).to_be_focused()
    await keys.press("Shift+Tab")
    await expect(dialog.get_by_role("radio", name="Direct Chat")).to_be_focused()
    await keys.press("ArrowRight")
    await expect(dialog.get_by_role("radio", name="Group")).to_be_checked()
    await keys.press("Tab")
    await expect(dialog.get_by_role("textbox", name="Group name")).to_be_focused()
    await keys.type("Night shift")
    await keys.press("Tab")
    for name in ("Bela Kovács", "Chidi Okafor"):
        await keys.type(name.lower())
        await expect(dialog.get_by_role("option", name=name, selected=True)).to_be_visible()
        await keys.press("Enter")
        await expect(dialog.get_by_role("button", name=f"Remove {name}")).to_be_visible()
    await keys.press("Backspace")
    await expect(dialog.get_by_role("button", name="Remove Chidi Okafor")).to_have_count(0)
    await keys.press("Tab")
    await keys.tab_to(dialog.get_by_role("button", name="Create"))
    await keys.press("Space")
    await expect(asha.room_heading("Night shift")).to_be_visible()
    await expect(asha.box).to_be_focused()
    await expect(asha.chatbox.get_by_text("2 members, 1 online", exact=True)).to_be_visible()


async def test_escape_leaves_the_dialog_and_gives_the_focus_back(asha: Device) -> None:
    keys = Keyboard(asha)
    await asha.open_chatbox()
    new = asha.chatbox.get_by_role("button", name="New", exact=True)
    await new.focus()
    await keys.press("Enter")
    await keys.type("be")
    await keys.press("Escape")
    await expect(asha.dialog("New chat").get_by_role("combobox", name="User")).to_have_value("")
    await keys.press("Escape")
    await expect(asha.dialog("New chat")).to_be_hidden()
    await expect(new).to_be_focused()
    await expect(asha.chatbox).to_be_visible()


async def test_who_goes_to_the_newest_by_key_keeps_the_focus(asha: Device, serving: Serving) -> None:
    people = serving.people
    say(serving, people.asha, people.direct, *(f"Message {count}" for count in range(40)))
    keys = Keyboard(asha)
    await asha.open_room("Bela Kovács")
    await expect(asha.message("Message 39")).to_be_in_viewport()
    await keys.press("Shift+Tab", "Home")
    await expect(asha.message("Message 0")).to_be_focused()
    await keys.tab_to(asha.button("Newest"))
    await keys.press("Enter")
    await expect(asha.message("Message 39")).to_be_in_viewport()
    await expect(asha.log).to_be_focused()


async def test_messages_are_walked_edited_and_deleted_by_keyboard(asha: Device, serving: Serving) -> None:
    people = serving.people
    say(serving, people.asha, people.direct, *(f"Message {count}" for count in range(40)))
    keys = Keyboard(asha)
    await asha.open_room("Bela Kovács")
    await expect(asha.box).to_be_focused()
    await expect(asha.message("Message 39")).to_be_in_viewport()
    await keys.press("Shift+Tab")
    await expect(asha.log).to_be_focused()
    await keys.press("ArrowUp")
    await expect(asha.message("Message 39")).to_be_focused()
    await keys.press("ArrowUp")
    await expect(asha.message("Message 38")).to_be_focused()
    await keys.press("Tab")
    await expect(asha.message("Message 38").get_by_role("button", name="Message actions")).to_be_focused()
    await keys.press("Enter")
    menu = asha.page.get_by_role("menu", name="Message actions")
    await expect(menu.get_by_role("menuitem", name="Edit")).to_be_focused()
    await keys.press("Escape")
    await expect(asha.message("Message 38").get_by_role("button", name="Message actions")).to_be_focused()
    await keys.press("Enter", "Enter")
    await expect(asha.box).to_be_focused()
    await keys.type(", mended")
    await keys.press("Enter")
    await expect(asha.message("Message 38, mended")).to_be_visible()
    await expect(asha.box).to_be_focused()

    await asha.message("Message 39").focus()
    await keys.press("Enter", "End", "Enter")
    confirm = asha.dialog("Delete this message?")
    await expect(confirm.get_by_role("button", name="Delete")).to_be_focused()
    await keys.press("Enter")
    await expect(asha.message("Message deleted")).to_be_visible()
    await expect(confirm).to_be_hidden()
    await expect(asha.message("Message deleted")).to_be_focused()
    await keys.press("Home")
    await expect(asha.message("Message 0")).to_be_focused()


async def test_a_pop_up_is_reached_by_key_and_stays_as_long_as_it_has_the_focus(
    asha: Device, serving: Serving
) -> None:
    people = serving.people
    keys = Keyboard(asha)
    await asha.take_its_clock()
    say(serving, people.bela, people.direct, "Lunch?")
    await expect(asha.notification("Lunch?")).to_be_visible()
    await keys.tab_to(asha.notification("Lunch?"))
    await asha.page.clock.fast_forward(60_000)
    await expect(asha.notification("Lunch?")).to_be_focused()
    await keys.press("Enter")
    await expect(asha.room_heading("Bela Kovács")).to_be_visible()
    await expect(asha.box).to_be_focused()


async def test_the_global_search_opens_what_it_finds_by_keyboard(asha: Device, serving: Serving) -> None:
    people = serving.people
    say(serving, people.chidi, people.group, "The spanner is in the drawer.")
    keys = Keyboard(asha)
    search = asha.page.get_by_role("combobox", name="Search", exact=True)
    await expect(asha.heading("Explore")).to_be_visible()
    await asha.page.keyboard.press("Control+k")
    await expect(search).to_be_focused()
    await keys.type("spanner")
    await expect(asha.page.get_by_role("option").filter(has_text="The spanner")).to_have_attribute(
        "aria-selected", "true"
    )
    await keys.press("Enter")
    await expect(asha.room_heading("Launch")).to_be_visible()
    await expect(asha.message("The spanner is in the drawer.")).to_be_in_viewport()


async def test_the_user_menu_and_the_pages_are_reached_by_keyboard(asha: Device) -> None:
    keys = Keyboard(asha)
    await expect(asha.heading("Explore")).to_be_visible()
    await asha.page.keyboard.press("Tab")
    await expect(asha.page.get_by_role("link", name="Skip to the page")).to_be_focused()
    await keys.press("Enter")
    await expect(asha.page.get_by_role("main")).to_be_focused()
    await asha.button("User menu").focus()
    await keys.press("Enter")
    menu = asha.page.get_by_role("menu", name="User menu")
    await expect(menu.get_by_role("menuitem", name="Settings")).to_be_focused()
    await keys.press("ArrowDown")
    await expect(menu.get_by_role("menuitem", name="People")).to_be_focused()
    await keys.press("Escape")
    await expect(asha.button("User menu")).to_be_focused()
    await keys.press("Enter", "ArrowDown", "Enter")
    await expect(asha.heading("People")).to_be_visible()
    await expect(asha.page.get_by_role("main")).to_be_focused()
