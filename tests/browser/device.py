"""A device that somebody uses: a browser of its own, what one does with it and what one sees on it."""

from __future__ import annotations

import asyncio
import re
from typing import Literal

from playwright.async_api import Locator, Page, WebSocket, expect

from tests.browser.browsers import DESKTOP, ENOUGH, Browsers, Size
from tests.browser.faults import Faults

_COME_TO_REST = """async () => {
    await document.fonts.ready;
    const passing = document.getAnimations().filter(({ effect }) => effect.getTiming().iterations !== Infinity);
    await Promise.allSettled(passing.map(({ finished }) => finished));
}"""

_STAND_STILL = """async () => {
    const log = document.querySelector("[role=log]");
    if (!log) return;
    let stood = 0;
    let seen = "";
    while (stood < 250) {
        const before = performance.now();
        await new Promise(requestAnimationFrame);
        const found = [log, ...log.querySelectorAll("article")].map((part) => part.getBoundingClientRect().top);
        const now = [log.scrollTop, ...found].join();
        stood = now === seen ? stood + Math.min(performance.now() - before, 50) : 0;
        seen = now;
    }
}"""

expect.set_options(timeout=ENOUGH)


class Device:
    """One page of one browser. A tab more of the same browser is another Device over the same context."""

    def __init__(self, page: Page, origin: str, faults: Faults) -> None:
        self.context = page.context
        self.page = page
        self.is_spoilt = False
        """Something was done to the browser that cannot be undone."""
        self.origin = origin
        self.faults = faults
        self._is_told = asyncio.Event()
        page.on("websocket", self._follow)

    async def be_told(self) -> None:
        """Returns once what happens is told to it, over a socket: what happened before it only finds."""
        async with asyncio.timeout(ENOUGH / 1000):
            await self._is_told.wait()

    async def go_to(self, path: str) -> None:
        """By the address bar. A whole address leads there as it is."""
        await self.page.goto(path if "://" in path else self.origin + path)

    async def open_tab(self, path: str = "/") -> Device:
        tab = Device(await self.context.new_page(), self.origin, self.faults)
        await tab.go_to(path)
        return tab

    def _follow(self, socket: WebSocket) -> None:
        socket.on("framereceived", self._hear)

    def _hear(self, frame: str | bytes) -> None:
        if str(frame).startswith('{"type":"rooms"'):
            self._is_told.set()

    async def come_to_rest(self) -> None:
        """Fonts are there, and what moves or changes its colour has done so."""
        await self.page.evaluate(_COME_TO_REST)

    async def stand_still(self) -> None:
        """Rows move no more: the list puts right where they are 150 ms after it was scrolled, as by another width."""
        await self.page.evaluate(_STAND_STILL)

    async def go_behind(self) -> None:
        """Another window is in front of it, until it comes back. (A browser without windows has the focus everywhere.)"""
        self.is_spoilt = True
        await self.page.evaluate("document.hasFocus = () => false; window.dispatchEvent(new Event('blur'))")

    async def come_back(self) -> None:
        await self.page.evaluate("delete document.hasFocus; window.dispatchEvent(new Event('focus'))")

    async def take_its_clock(self) -> None:
        """From now on, and after the page is loaded again, its time is the test's to put forward."""
        self.is_spoilt = True
        await self.page.clock.install()
        self._is_told.clear()
        await self.page.reload()
        await self.be_told()

    async def begin_every_page_with(self, script: str) -> None:
        """From the next load on."""
        self.is_spoilt = True
        await self.page.add_init_script(script)

    # The way in

    async def sign_in(self, email: str, password: str) -> None:
        await self.field("Email").fill(email)
        await self.field("Password").fill(password)
        await self.button("Sign in").click()

    @property
    def sign_in_heading(self) -> Locator:
        return self.heading("Sign in")

    # The desk

    @property
    def chat_button(self) -> Locator:
        """The icon in the toolbar; its name carries the count."""
        return self.page.get_by_role("banner").get_by_role("button", name=re.compile(r"^Chat\b"))

    async def expect_unread(self, label: int | str) -> None:
        """What the icon says is waiting; 0: nothing."""
        name = f"Chat, {label} unread" if label else "Chat"
        await expect(
            self.page.get_by_role("banner").get_by_role("button", name=name, exact=True)
        ).to_be_visible()

    async def choose_in_user_menu(self, item: str) -> None:
        await self.button("User menu").click()
        await self.page.get_by_role("menu", name="User menu").get_by_role("menuitem", name=item).click()

    @property
    def notifications(self) -> Locator:
        """The pop-ups that are there."""
        return self.page.get_by_role("region", name="Notifications")

    def notification(self, text: str | re.Pattern[str]) -> Locator:
        """The button of the pop-up that holds this text."""
        return self.notifications.get_by_role("button").filter(has_text=text)

    @property
    def banner(self) -> Locator:
        return self.page.get_by_role("status").filter(has_text="You are offline.")

    # The page of the chat

    @property
    def chats(self) -> Locator:
        """Its column of conversations."""
        return self.page.get_by_role("region", name="Chats")

    @property
    def details(self) -> Locator:
        """Its column of what there is to know of a room."""
        return self.page.get_by_role("complementary", name="Details")

    async def open_chat_page(self, path: str = "/chat") -> None:
        await self.go_to(path)
        await expect(self.chats.or_(self.log).first).to_be_visible()

    def chat(self, name: str) -> Locator:
        """A row of that column, whether something waits in the room or not."""
        return self.chats.get_by_role("button", name=_row(name))

    # The chatbox

    @property
    def chatbox(self) -> Locator:
        return self.page.get_by_role("dialog", name="Chat", exact=True)

    @property
    def search_box(self) -> Locator:
        return self.chatbox.get_by_role("searchbox", name="Search people and chats")

    @property
    def conversations(self) -> Locator:
        return self.chatbox.get_by_role("list", name="Conversations")

    def conversation(self, name: str, unread: int = 0) -> Locator:
        """A row of the list by its whole name."""
        return self.conversations.get_by_role(
            "button", name=f"{name}, {unread} unread" if unread else name, exact=True
        )

    def found_message(self, text: str) -> Locator:
        """A line of the messages that the search of the chatbox found."""
        found = self.chatbox.get_by_role("list", name="Messages")
        return found.get_by_role("listitem").filter(has_text=text)

    async def open_chatbox(self) -> None:
        await self.chat_button.click()
        await expect(self.chatbox).to_be_visible()

    async def close_chatbox(self) -> None:
        await self.chatbox.get_by_role("button", name="Close", exact=True).click()
        await expect(self.chatbox).to_be_hidden()

    async def open_room(self, name: str) -> None:
        """From the desk or the list of conversations, whether something waits in the room or not."""
        await expect(self.chat_button.or_(self.chatbox).first).to_be_visible()
        if not await self.chatbox.is_visible():
            await self.open_chatbox()
        if await self.button("Back to conversations").is_visible():
            await self.leave_room()
        await self.conversations.get_by_role("button", name=_row(name)).click()
        await expect(self.room_heading(name)).to_be_visible()

    async def leave_room(self) -> None:
        await self.button("Back to conversations").click()
        await expect(self.search_box).to_be_visible()

    async def start(self, kind: Literal["Direct Chat", "Group"]) -> Locator:
        """New → the kind; the dialog, ready to be filled."""
        await self.chatbox.get_by_role("button", name="New", exact=True).click()
        dialog = self.dialog("New chat")
        await dialog.get_by_role("radio", name=kind).check()
        return dialog

    # The room

    def room_heading(self, name: str) -> Locator:
        return self.chatbox.get_by_role("heading", name=name, exact=True)

    @property
    def log(self) -> Locator:
        return self.page.get_by_role("log", name="Messages")

    @property
    def box(self) -> Locator:
        """Where messages are written."""
        return self.page.get_by_role("textbox", name="Message", exact=True)

    async def write(self, *texts: str) -> None:
        """Each as a message of its own."""
        for text in texts:
            await self.box.fill(text)
            await self.box.press("Enter")
            await expect(self.box).to_have_value("")

    @property
    def messages(self) -> Locator:
        return self.log.get_by_role("article")

    def message(self, text: str) -> Locator:
        """The articles that hold exactly this text: one, if all is well."""
        return self.messages.filter(has=self.page.get_by_text(text, exact=True))

    async def choose_for_message(self, text: str, action: str) -> None:
        await self.message(text).hover()
        await self.message(text).get_by_role("button", name="Message actions").click()
        await (
            self.page.get_by_role("menu", name="Message actions").get_by_role("menuitem", name=action).click()
        )

    def line(self, text: str | re.Pattern[str]) -> Locator:
        """A line between messages: of a day, or "New messages"."""
        return self.log.get_by_role("separator").filter(has_text=text)

    # Anything

    def dialog(self, name: str) -> Locator:
        return self.page.get_by_role("dialog", name=name, exact=True)

    def heading(self, name: str) -> Locator:
        return self.page.get_by_role("heading", name=name, exact=True)

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    def field(self, label: str) -> Locator:
        """A box by its label. Those for passwords have no role."""
        return self.page.get_by_label(label, exact=True)


