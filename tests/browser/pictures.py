"""Pictures of the real product: `python -m tests.browser.pictures FOLDER` drives a demo through every screen.

The folder gets each screen and state at desktop and phone width, light and dark, on the narrowest phone, and at desktop
width in high contrast and in the forced colours of a system; the longest words, which are German, on a phone; the lists
on paper; docs/pictures the one of the README.
"""

from __future__ import annotations

import asyncio
import base64
import itertools
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import httpx
import msgspec
from msgspec import Struct
from playwright.async_api import Browser, Route, expect

from deskchat.demo import Person, Ready
from deskchat.domain.sessions import new_token
from tests.browser.browsers import DESKTOP, NARROW, PHONE, Browsers, Size
from tests.browser.chromium import running_chromium
from tests.browser.device import Device, Devices

README_PICTURE = Path(__file__).parents[2] / "docs" / "pictures" / "two-people.png"

Look = Literal["light", "dark", "contrast", "forced"]
LOOKS: tuple[tuple[Size, Look], ...] = (
    (DESKTOP, "light"),
    (DESKTOP, "dark"),
    (PHONE, "light"),
    (PHONE, "dark"),
    (NARROW, "light"),
    (DESKTOP, "contrast"),
    (DESKTOP, "forced"),
)

CROWD = [
    f"{first} {last}"
    for first, last in itertools.product(
        ("Adaeze", "Bartholomäus", "Camille", "Dimitrios", "Eun-ji", "Farid", "Guðrún", "Hyun-woo"),
        ("Álvarez", "Brückner", "Castellanos", "Dąbrowska", "Eriksen", "Featherstonehaugh", "Grünewald"),
    )
]
"""People enough for a second page of a group's members."""
EVERYBODY = "Everybody at Halden Pumps"

WINDOW = Size("window", 640, 700, scale=2)
"""One of two windows side by side."""

_SIDE_BY_SIDE = """
<!doctype html>
<body style="margin: 0; display: flex; gap: 24px; padding: 28px; width: max-content; background: #dfe6e3">
{windows}
</body>
"""
_ONE_WINDOW = """
<img src="data:image/png;base64,{png}" width="640" height="700"
    style="border-radius: 10px; box-shadow: 0 0 0 1px rgb(22 33 31 / 14%), 0 12px 32px rgb(22 33 31 / 18%)">
"""


class Numbered(Struct):
    id: int


class Account(Numbered):
    name: str


class Entered(Struct):
    user: Numbered


@dataclass(frozen=True)
class Album:
    """Where the pictures of one device go."""

    folder: Path
    device: Device
    size: Size
    look: Look

    async def put_on(self) -> None:
        await self.device.page.emulate_media(
            color_scheme="dark" if self.look == "dark" else "light",
            contrast="more" if self.look == "contrast" else None,
            forced_colors="active" if self.look == "forced" else None,
            reduced_motion="reduce",
        )

    async def take_on_paper(self, screen: str) -> None:
        await self.device.page.emulate_media(media="print")
        await self.take(f"{screen}-on-paper")
        await self.device.page.emulate_media(media="null")

    async def take(self, screen: str) -> None:
        await self.device.page.mouse.move(0, 0)
        await self.device.come_to_rest()
        path = self.folder / f"{screen}-{self.size.name}-{self.look}.png"
        await self.device.page.screenshot(path=path)
        sys.stdout.write(f"{path}\n")


async def take_all(folder: Path) -> None:
    async with running_chromium() as chromium, running_demo() as (demo, ready):
        devices = Devices(Browsers(chromium))
        await take_two_people(chromium, devices, ready)
        albums = [await take_screens(folder, devices, ready, size, look) for size, look in LOOKS]
        room = await gather_crowd(ready)
        for album in albums:
            await take_crowd(album)
            await take_failures(album)
        await take_german(albums[LOOKS.index((PHONE, "light"))], room)
        demo.kill()
        await demo.wait()
        for album in albums:
            await take_offline(album)


