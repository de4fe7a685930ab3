"""Broken networks, proxies and servers: what was written waits where one sees it, goes out by itself, and arrives once."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import expect

from deskchat.domain.users import User
from tests.browser.browsers import DESKTOP, PHONE, Size
from tests.browser.device import Device, Devices
from tests.browser.process import ServerProcess
from tests.browser.wire import SocketsAre, Wire
from tests.browser.workplace import Colleague, Workplace, furnish
from tests.cast import Cast

POLLS = re.compile(r"/api/v1/connections")
HOUR = 3_600_000

at_every_size = pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=lambda size: size.name)


@dataclass(frozen=True)
class Site:
    """A server behind a wire that can be broken. Colleagues do not go through the wire."""

    wire: Wire
    server: ServerProcess
    workplace: Workplace
    devices: Devices

    @property
    def people(self) -> Cast:
        return self.workplace.people

    async def open_device(self, user: User, size: Size = DESKTOP) -> Device:
        cookie = self.workplace.cookie_of(user)
        device = await self.devices.open(self.wire.url, cookie, size, network_breaks=True)
        if self.wire.sockets_are == "passed":
            await device.be_told()
        return device

    def colleague(self, user: User) -> Colleague:
        return Colleague(self.server.url, self.workplace.cookie_of(user))

    async def lose_network(self, *devices: Device) -> None:
        for device in devices:
            await device.context.set_offline(True)
        self.wire.cut()

    async def regain_network(self, *devices: Device) -> None:
        self.wire.mend()
        for device in devices:
            await device.context.set_offline(False)


@pytest.fixture
def sockets_are() -> SocketsAre:
    return "passed"


@pytest_asyncio.fixture(loop_scope="session")
async def site(tmp_path: Path, sockets_are: SocketsAre, devices: Devices) -> AsyncIterator[Site]:
    workplace = await furnish(tmp_path)
    async with Wire(sockets_are) as wire, ServerProcess(tmp_path, public_url=wire.url) as server:
        wire.upstream = server.port
        yield Site(wire, server, workplace, devices)


async def expect_texts(device: Device, texts: list[str]) -> None:
    """These messages, each once, in this order, and all of them sent."""
    await expect(device.messages.get_by_role("paragraph")).to_have_text(texts)
    await expect(device.log.get_by_role("img", name="sending")).to_have_count(0)


# The network


@at_every_size
async def test_what_is_written_offline_waits_and_goes_out_once_and_in_order(site: Site, size: Size) -> None:
    people = site.people
    asha, bela = await site.open_device(people.asha, size), await site.open_device(people.bela)
    await asha.open_room("Bela Kovács")
    await bela.open_room("Asha Rao")
    await asha.write("Before.")
    for device in (asha, bela):
        await expect_texts(device, ["Before."])

    await site.lose_network(asha, bela)
    await expect(asha.banner).to_contain_text("What you send is kept")
    await asha.write("One.", "Two.", "Three.")
    await expect(asha.log.get_by_role("img", name="sending")).to_have_count(3)
    await expect(asha.banner).to_contain_text("3 messages wait to be sent.")
    await asha.leave_room()
    await expect(asha.conversations.get_by_role("img", name="sending")).to_have_count(1)
    await asha.open_room("Bela Kovács")

    await site.regain_network(asha, bela)
    for device in (asha, bela):
        await expect_texts(device, ["Before.", "One.", "Two.", "Three."])
        await expect(device.banner).to_have_count(0)


async def test_who_was_away_reads_how_people_and_the_organisation_are_called_now(site: Site) -> None:
    people = site.people
    chidi = site.colleague(people.chidi)
    await chidi.say(people.group, "Gate 3.")
    bela = await site.open_device(people.bela)
    await bela.open_room("Launch")
    await expect(bela.log.get_by_role("article", name=re.compile("^Chidi Okafor, "))).to_be_visible()

    await site.lose_network(bela)
    await expect(bela.banner).to_be_visible()
    await chidi.rename("Chidi Okafor-Bello")
    await site.colleague(people.asha).rename_organisation("Halden Pumps & Valves")
    await site.regain_network(bela)
    await expect(bela.log.get_by_role("article", name=re.compile("^Chidi Okafor-Bello, "))).to_be_visible()
    await expect(bela.page.get_by_role("banner").get_by_text("Halden Pumps & Valves")).to_be_visible()


async def test_what_waits_survives_a_reload_and_goes_out_by_itself(site: Site) -> None:
    people = site.people
    asha = await site.open_device(people.asha)
    await asha.open_room("Bela Kovács")
    await site.lose_network(asha)
    await asha.write("One.", "Two.")
    await expect(asha.banner).to_contain_text("2 messages wait to be sent.")

    # The pages come through again, news does not.
    site.wire.sockets_are = "refused"
    await asha.context.route(POLLS, lambda route: route.abort())
    await site.regain_network(asha)
    await asha.page.reload()
    await expect(asha.banner).to_contain_text("2 messages wait to be sent.")

    site.wire.sockets_are = "passed"
    await asha.context.unroute_all()
    await asha.open_room("Bela Kovács")
    await expect_texts(asha, ["One.", "Two."])
    await expect(asha.banner).to_have_count(0)
    assert await site.colleague(people.bela).read_texts(people.direct) == ["One.", "Two."]


async def test_two_tabs_send_what_both_have_waiting_once(site: Site) -> None:
    people = site.people
    asha = await site.open_device(people.asha)
    other = await asha.open_tab()
    for tab in (asha, other):
        await tab.open_room("Bela Kovács")
    await site.lose_network(asha)
    await asha.write("From one tab.")
    await expect(other.message("From one tab.")).to_be_visible()
    await other.write("From the other.")
    await expect(asha.message("From the other.")).to_be_visible()
    await asha.write("And once more.")
    await site.regain_network(asha)
    texts = ["From one tab.", "From the other.", "And once more."]
    for tab in (asha, other):
        await expect_texts(tab, texts)
    assert await site.colleague(people.bela).read_texts(people.direct) == texts


async def test_everything_missed_arrives_with_one_pop_up_and_all_tabs_count_alike(site: Site) -> None:
    people = site.people
    asha = await site.open_device(people.asha)
    other = await asha.open_tab()
    phone = await site.open_device(people.asha)
    everywhere = (asha, other, phone)
    for device in everywhere:
        await device.expect_unread(0)
    await site.lose_network(asha, phone)
    await expect(asha.banner).to_be_visible()
    await site.colleague(people.bela).say(people.direct, "One.", "Two.", "Three.")
    await site.colleague(people.chidi).say(people.group, "Four.", "Five.")
    await site.regain_network(asha, phone)

    await expect(asha.notification("5 new messages while you were away")).to_be_visible()
    await expect(asha.notifications.get_by_role("button", name="Dismiss")).to_have_count(1)
    for device in everywhere:
        await device.expect_unread(5)
    await asha.open_room("Bela Kovács")
    await expect_texts(asha, ["One.", "Two.", "Three."])
    for device in everywhere:
        await device.expect_unread(2)


async def test_an_edit_and_a_deletion_are_caught_up_with(site: Site) -> None:
    people = site.people
    asha, bela = await site.open_device(people.asha), await site.open_device(people.bela)
    await asha.open_room("Bela Kovács")
    await bela.open_room("Asha Rao")
    await bela.write("First.", "Second.")
    for device in (asha, bela):
        await expect_texts(device, ["First.", "Second."])
    await asha.context.set_offline(True)
    site.wire.cut()
    site.wire.mend()
    await expect(asha.banner).to_be_visible()
    await bela.choose_for_message("First.", "Edit")
    await bela.box.fill("First, mended.")
    await bela.button("Save").click()
    await bela.choose_for_message("Second.", "Delete")
    await bela.dialog("Delete this message?").get_by_role("button", name="Delete").click()
    await expect(bela.message("Message deleted")).to_be_visible()
    await asha.context.set_offline(False)
    await expect_texts(asha, ["First, mended.", "Message deleted"])


async def test_connections_that_break_again_and_again_lose_and_double_nothing(site: Site) -> None:
    people = site.people
    asha, bela = await site.open_device(people.asha), await site.open_device(people.bela)
    await asha.open_room("Bela Kovács")
    await bela.open_room("Asha Rao")
    texts = [f"Number {count}" for count in range(12)]
    for count, text in enumerate(texts):
        await asha.write(text)
        if count % 3 == 1:
            site.wire.cut()
            site.wire.mend()
    for device in (asha, bela):
        await expect_texts(device, texts)
    assert await site.colleague(people.bela).read_texts(people.direct) == texts


async def test_a_laptop_that_slept_finds_out_that_nobody_hears_it(site: Site) -> None:
    people = site.people
    asha = await site.open_device(people.asha)
    await asha.take_its_clock()
    await asha.open_room("Bela Kovács")
    await asha.leave_room()
    site.wire.freeze()
    await site.colleague(people.bela).say(people.direct, "Good morning.")
    await asha.page.clock.fast_forward(HOUR)
    await asha.page.clock.fast_forward(10_000)
    await expect(asha.notification("1 new message while you were away")).to_be_visible()
    await asha.expect_unread(1)


# Proxies


@pytest.mark.parametrize("sockets_are", ["refused", "swallowed"])
async def test_chat_goes_on_where_a_proxy_breaks_sockets(site: Site) -> None:
    people = site.people
    asha, bela = await site.open_device(people.asha), await site.open_device(people.bela)
    await asha.open_room("Bela Kovács")
    await bela.open_room("Asha Rao")
    await asha.write("Do you hear me?")
    await expect(bela.message("Do you hear me?")).to_be_visible()
    await bela.write("As ever.")
    await expect_texts(asha, ["Do you hear me?", "As ever."])
    await site.colleague(people.chidi).say(people.group, "Elsewhere.")
    await expect(asha.notification("Elsewhere.")).to_be_visible()
    for device in (asha, bela):
        await device.expect_unread(1)
        await expect(device.banner).to_have_count(0)
    assert site.wire.sockets == 2, "Each tried a socket once."


# The server


async def test_a_killed_server_comes_back_and_nobody_has_lost_anything(site: Site) -> None:
    people = site.people
    asha, bela = await site.open_device(people.asha), await site.open_device(people.bela)
    await asha.open_room("Bela Kovács")
    await bela.open_room("Asha Rao")
    await asha.write("Before.")
    for device in (asha, bela):
        await expect_texts(device, ["Before."])

    await site.server.kill()
    await asha.write("Asha one.", "Asha two.")
    await bela.write("Bela one.", "Bela two.")
    for device in (asha, bela):
        await expect(device.banner).to_contain_text("2 messages wait to be sent.")
        await expect(device.message("Before.")).to_be_visible()
    await site.server.start()

    for device in (asha, bela):
        await expect(device.messages).to_have_count(5)
        await expect(device.banner).to_have_count(0)
        await expect(device.log.get_by_role("img", name="sending")).to_have_count(0)
    kept = await site.colleague(people.bela).read_texts(people.direct)
    for name in ("Asha", "Bela"):
        assert [text for text in kept if text.startswith(name)] == [f"{name} one.", f"{name} two."]
    for device in (asha, bela):
        await expect_texts(device, kept)


async def test_who_comes_while_the_server_is_away_is_told_so_and_let_in_when_it_is_back(site: Site) -> None:
    people = site.people
    asha = await site.open_device(people.asha)
    await expect(asha.heading("Explore")).to_be_visible()
    await asha.context.route("**/api/v1/session", lambda route: route.abort())
    await asha.page.reload()
    await expect(asha.page.get_by_text("The server does not answer")).to_be_visible()
    await asha.context.unroute_all()
    await expect(asha.heading("Explore")).to_be_visible()
