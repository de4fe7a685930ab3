"""Pictures of the real product: `python -m tests.browser.pictures FOLDER` drives a demo through every screen.

The folder gets each screen at desktop and phone width, light and dark; docs/pictures the one of the README.
"""

from __future__ import annotations

import asyncio
import base64
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import msgspec
from playwright.async_api import Browser, expect

from deskchat.demo import Person, Ready
from tests.browser.chromium import running_chromium
from tests.browser.device import DESKTOP, PHONE, Device, Devices, Size

README_PICTURE = Path(__file__).parents[2] / "docs" / "pictures" / "two-people.png"

Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")

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


@dataclass(frozen=True)
class Album:
    """Where the pictures of one device go."""

    folder: Path
    device: Device
    size: Size
    scheme: Scheme

    async def take(self, screen: str) -> None:
        await self.device.page.mouse.move(0, 0)
        await self.device.come_to_rest()
        path = self.folder / f"{screen}-{self.size.name}-{self.scheme}.png"
        await self.device.page.screenshot(path=path)
        sys.stdout.write(f"{path}\n")


async def take_all(folder: Path) -> None:
    async with running_chromium() as chromium, running_demo() as (demo, ready):
        devices = Devices(chromium)
        await take_two_people(chromium, devices, ready)
        rooms = [
            await take_screens(folder, devices, ready, size, scheme)
            for size in (DESKTOP, PHONE)
            for scheme in SCHEMES
        ]
        demo.kill()
        await demo.wait()
        for album in rooms:
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


async def take_screens(folder: Path, devices: Devices, ready: Ready, size: Size, scheme: Scheme) -> Album:
    """Asha's way through all of them; at the end a room is open."""
    device = await devices.open(ready.url, size=size, network_breaks=True)
    await device.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    album = Album(folder, device, size, scheme)
    await expect(device.sign_in_heading).to_be_visible()
    await album.take("sign-in")
    await enter(device, find(ready, "Asha Rao"))
    await album.take("desk")
    for path, heading in (
        ("/settings", "Settings"),
        ("/people", "People"),
        ("/administration", "Administration"),
    ):
        await device.go_to(path)
        await expect(device.heading(heading)).to_be_visible()
        await expect(
            device.page.get_by_role("listitem").or_(device.page.get_by_role("cell")).first
        ).to_be_visible()
        await album.take(path.strip("/"))
    await device.go_to("/")
    await device.open_chatbox()
    await expect(device.conversation("Emre Yıldız")).to_be_visible()
    await album.take("chatbox")
    await take_new_chat(album)
    await device.open_room("Purchasing")
    await expect(device.messages.last).to_be_in_viewport()
    await album.take("room")
    await device.chatbox.get_by_role("button", name="Details").click()
    await expect(
        device.chatbox.get_by_role("list", name="Members").get_by_role("listitem").first
    ).to_be_visible()
    await album.take("details")
    await device.button("Back to the messages").click()
    await expect(device.messages.last).to_be_in_viewport()
    return album


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
