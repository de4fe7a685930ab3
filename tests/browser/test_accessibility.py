"""Every screen, dialog, menu and state, light and dark, wide and at 320 pixels: axe finds nothing serious."""

from __future__ import annotations

from typing import Literal

from playwright.async_api import expect

from deskchat.domain import links, messages
from deskchat.domain.ports import Transaction
from deskchat.domain.sessions import new_token
from deskchat.realtime.watch import end_all
from tests.browser.axe import COLOURS, find_grave
from tests.browser.device import Device, Devices
from tests.browser.office import read_all, say, say_days_ago
from tests.serving import PASSWORD, Serving

LOOKS: tuple[tuple[int, Literal["light", "dark"], tuple[str, ...]], ...] = (
    (1280, "light", ()),
    # In the dark it is the same screen in other colours.
    (1280, "dark", COLOURS),
    (320, "dark", ()),
)
"""Width, scheme, and the rules that are asked: none for all of them."""


class Examination:
    """Looks at one screen after another; at the end, all that was found."""

    def __init__(self) -> None:
        self._found: list[str] = []

    async def look(self, device: Device, screen: str) -> None:
        """At the screen as it stands, in both colour schemes and at both widths."""
        for width, scheme, rules in LOOKS:
            await device.page.set_viewport_size({"width": width, "height": 800})
            await device.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            await device.come_to_rest()
            found = await find_grave(device.page, rules)
            self._found += [f"{screen}, {scheme}, {width} px: {line}" for line in found]
        await device.page.set_viewport_size({"width": LOOKS[0][0], "height": 800})
        await device.come_to_rest()
        # Else a click would miss.
        await device.stand_still()

    def expect_nothing_grave(self) -> None:
        assert not self._found, "\n".join(self._found)


GROUND = "element => getComputedStyle(element).backgroundColor"
PAINTED = "element => getComputedStyle(element, '::before').backgroundImage"


async def test_in_the_colours_of_the_system_one_sees_what_is_chosen_and_on(
    asha: Device, serving: Serving
) -> None:
    await asha.page.emulate_media(forced_colors="active")
    await asha.go_to("/settings")
    chosen, other = [
        asha.page.locator("label").filter(has=asha.page.get_by_role("radio", name=name))
        for name in ("System", "Dark")
    ]
    await expect(chosen).to_have_css("outline-style", "solid")
    await expect(other).to_have_css("outline-style", "none")
    switch = asha.page.get_by_role("switch", name="High contrast")
    off = await switch.evaluate(GROUND)
    assert off != await asha.page.locator(".sheet").first.evaluate(GROUND)
    await switch.check()
    await asha.come_to_rest()
    assert await switch.evaluate(GROUND) != off
    say(serving, serving.people.bela, serving.people.direct, "Here.")
    await asha.open_room("Bela Kovács")
    await asha.message("Here.").hover()
    assert "gradient" in await asha.message("Here.").locator(".message-more").evaluate(PAINTED)


async def test_the_ways_in(serving: Serving, devices: Devices) -> None:
    invitation, reset, set_up = new_token(), new_token(), new_token()

    def open_links(tx: Transaction) -> None:
        links.invite_as_operator(tx, "farah@example.com", "member", invitation)
        links.open_reset_as_operator(tx, serving.people.dana.id, reset)
        tx.users.set_active(serving.people.asha.id, False)
        assert links.open_set_up(tx, set_up)

    serving.do(open_links)
    examination = Examination()
    stranger = await devices.open(serving.url)
    await expect(stranger.sign_in_heading).to_be_visible()
    await examination.look(stranger, "sign-in")
    await stranger.sign_in("bela@example.com", "not the password")
    await expect(stranger.page.get_by_role("alert")).to_contain_text("do not match")
    await examination.look(stranger, "wrong password")
    for path, heading in (
        (f"/invitation#{invitation}", "Join Halden Pumps"),
        (f"/reset#{reset}", "Set a new password"),
        (f"/set-up#{set_up}", "Set up Deskchat"),
        ("/set-up#used-up", "This link cannot be used"),
    ):
        await stranger.go_to(path)
        await expect(stranger.heading(heading)).to_be_visible()
        await examination.look(stranger, heading)
    examination.expect_nothing_grave()