@asynccontextmanager
async def running_demo() -> AsyncIterator[tuple[Process, Ready]]:
    command = [sys.executable, "-m", "deskchat", "demo", "--port", "0", "--json"]
    demo = await asyncio.create_subprocess_exec(*command, stdout=PIPE)
    assert demo.stdout
    try:
        yield demo, msgspec.json.decode(await demo.stdout.readline(), type=Ready)
    finally:
        if demo.returncode is None:
            demo.terminate()
            await demo.wait()


async def take_screens(folder: Path, devices: Devices, ready: Ready, size: Size, look: Look) -> Album:
    """Asha's way through all of them; at the end a room is open."""
    device = await devices.open(ready.url, size=size, network_breaks=True)
    album = Album(folder, device, size, look)
    await album.put_on()
    await take_the_ways_in(album)
    await enter(device, find(ready, "Asha Rao"))
    await album.take("desk")
    await take_pages(album)
    await take_lists(album)
    await device.go_to("/")
    await device.open_chatbox()
    await expect(device.conversation("Emre Yıldız")).to_be_visible()
    await album.take("chatbox")
    await take_searches(album)
    await take_new_chat(album)
    await take_chat_page(album)
    await take_room(album)
    await take_choices(album)
    await take_details(album)
    return album


async def take_the_ways_in(album: Album) -> None:
    device = album.device
    await expect(device.sign_in_heading).to_be_visible()
    await album.take("sign-in")
    await device.sign_in("asha.rao@halden.example", "not the password")
    await expect(device.page.get_by_role("alert")).to_contain_text("do not match")
    await album.take("sign-in-refused")
    await device.go_to("/set-up#used-up")
    await expect(device.heading("This link cannot be used")).to_be_visible()
    await album.take("link-refused")


async def take_pages(album: Album) -> None:
    device = album.device
    for path, heading in (
        ("/settings", "Settings"),
        ("/administration", "Administration"),
        ("/doctor", "Self-test"),
        ("/people", "People"),
    ):
        await device.go_to(path)
        await expect(device.heading(heading)).to_be_visible()
        await expect(device.page.locator(".sheet, table").first).to_be_visible()
        if path == "/doctor":
            await expect(device.page.get_by_role("status").filter(has_text="from here")).to_be_visible()
        await album.take(path.strip("/"))
    await device.button("Deactivate Bela Kovács").click()
    await album.take("deactivate")
    await device.go_to("/nowhere")
    await expect(device.heading("There is nothing here")).to_be_visible()
    await album.take("missing")
    await device.button("User menu").click()
    await album.take("user-menu")
    await device.page.keyboard.press("Escape")


async def take_searches(album: Album) -> None:
    device = album.device
    await device.search_box.fill("flange")
    await expect(device.chatbox.get_by_role("list", name="Messages")).to_be_visible()
    await album.take("chatbox-found")
    await device.search_box.fill("nothing of this kind")
    await expect(device.chatbox.get_by_text("Nothing found for")).to_be_visible()
    await album.take("chatbox-nothing")
    await device.search_box.fill("")


async def take_lists(album: Album) -> None:
    device = album.device
    for path in ("chat-room-list", "chat-profile-report", "chat-message-list"):
        await device.go_to(f"/{path}")
        await expect(device.page.get_by_role("table")).to_be_visible()
        await album.take(path)
        if (album.size, album.look) == (DESKTOP, "light"):
            await album.take_on_paper(path)
    await device.button("Edit").first.click()
    await album.take("edit-message")
    await device.go_to("/chat-message-list?text=brenner&since=2020-01-01")
    await expect(device.page.get_by_role("table")).to_be_visible()
    await album.take("chat-message-list-filtered")
    await device.page.get_by_role("combobox", name="Search", exact=True).fill("ch")
    messages = device.page.get_by_role("group", name="Messages", exact=True)
    await expect(messages.get_by_role("option").first).to_be_visible()
    await album.take("search")
    await device.page.keyboard.press("Escape")


