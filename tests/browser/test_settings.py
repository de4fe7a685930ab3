"""One's own name, look and language: on every device of one's own, and the name for everybody."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser.browsers import DESKTOP, PHONE
from tests.browser.conftest import OpenDevice, desktop_to_phone, on_a_phone
from tests.browser.device import Device
from tests.browser.office import say
from tests.serving import Serving

sizes = pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=lambda size: size.name)


async def colour_of_page(device: Device) -> str:
    return str(await device.page.evaluate("getComputedStyle(document.body).backgroundColor"))


async def choose_theme(device: Device, name: str) -> None:
    await device.page.get_by_role("radiogroup", name="Theme").get_by_text(name).click()


@desktop_to_phone
async def test_a_new_name_reaches_the_others_screens(asha: Device, bela: Device, serving: Serving) -> None:
    people = serving.people
    say(serving, people.bela, people.group, "The truck is here.")
    await asha.open_room("Launch")
    await bela.choose_in_user_menu("Settings")
    await bela.field("Your name").fill("Bela Kovács-Nagy")
    await bela.button("Save").click()
    await expect(bela.page.get_by_text("Saved")).to_be_visible()
    await expect(asha.log.get_by_text("Bela Kovács-Nagy", exact=True)).to_be_visible()
    await asha.leave_room()
    await expect(asha.conversation("Bela Kovács-Nagy")).to_be_visible()
    await bela.field("Your name").fill(" ")
    await bela.button("Save").click()
    await expect(bela.page.get_by_role("alert").filter(has_text="Enter your name.")).to_be_visible()


@sizes
async def test_the_look_follows_a_person_to_their_other_devices_and_is_there_before_anything_is_painted(
    bela: Device, open_device: OpenDevice, asha: Device, serving: Serving
) -> None:
    other = await open_device(serving.people.bela)
    light = await colour_of_page(bela)
    await bela.choose_in_user_menu("Settings")
    await choose_theme(bela, "Dark")
    for device in (bela, other):
        await expect(device.page.locator("html")).to_have_attribute("data-theme", "dark")
    await expect(asha.page.locator("html")).to_have_attribute("data-theme", "system")
    dark = await colour_of_page(other)
    assert dark != light

    await bela.page.get_by_role("switch", name="High contrast").click()
    await expect(other.page.locator("html")).to_have_attribute("data-contrast", "more")
    await bela.page.get_by_role("radiogroup", name="Density").get_by_text("Compact").click()
    await expect(other.page.locator("html")).to_have_attribute("data-density", "compact")
    # Nothing of the program runs: what is so now was so before it did.
    await other.page.route("**/assets/*.js", lambda route: route.abort())
    other.faults.network_breaks = True
    await other.page.reload()
    await expect(other.page.locator("html")).to_have_attribute("data-contrast", "more")
    assert await colour_of_page(other) == "rgb(0, 0, 0)"


@on_a_phone
async def test_a_language_is_changed_at_once_and_stays(
    bela: Device, open_device: OpenDevice, serving: Serving
) -> None:
    other = await open_device(serving.people.bela)
    await other.open_room("Launch")
    await bela.choose_in_user_menu("Settings")
    await bela.page.get_by_role("combobox", name="Language").select_option("Deutsch")
    await expect(bela.heading("Einstellungen")).to_be_visible()
    await expect(bela.page.locator("html")).to_have_attribute("lang", "de")
    await expect(other.page.get_by_role("textbox", name="Nachricht", exact=True)).to_be_visible()
    await expect(other.page.get_by_text("5 Mitglieder, 1 online", exact=True)).to_be_visible()
    await bela.page.reload()
    await expect(bela.heading("Einstellungen")).to_be_visible()
    await bela.page.get_by_role("combobox", name="Sprache").select_option("English")
    await expect(bela.heading("Settings")).to_be_visible()
