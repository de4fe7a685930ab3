"""With every sentence of the catalogue in marked letters no plain text is left: none stands outside of it."""

from __future__ import annotations

import re

from msgspec.structs import replace
from playwright.async_api import expect

from deskchat.domain import preferences, rooms
from deskchat.domain.preferences import DEFAULTS
from deskchat.domain.users import User
from tests.browser.conftest import ORGANISATION, OpenDevice
from tests.browser.device import Device, Devices
from tests.browser.office import say, say_days_ago
from tests.serving import Serving

_READ = """() => {
    const said = [];
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
    for (let node = walk.currentNode; node; node = walk.nextNode()) {
        if (node.nodeType === Node.TEXT_NODE) said.push(node.data);
        else for (const name of ["aria-label", "title", "placeholder", "alt"]) said.push(node.getAttribute(name) ?? "");
    }
    return [document.title, ...said].map((text) => text.trim()).filter((text) => text !== "");
}"""

LISTS = ("/chat-room-list", "/chat-message-list", "/chat-profile-report")

WRITTEN = ("there", "Two have wet wrapping.")
"""What people wrote, or are called, is theirs. The first is searched for: what is found is marked letter by letter."""


class Reader:
    """Goes from screen to screen; at the end, all plain text that it met."""

    def __init__(self, serving: Serving) -> None:
        people = serving.people
        named = [part for user in (*people.office, people.mallory) for part in (user.name, user.email)]
        known = [*named, *WRITTEN, ORGANISATION, "Launch", "English", "Deutsch", "a browser"]
        machine = [
            r"SQLite [\d.]+",
            r"deskchat-[\d-]+\.sqlite3",
            r"/[\w/.-]+",
            r"\d[\d.]*(?:\.dev\d+)?",
            "[kMGT]?B",
        ]
        self._known = re.compile("|".join([*map(re.escape, sorted(known, key=len, reverse=True)), *machine]))
        self._found: list[str] = []

    async def read(self, device: Device, screen: str) -> None:
        for text in await device.page.evaluate(_READ):
            if re.search("[A-Za-z]{2}", self._known.sub("", text)):
                self._found.append(f"{screen}: {text}")

    def expect_nothing_plain(self) -> None:
        assert not self._found, "\n".join(self._found)


def prefer_marked(serving: Serving, user: User) -> None:
    wanted = replace(DEFAULTS, language="en-XA")
    serving.do(lambda tx: preferences.prefer(tx, user.id, wanted))


async def test_no_text_of_the_desk_is_outside_the_catalogue(
    serving: Serving, open_device: OpenDevice
) -> None:
    people = serving.people
    prefer_marked(serving, people.asha)
    say_days_ago(serving, 3, people.bela, people.group, WRITTEN[0])
    say(serving, people.asha, people.group, WRITTEN[1])
    serving.do(lambda tx: rooms.rename(tx, people.asha.id, people.group, "Launch"))
    reader = Reader(serving)
    asha = await open_device(people.asha)
    await expect(asha.page.locator("html")).to_have_attribute("lang", "en-XA")
    await reader.read(asha, "desk")
    for path in (*LISTS, "/settings", "/people", "/administration", "/doctor", "/nowhere"):
        await asha.go_to(path)
        await expect(asha.page.locator("main h1")).to_be_visible()
        await expect(asha.page.locator(".late")).to_have_count(0)
        await reader.read(asha, path)
    await asha.page.locator(".chat-button").click()
    await expect(asha.page.locator(".chatbox [role=listitem], .chatbox li").first).to_be_visible()
    await reader.read(asha, "conversations")
    await asha.page.get_by_role("button", name="Launch", exact=True).click()
    await expect(asha.page.get_by_role("article")).to_have_count(2)
    await expect(asha.page.get_by_role("note").first).to_be_attached()
    await reader.read(asha, "room")
    await asha.page.get_by_role("article").last.hover()
    await asha.page.locator(".message-more").last.click()
    await reader.read(asha, "message actions")
    await asha.page.keyboard.press("Escape")
    await asha.page.locator(".room-head .icon-button").nth(1).click()
    await reader.read(asha, "notify")
    await asha.page.keyboard.press("Escape")
    await asha.page.locator(".room-head .icon-button").nth(2).click()
    await expect(asha.page.locator(".member")).to_have_count(5)
    await reader.read(asha, "details")
    for button in await asha.page.locator(".details :is(.button, .link-button)").all():
        await button.click()
        await expect(asha.page.locator("dialog")).to_be_visible()
        await reader.read(asha, "a dialog of the details")
        await asha.page.keyboard.press("Escape")
    await asha.page.locator(".room-head .icon-button").last.click()
    await asha.page.locator(".user-menu").click()
    await reader.read(asha, "user menu")
    await asha.page.keyboard.press("Escape")
    await asha.page.keyboard.press("Control+k")
    await asha.page.keyboard.type("there")
    await expect(asha.page.get_by_role("option").first).to_be_visible()
    await reader.read(asha, "search")
    await asha.go_to(f"/chat/{people.group}")
    await expect(asha.page.get_by_role("article")).to_have_count(2)
    await reader.read(asha, "the chat as a page")
    reader.expect_nothing_plain()


async def test_no_text_of_the_ways_in_is_outside_the_catalogue(serving: Serving, devices: Devices) -> None:
    reader = Reader(serving)
    stranger = await devices.open(serving.url)
    await expect(stranger.sign_in_heading).to_be_visible()
    await stranger.page.evaluate("localStorage.setItem('deskchat.appearance', '{\"language\": \"en-XA\"}')")
    for path in ("/sign-in", "/set-up#used-up", "/invitation#used-up", "/reset#used-up"):
        await stranger.go_to(path)
        await stranger.page.reload()
        await expect(stranger.page.locator("h1")).to_be_visible()
        await reader.read(stranger, path)
    reader.expect_nothing_plain()