def _row(name: str) -> re.Pattern[str]:
    # Playwright itself puts the pattern between slashes.
    escaped = re.escape(name).replace("/", r"\/")
    return re.compile(rf"^{escaped}(, \d+\+? unread)?$")


class Devices:
    """Makes devices, and at the end of a test says what went wrong on any of them."""

    def __init__(self, browsers: Browsers) -> None:
        self._browsers = browsers
        self._opened: list[tuple[Device, Size]] = []

    async def open(
        self,
        origin: str,
        cookie: str | None = None,
        size: Size = DESKTOP,
        *,
        path: str = "/",
        network_breaks: bool = False,
    ) -> Device:
        """A new browser at this address. `cookie`: "name=value" of a device that is signed in: what happens is told to it,
        unless the network may break."""
        page = await self._browsers.take(size)
        faults = Faults(page.context, origin, network_breaks=network_breaks)
        device = Device(page, origin, faults)
        self._opened.append((device, size))
        if cookie:
            name, _, value = cookie.partition("=")
            await device.context.add_cookies([{"name": name, "value": value, "url": origin}])
        await device.go_to(path)
        if cookie and not network_breaks:
            await device.be_told()
        return device

    async def close(self) -> None:
        for device, size in self._opened:
            device.faults.stop_listening()
            if device.is_spoilt:
                await device.context.close()
            else:
                await self._browsers.give_back(device.page, size, device.origin)
        found = [fault for device, _ in self._opened for fault in device.faults.found]
        assert not found, "\n".join(found)
