"""From an empty folder to two people who chat: the links that a server and an owner hand out, and nothing else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio
from playwright.async_api import expect

from tests.browser.browsers import PHONE
from tests.browser.device import Device, Devices
from tests.browser.process import ServerProcess

PASSWORD = "a short sentence works well"


@pytest_asyncio.fixture(loop_scope="session")
async def server(tmp_path: Path) -> AsyncIterator[ServerProcess]:
    async with ServerProcess(tmp_path / "data") as server:
        yield server


async def test_two_people_come_in_by_links_find_each_other_and_chat(
    server: ServerProcess, devices: Devices
) -> None:
    set_up_link = await server.find(r"(http\S+/set-up#\S+)")
    asha = await devices.open(server.url, path=set_up_link)
    await set_up(asha)
    link = await invite(asha, "bela@example.com")

    bela = await devices.open(server.url, size=PHONE, path=link)
    await join(bela, "Bela Kovács")
    await bela.open_chatbox()
    await bela.search_box.fill("asha")
    await bela.chatbox.get_by_role("button", name="Asha Rao", exact=True).click()
    await bela.write("Hello Asha, I am in.")

    await expect(asha.notification("Hello Asha, I am in.")).to_be_visible()
    await asha.expect_unread(1)
    await asha.notification("Hello Asha, I am in.").click()
    await expect(asha.room_heading("Bela Kovács")).to_be_visible()
    await asha.write("Welcome!")
    await expect(bela.message("Welcome!")).to_be_visible()

    for used in (set_up_link, link):
        stranger = await devices.open(server.url, path=used)
        await expect(stranger.heading("This link cannot be used")).to_be_visible()


async def set_up(asha: Device) -> None:
    await expect(asha.heading("Set up Deskchat")).to_be_visible()
    assert "#" not in asha.page.url, "The token stays readable in the address."
    await asha.field("Organisation").fill("Halden Pumps")
    await asha.field("Your name").fill("Asha Rao")
    await asha.field("Email").fill("asha@example.com")
    await asha.field("Password").fill(PASSWORD)
    await asha.button("Set up").click()
    await expect(asha.page.get_by_role("link", name="Halden Pumps, desk home")).to_be_visible()


async def invite(owner: Device, email: str) -> str:
    """The link that she hands over."""
    await owner.choose_in_user_menu("People")
    await owner.button("Invite").click()
    await owner.dialog("Invite somebody").get_by_label("Email").fill(email)
    await owner.button("Make the link").click()
    made = owner.dialog(f"Link for {email}")
    link = await made.get_by_role("textbox", name="Link").input_value()
    await made.get_by_role("button", name="Done").click()
    invitations = owner.page.get_by_role("table", name="Open invitations")
    await expect(invitations.get_by_role("cell", name=email, exact=True)).to_be_visible()
    return link


async def join(newcomer: Device, name: str) -> None:
    await expect(newcomer.heading("Join Halden Pumps")).to_be_visible()
    await newcomer.field("Your name").fill(name)
    await newcomer.field("Password").fill(PASSWORD)
    await newcomer.button("Join").click()
    await expect(newcomer.heading("Explore")).to_be_visible()