async def take_choices(album: Album) -> None:
    """What opens over a room."""
    device = album.device
    await device.box.press_sequentially("Look, @")
    await expect(device.page.get_by_role("option").first).to_be_visible()
    await album.take("mentioning")
    await device.box.press("Escape")
    await device.box.fill("")
    await device.button("Notify me about: Everything").click()
    await album.take("notify")
    await device.page.keyboard.press("Escape")


async def take_details(album: Album) -> None:
    device = album.device
    await device.chatbox.get_by_role("button", name="Details").click()
    await expect(
        device.chatbox.get_by_role("list", name="Members").get_by_role("listitem").first
    ).to_be_visible()
    await album.take("details")
    await device.button("Back to the messages").click()
    await expect(device.messages.last).to_be_in_viewport()


async def take_new_chat(album: Album) -> None:
    dialog = await album.device.start("Direct Chat")
    await expect(dialog.get_by_role("option")).to_have_count(4)
    await album.take("new-direct")
    await dialog.get_by_role("radio", name="Group").check()
    await dialog.get_by_role("textbox", name="Group name").fill("Gate 2")
    for name in ("Bela", "Chidi"):
        await dialog.get_by_role("combobox", name="Users").fill(name)
        await dialog.get_by_role("option", name=name).click()
    await album.take("new-group")
    await dialog.get_by_role("button", name="Cancel").click()


async def take_chat_page(album: Album) -> None:
    device = album.device
    await device.close_chatbox()
    await device.open_chat_page()
    await expect(device.chat("Emre Yıldız")).to_be_visible()
    await album.take("page")
    await device.chat("Purchasing").click()
    await expect(device.messages.last).to_be_in_viewport()
    if album.size.is_phone:
        await album.take("page-room")
        await device.button("Details").click()
    await expect(device.details.get_by_text("Chidi Okafor")).to_be_visible()
    await album.take("page-details" if album.size.is_phone else "page-room")
    if not album.size.is_phone:
        await device.page.set_viewport_size({"width": 820, "height": 800})
        await album.take("page-narrow")
        await device.page.set_viewport_size(album.size.viewport)
    await device.go_to("/chat/987654321")
    await expect(device.heading("This chat is not here")).to_be_visible()
    await album.take("page-gone")
    await device.go_to("/")


async def take_room(album: Album) -> None:
    device = album.device
    await device.open_room("Purchasing")
    await expect(device.messages.last).to_be_in_viewport()
    await album.take("room")
    mine = device.messages.filter(has_text="express surcharge")
    # By key: nothing that moves can come between pressing and letting go.
    await mine.get_by_role("button", name="edited, show earlier texts").press("Enter")
    await expect(device.dialog("Earlier texts").get_by_role("listitem").first).to_be_visible()
    await album.take("message-revisions")
    await device.page.keyboard.press("Escape")
    await mine.get_by_role("button", name="Message actions").press("Enter")
    await album.take("message-actions")
    await device.page.get_by_role("menuitem", name="Edit").press("Enter")
    await expect(device.button("Cancel editing")).to_be_visible()
    await album.take("message-editing")
    await device.button("Cancel editing").press("Enter")