async def test_the_pages_of_the_desk(asha: Device, serving: Serving) -> None:
    people = serving.people
    examination = Examination()
    await asha.expect_unread(0)
    say(serving, people.bela, people.direct, "Lunch?")
    say(serving, people.chidi, people.group, "The truck is here.")
    await expect(asha.notifications.get_by_role("button", name="Dismiss")).to_have_count(2)
    await asha.notification("Lunch?").focus()
    await examination.look(asha, "desk with pop-ups")
    await asha.button("User menu").click()
    await examination.look(asha, "user menu")
    await asha.page.keyboard.press("Escape")
    await asha.page.get_by_role("combobox", name="Search", exact=True).fill("la")
    await expect(asha.page.get_by_role("option", name="Launch")).to_be_visible()
    await examination.look(asha, "global search")
    await asha.go_to("/settings")
    await expect(asha.page.get_by_role("listitem").first).to_be_visible()
    await examination.look(asha, "settings")
    await asha.page.get_by_role("switch", name="High contrast").click()
    await expect(asha.page.locator("html")).to_have_attribute("data-contrast", "more")
    await examination.look(asha, "settings in high contrast")
    await asha.page.get_by_role("switch", name="High contrast").click()
    await asha.go_to("/administration")
    await asha.button("Back up now").click()
    await expect(asha.page.get_by_text("Last backup:")).to_be_visible()
    await examination.look(asha, "administration")
    await asha.go_to("/doctor")
    await expect(asha.page.get_by_text("Nothing is wrong from here.")).to_be_visible()
    await examination.look(asha, "self-test")
    examination.expect_nothing_grave()


async def test_the_lists_of_the_desk(asha: Device, serving: Serving) -> None:
    people = serving.people
    say(serving, people.bela, people.direct, "A pump for lunch?")
    say(serving, people.asha, people.group, "The pump is here.")
    examination = Examination()
    for name in ("Chat Room List", "Chat Message List", "Chat Profile Report"):
        await asha.go_to("/" + name.lower().replace(" ", "-"))
        await expect(asha.page.get_by_role("table", name=name)).to_be_visible()
        await examination.look(asha, name)
    await asha.button("Columns").click()
    await examination.look(asha, "columns")
    await asha.go_to("/chat-message-list?text=pump&since=2020-01-01")
    await asha.page.get_by_role("combobox", name="Author").fill("be")
    await expect(asha.page.get_by_role("option", name="Bela Kovács")).to_be_visible()
    await examination.look(asha, "filters of a list")
    await asha.button("Edit").click()
    await examination.look(asha, "editing in a list")
    await asha.go_to("/chat-message-list?text=nothing+of+this+kind")
    await expect(asha.page.get_by_text("Nothing fits these filters")).to_be_visible()
    await examination.look(asha, "nothing in a list")
    await asha.go_to("/chat-message-list?room=1")
    await expect(asha.page.get_by_text("The list did not load")).to_be_visible()
    await examination.look(asha, "a list that did not load")
    examination.expect_nothing_grave()


async def test_an_unknown_address(asha: Device) -> None:
    examination = Examination()
    await asha.go_to("/nowhere")
    await expect(asha.heading("There is nothing here")).to_be_visible()
    await examination.look(asha, "unknown address")
    examination.expect_nothing_grave()


async def test_the_owners_page_of_people(asha: Device, serving: Serving) -> None:
    serving.do(lambda tx: tx.users.set_active(serving.people.emre.id, False))
    examination = Examination()
    await asha.go_to("/people")
    await asha.button("Invite").click()
    await examination.look(asha, "inviting")
    await asha.dialog("Invite somebody").get_by_label("Email").fill("farah@example.com")
    await asha.button("Make the link").click()
    await expect(asha.page.get_by_role("textbox", name="Link")).to_be_visible()
    await examination.look(asha, "link")
    await asha.button("Done").click()
    await expect(asha.page.get_by_role("cell", name="farah@example.com", exact=True)).to_be_visible()
    await examination.look(asha, "people")
    await asha.button("Deactivate Bela Kovács").click()
    await examination.look(asha, "deactivating")
    examination.expect_nothing_grave()


async def test_the_page_of_the_chat(asha: Device, serving: Serving, devices: Devices) -> None:
    people = serving.people
    say(serving, people.chidi, people.group, "The truck is here.")
    examination = Examination()
    await asha.open_chat_page()
    await expect(asha.chat("Launch")).to_be_visible()
    await examination.look(asha, "page of the chat")
    await asha.open_chat_page(f"/chat/{people.group}")
    await expect(asha.message("The truck is here.")).to_be_visible()
    await expect(asha.details.get_by_text("Chidi Okafor")).to_be_visible()
    await examination.look(asha, "room and details")
    await asha.page.set_viewport_size({"width": 800, "height": 800})
    await asha.button("Details").click()
    await expect(asha.button("Close details")).to_be_visible()
    await examination.look(asha, "details over the room")
    await asha.open_chat_page("/chat/987654321")
    await expect(asha.heading("This chat is not here")).to_be_visible()
    await examination.look(asha, "room that is not there")

    mallory = await devices.open(serving.url)
    await mallory.sign_in("mallory@example.com", PASSWORD)
    await expect(mallory.page.get_by_role("region", name="Where to begin")).to_be_visible()
    await examination.look(mallory, "first steps")
    await mallory.open_chat_page()
    await expect(mallory.page.get_by_text("No conversations yet")).to_be_visible()
    await examination.look(mallory, "page without chats")
    examination.expect_nothing_grave()


