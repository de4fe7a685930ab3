"""What passes in a room: who is here, who is typing, who has seen what."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

from tests.browser.browsers import DESKTOP, PHONE
from tests.browser.conftest import OpenDevice, desktop_to_phone, on_a_phone, phone_to_desktop
from tests.browser.device import Device
from tests.browser.office import say
from tests.serving import Serving

at_every_size = pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=lambda size: size.name)


@on_a_phone
async def test_who_is_here_is_seen_in_the_list_and_in_the_room(
    asha: Device, open_device: OpenDevice, serving: Serving
) -> None:
    await asha.open_room("Launch")
    await expect(asha.page.get_by_text("5 members, 1 online", exact=True)).to_be_visible()
    bela = await open_device(serving.people.bela)
    await expect(asha.page.get_by_text("5 members, 2 online", exact=True)).to_be_visible()
    await asha.leave_room()
    await expect(asha.conversation("Bela Kovács")).to_have_accessible_description(re.compile("online"))
    await asha.open_room("Bela Kovács")
    await expect(asha.page.get_by_text("online", exact=True)).to_be_visible()
    await bela.page.reload()
    await expect(bela.chat_button).to_be_visible()
    await expect(asha.page.get_by_text("online", exact=True)).to_be_visible()


@phone_to_desktop
async def test_that_somebody_is_typing_is_seen_in_the_room_and_in_the_list(
    asha: Device, bela: Device
) -> None:
    await asha.open_room("Bela Kovács")
    await bela.open_room("Asha Rao")
    before = await asha.box.bounding_box()
    await bela.box.press_sequentially("I am")
    await expect(asha.page.get_by_text("Bela is typing…", exact=True)).to_be_visible()
    assert await asha.box.bounding_box() == before
    await bela.box.press("Enter")
    await expect(asha.message("I am")).to_be_visible()
    await expect(asha.page.get_by_text("Bela is typing…", exact=True)).to_have_count(0)
    await asha.leave_room()
    await bela.box.press_sequentially("And")
    await expect(asha.conversations.get_by_text("typing", exact=True)).to_be_visible()


@desktop_to_phone
async def test_a_message_has_one_tick_when_it_is_sent_and_two_when_it_is_seen(
    asha: Device, bela: Device
) -> None:
    await asha.open_room("Bela Kovács")
    await asha.write("Gate 2.")
    await expect(asha.message("Gate 2.").get_by_role("img", name="sent", exact=True)).to_be_visible()
    await bela.open_room("Asha Rao")
    await expect(asha.message("Gate 2.").get_by_role("img", name="seen", exact=True)).to_be_visible()
    await asha.leave_room()
    await expect(asha.conversations.get_by_role("img", name="seen", exact=True)).to_be_visible()


@phone_to_desktop
async def test_who_has_seen_a_message_stands_below_it_and_behind_its_menu(
    asha: Device, bela: Device, chidi: Device
) -> None:
    await asha.open_room("Launch")
    await asha.write("Gate 2.")
    for device in (bela, chidi):
        await device.open_room("Launch")
    seen = asha.log.get_by_role("img", name=re.compile("^Seen by"))
    await expect(seen).to_have_accessible_name(re.compile("^Seen by (Bela Kovács|Chidi Okafor) and "))
    await asha.choose_for_message("Gate 2.", "Seen by")
    people = asha.dialog("Seen by").get_by_role("listitem")
    await expect(people).to_have_text(["Bela Kovács", "Chidi Okafor"])


async def test_two_messages_at_once_are_both_announced(asha: Device, serving: Serving) -> None:
    people = serving.people
    await asha.expect_unread(0)
    await asha.page.evaluate(
        """() => {
            window.spoken = [];
            const region = document.querySelector('.desk > [aria-live=polite]');
            new MutationObserver(() => window.spoken.push(region.textContent)).observe(region, {
                characterData: true, childList: true, subtree: true,
            });
        }"""
    )
    say(serving, people.bela, people.direct, "The first.", "The second.")
    await expect(asha.notification("The second.")).to_be_visible()
    spoken = await asha.page.evaluate("window.spoken.join()")
    assert "Bela Kovács: The first." in spoken
    assert "Bela Kovács: The second." in spoken