async def take_crowd(album: Album) -> None:
    """A group of more people than a page of them holds, and who is to own it when its owner leaves."""
    device = album.device
    await device.close_chatbox()
    await device.go_to("/chat-profile-report")
    await expect(device.page.get_by_role("table")).to_be_visible()
    await album.take("chat-profile-report-crowd")
    await device.go_to("/")
    await device.open_room(EVERYBODY)
    await device.button("Details").click()
    more = device.button("Show more")
    await expect(more).to_be_attached()
    await album.take("details-crowd")
    await more.scroll_into_view_if_needed()
    await album.take("details-more")
    await device.button("Add people").click()
    dialog = device.page.get_by_role("dialog", name="Add people to")
    await expect(dialog.get_by_role("option").first).to_be_visible()
    await album.take("add-members")
    for name in CROWD[-2:]:
        await dialog.get_by_role("combobox", name="Users").fill(name)
        await dialog.get_by_role("option", name=name).click()
    await dialog.get_by_role("combobox", name="Users").fill("Nobody of this name")
    await expect(dialog.get_by_text("Nobody called")).to_be_visible()
    await album.take("add-members-nobody")
    await dialog.get_by_role("button", name="Cancel").click()
    await device.button("Leave the group").click()
    dialog = device.page.get_by_role("dialog", name="Leave ")
    await album.take("leave")
    await dialog.get_by_role("button", name="Leave", exact=True).click()
    await expect(dialog.get_by_role("option").first).to_be_visible()
    await album.take("leave-heir")
    await dialog.get_by_role("combobox").fill("bela")
    await expect(dialog.get_by_role("option")).to_have_count(1)
    await dialog.get_by_role("option", name="Bela").click()
    await album.take("leave-heir-chosen")
    await dialog.get_by_role("button", name="Cancel").click()
    await device.open_chat_page()
    await device.chat(EVERYBODY).click()
    if album.size.is_phone:
        await device.button("Details").click()
    await expect(device.details.get_by_role("listitem").first).to_be_visible()
    await album.take("page-crowd")


async def take_german(album: Album, room: int) -> None:
    """The same pages in the language with the longest words; afterwards it is English again."""
    device = album.device
    await device.close_chatbox()
    await device.go_to("/settings")
    await device.page.get_by_role("combobox", name="Language", exact=True).select_option("de")
    await expect(device.heading("Einstellungen")).to_be_visible()
    for path, sign in (
        ("/", "h1"),
        ("/settings", ".sheet"),
        ("/administration", ".sheet"),
        ("/doctor", ".check-state"),
        ("/people", "table"),
        ("/chat-room-list", "table"),
        ("/chat-message-list", "table"),
        ("/chat-profile-report", "table"),
        ("/chat", ".conversation"),
        (f"/chat/{room}", ".log"),
    ):
        await device.go_to(path)
        await expect(device.page.locator(sign).first).to_be_visible()
        await album.take("german-" + (path.strip("/").replace(f"chat/{room}", "room") or "desk"))
    await device.button("Einzelheiten").click()
    details = device.page.get_by_role("complementary", name="Einzelheiten")
    await expect(details.get_by_role("listitem").first).to_be_visible()
    await album.take("german-details")
    await device.button("Personen hinzufügen").click()
    await album.take("german-add-members")
    await device.page.get_by_role("dialog").get_by_role("button", name="Abbrechen").click()
    await device.button("Gruppe verlassen").click()
    await device.page.get_by_role("dialog").get_by_role("button", name="Verlassen", exact=True).click()
    await expect(device.page.get_by_role("option").first).to_be_visible()
    await album.take("german-leave-heir")
    await device.go_to("/settings")
    await device.page.get_by_role("combobox", name="Sprache", exact=True).select_option("en")
    await expect(device.heading("Settings")).to_be_visible()
    await device.go_to("/")
    await device.open_room("Purchasing")


async def gather_crowd(ready: Ready) -> int:
    """Asha invites them all, and opens a group of most of them and of whoever was there before; its id."""
    asha = find(ready, "Asha Rao")
    async with new_client(ready) as client:
        await post(client, "/session", {"email": asha.email, "password": asha.password})
        colleagues = msgspec.json.decode((await client.get("/users")).content, type=list[Account])
        members = [user.id for user in colleagues if user.name != asha.name]
        for place, name in enumerate(CROWD):
            email = f"colleague-{place}@halden.example"
            made = await post(client, "/invitations", {"email": email, "role": "member"})
            token = msgspec.json.decode(made, type=dict[str, object])["link"]
            members.append(await accept(ready, str(token).partition("#")[2], name))
        group = {"kind": "group", "key": new_token(), "name": EVERYBODY, "users": members[:-3]}
        return msgspec.json.decode(await post(client, "/rooms", group), type=Numbered).id


def new_client(ready: Ready) -> httpx.AsyncClient:
    """Keeps no connection: the server closes what was quiet for as long as others take to come in."""
    limits = httpx.Limits(max_keepalive_connections=0)
    return httpx.AsyncClient(base_url=f"{ready.url}/api/v1", timeout=60, limits=limits, trust_env=False)