async def test_the_conversations_and_starting_one(asha: Device, serving: Serving, devices: Devices) -> None:
    people = serving.people
    examination = Examination()
    say_days_ago(serving, 3, people.bela, people.direct, "On Friday, then.")
    say(serving, people.chidi, people.group, "The truck is here.")
    await asha.open_room("Bela Kovács")
    await asha.box.fill("Half a thought")
    await asha.leave_room()
    await examination.look(asha, "conversations")
    await asha.search_box.fill("tru")
    await expect(asha.found_message("The truck is here.")).to_be_visible()
    await examination.look(asha, "found in the chatbox")
    await asha.search_box.fill("nothing of this kind")
    await expect(asha.chatbox.get_by_text("Nothing found for")).to_be_visible()
    await examination.look(asha, "nothing found")
    await asha.search_box.fill("")
    dialog = await asha.start("Direct Chat")
    await expect(dialog.get_by_role("option")).to_have_count(5)
    await examination.look(asha, "new direct chat")
    await dialog.get_by_role("radio", name="Group").check()
    await dialog.get_by_role("combobox", name="Users").fill("be")
    await dialog.get_by_role("option", name="Bela Kovács").click()
    await examination.look(asha, "new group")

    mallory = await devices.open(serving.url)
    await mallory.sign_in("mallory@example.com", PASSWORD)
    await mallory.open_chatbox()
    await expect(mallory.chatbox.get_by_text("No conversations yet")).to_be_visible()
    await examination.look(mallory, "no conversations")
    await mallory.search_box.fill("dana")
    await mallory.chatbox.get_by_role("button", name="Dana Lindqvist", exact=True).click()
    await expect(mallory.page.get_by_text("Say hello to Dana")).to_be_visible()
    await examination.look(mallory, "empty room")
    examination.expect_nothing_grave()


async def test_the_details_of_a_room(asha: Device, serving: Serving) -> None:
    examination = Examination()
    await asha.open_room("Launch")
    await expect(asha.log.get_by_role("note").first).to_be_visible()
    await examination.look(asha, "lines")
    await asha.chatbox.get_by_role("button", name="Details").click()
    await asha.button("Actions for Bela Kovács").click()
    await examination.look(asha, "details and member actions")
    await asha.page.keyboard.press("Escape")
    for button in ("Add people", "Rename", "Leave the group"):
        await asha.button(button).click()
        await expect(asha.page.get_by_role("dialog").last).to_be_visible()
        await examination.look(asha, button)
        await asha.page.keyboard.press("Escape")
    examination.expect_nothing_grave()


async def test_a_room_with_everything_in_it(asha: Device, serving: Serving) -> None:
    people = serving.people
    say_days_ago(serving, 2, people.chidi, people.group, "See https://example.com/plan for the plan.")
    [first, second] = say(serving, people.asha, people.group, "Gate 3.", "Wrong chat, sorry.")
    serving.do(lambda tx: messages.edit(tx, people.asha.id, people.group, first, "Gate 2."))
    serving.do(lambda tx: messages.delete(tx, people.asha.id, people.group, second))
    say(serving, people.dana, people.group, "Whoever is there.", "Two lines\nof text.")
    say(serving, people.dana, people.group, "@Asha Rao, and @Bela Kovács: look.")
    read_all(serving, people.bela, people.group)
    examination = Examination()
    await asha.open_room("Launch")
    await asha.write("A bell rings: \x07")
    await expect(asha.log.get_by_role("alert")).to_contain_text("Not sent")
    await examination.look(asha, "room")
    await asha.box.press_sequentially("@")
    await expect(asha.page.get_by_role("option", name="Bela Kovács")).to_be_visible()
    await examination.look(asha, "mentioning")
    await asha.box.press("Escape")
    await asha.box.fill("")
    await asha.button("Notify me about: Everything").click()
    await examination.look(asha, "what one is told of")
    await asha.page.keyboard.press("Escape")
    await asha.choose_for_message("Gate 2.", "Seen by")
    await expect(asha.dialog("Seen by").get_by_role("listitem").first).to_be_visible()
    await examination.look(asha, "seen by")
    await asha.page.keyboard.press("Escape")
    await asha.message("Gate 2.").hover()
    await asha.message("Gate 2.").get_by_role("button", name="Message actions").click()
    await examination.look(asha, "message actions")
    await asha.page.get_by_role("menuitem", name="Edit").click()
    await examination.look(asha, "editing")
    await asha.button("Cancel editing").click()
    # The box becomes smaller, and the messages move: a click would miss.
    await asha.stand_still()
    await asha.message("Gate 2.").get_by_role("button", name="edited, show earlier texts").click()
    await expect(asha.dialog("Earlier texts").get_by_text("Gate 3.")).to_be_visible()
    await examination.look(asha, "earlier texts")
    await asha.page.keyboard.press("Escape")
    await asha.choose_for_message("Gate 2.", "Delete")
    await examination.look(asha, "deleting")
    await asha.page.keyboard.press("Escape")
    asha.faults.network_breaks = True
    await asha.context.set_offline(True)
    serving.call(lambda: end_all(serving.parts.services.hub))
    await expect(asha.banner).to_be_visible()
    await examination.look(asha, "offline")
    examination.expect_nothing_grave()
