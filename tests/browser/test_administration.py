"""The owner's page."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

from tests.browser.browsers import DESKTOP, PHONE
from tests.browser.conftest import on_a_phone
from tests.browser.device import Device
from tests.serving import Serving

sizes = pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=lambda size: size.name)


@sizes
async def test_an_owner_names_the_organisation_backs_up_and_sees_how_the_server_does(
    asha: Device, bela: Device, serving: Serving
) -> None:
    await asha.page.get_by_role("link", name="Organisation and server").click()
    await asha.field("Organisation").fill("Halden Pumps & Valves")
    await asha.field("Sign out devices that are not used for").select_option("7 days")
    await asha.button("Save").click()
    await expect(asha.page.get_by_text("Saved")).to_be_visible()
    await expect(asha.page.get_by_role("link", name="Halden Pumps & Valves, desk home")).to_be_attached()
    await expect(bela.page.get_by_role("link", name="Halden Pumps & Valves, desk home")).to_be_attached()
    await expect(bela.page).to_have_title(re.compile("Halden Pumps & Valves"))
    await bela.page.reload()
    await expect(bela.page.get_by_role("link", name="Halden Pumps & Valves, desk home")).to_be_attached()

    await expect(asha.page.get_by_text("No backup was made here yet")).to_be_visible()
    await asha.button("Back up now").click()
    backups = asha.page.get_by_role("list", name="Backups").get_by_role("listitem")
    await expect(backups).to_have_count(1)
    await expect(asha.page.get_by_text("Last backup:")).to_be_visible()
    await expect(asha.page.get_by_text("SQLite 3")).to_be_visible()
    await expect(asha.page.get_by_text("2 people, 2 connections")).to_be_visible()
    await asha.page.reload()
    await expect(asha.field("Sign out devices that are not used for")).to_have_value("7")


@on_a_phone
async def test_somebody_is_made_an_owner_and_administers(
    asha: Device, bela: Device, serving: Serving
) -> None:
    await asha.go_to("/people")
    async with asha.page.expect_response("**/api/v1/users/*"):
        await asha.field("Role of Bela Kovács").select_option("Owner")
    await bela.page.reload()
    await expect(bela.page.get_by_role("link", name="Organisation and server")).to_be_visible()
    await bela.go_to("/people")
    await bela.field("Role of Asha Rao").select_option("Member")
    await asha.field("Role of Bela Kovács").select_option("Member")
    await expect(asha.page.get_by_role("alert").filter(has_text="Only an owner")).to_be_visible()


async def test_the_page_is_reached_by_the_search_of_an_owner(asha: Device) -> None:
    await asha.page.get_by_role("combobox", name="Search", exact=True).fill("a")
    await asha.page.get_by_role("option", name="Administration").click()
    await expect(asha.heading("Administration")).to_be_visible()