async def accept(ready: Ready, token: str, name: str) -> int:
    """On a device of their own."""
    async with new_client(ready) as client:
        wanted = {"token": token, "name": name, "password": f"{new_token()}"}
        return msgspec.json.decode(await post(client, "/invitations/accept", wanted), type=Entered).user.id


async def post(client: httpx.AsyncClient, path: str, body: object) -> bytes:
    answer = await client.post(path, json=body)
    answer.raise_for_status()
    return answer.content


async def take_failures(album: Album) -> None:
    """What is shown while the server does not answer some questions, or none at all."""
    device = album.device
    await device.context.route("**/api/v1/**/members?*", lambda route: route.abort())
    await device.context.route("**/api/v1/**/messages*", lambda route: route.abort())
    await device.open_chat_page()
    await device.chat("Deliveries").click()
    await expect(device.heading("The messages did not load")).to_be_visible()
    await album.take("page-failed")
    await device.context.unroute_all()
    await device.go_to("/")
    await device.close_chatbox()
    await device.context.route("**/api/v1/connections/*/commands", stop_large)
    await device.go_to("/doctor")
    await expect(device.page.get_by_role("status").filter(has_text="1 problem found")).to_be_visible()
    await album.take("doctor-problem")
    await device.context.unroute_all()
    await device.go_to("/")
    await device.open_room("Purchasing")
    await expect(device.messages.last).to_be_in_viewport()


async def stop_large(route: Route) -> None:
    """As a proxy does that takes no large request."""
    if len(route.request.post_data or "") > 64_000:
        await route.fulfill(status=413, body="Too large")
    else:
        await route.fallback()


async def take_offline(album: Album) -> None:
    await album.device.write("I look at them now.")
    await expect(album.device.banner).to_be_visible()
    await expect(album.device.message("I look at them now.")).to_be_in_viewport()
    await album.take("offline")


async def take_two_people(chromium: Browser, devices: Devices, ready: Ready) -> None:
    """Asha and Bela in one chat, each in a window."""
    asha, bela = [await devices.open(ready.url, size=WINDOW, network_breaks=True) for _ in range(2)]
    for device, name, other in ((asha, "Asha Rao", "Bela Kovács"), (bela, "Bela Kovács", "Asha Rao")):
        await device.page.emulate_media(reduced_motion="reduce")
        await enter(device, find(ready, name))
        await device.open_room(other)
    await bela.write("Test cut on CNC 4 is done: run-out 0.01 mm.")
    await asha.write("Very good. Then the 600 flanges go on it from Monday?")
    await bela.write("Yes. I keep the jig on station 3 for them.")
    await expect(asha.message("Yes. I keep the jig on station 3 for them.")).to_be_in_viewport()
    await asha.box.press_sequentially("Perfect, I tell Brenner")
    shots = []
    for device in (asha, bela):
        await device.page.mouse.move(0, 0)
        await device.come_to_rest()
        shots.append(await device.page.screenshot())
    await compose(chromium, shots, README_PICTURE)
    sys.stdout.write(f"{README_PICTURE}\n")


async def compose(chromium: Browser, shots: list[bytes], path: Path) -> None:
    windows = "".join(_ONE_WINDOW.format(png=base64.b64encode(shot).decode()) for shot in shots)
    page = await chromium.new_page(viewport={"width": 1600, "height": 1000}, device_scale_factor=1.5)
    await page.set_content(_SIDE_BY_SIDE.format(windows=windows))
    await page.locator("body").screenshot(path=path)
    await page.close()


async def enter(device: Device, person: Person) -> None:
    await device.go_to(person.link)
    await expect(device.heading("Explore")).to_be_visible()


def find(ready: Ready, name: str) -> Person:
    return next(person for person in ready.people if person.name == name)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("Usage: python -m tests.browser.pictures FOLDER")
    # The browser makes the folders.
    asyncio.run(take_all(Path(sys.argv[1])))
