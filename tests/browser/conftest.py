"""One Chromium for all browser tests; for each test a server with the cast in it, and devices of its own."""

import socket
from collections.abc import AsyncIterator, Awaitable, Iterator
from pathlib import Path
from typing import Protocol

import pytest
import pytest_asyncio

from deskchat.domain.users import User
from tests.browser.browsers import DESKTOP, PHONE, Browsers, Size
from tests.browser.chromium import FEWER_PROCESSES, running_chromium
from tests.browser.device import Device, Devices
from tests.serving import Serving, running_server

ORGANISATION = "Halden Pumps"

on_a_phone = pytest.mark.parametrize("size", [PHONE], ids=["phone"])
desktop_to_phone = pytest.mark.parametrize(
    ("size", "size_of_others"), [(DESKTOP, PHONE)], ids=["desktop-to-phone"]
)
phone_to_desktop = pytest.mark.parametrize(
    ("size", "size_of_others"), [(PHONE, DESKTOP)], ids=["phone-to-desktop"]
)


class OpenDevice(Protocol):
    """One device more of somebody, signed in, at the desk; of the size of the test, if none is said."""

    def __call__(self, user: User, size: Size = ...) -> Awaitable[Device]: ...


_HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All of them share the browser, and so its event loop."""
    for item in items:
        if _HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browsers() -> AsyncIterator[Browsers]:
    async with running_chromium(*FEWER_PROCESSES) as chromium:
        # What moves is painted sixty times a second: that phones show it is enough.
        yield Browsers(chromium, still=(DESKTOP,))


@pytest.fixture(scope="session")
def port() -> int:
    """One after the other, the servers have the same: what a browser knows of the program it need not fetch again."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


@pytest.fixture
def serving(port: int) -> Iterator[Serving]:
    with running_server(port=port) as serving:
        serving.do(lambda tx: tx.organisation.rename(ORGANISATION))
        yield serving


@pytest_asyncio.fixture(loop_scope="session")
async def devices(browsers: Browsers) -> AsyncIterator[Devices]:
    devices = Devices(browsers)
    yield devices
    await devices.close()


@pytest.fixture
def size() -> Size:
    """Of the devices that `open_device`, `asha` and the others give; a test may be parametrised by it."""
    return DESKTOP


@pytest.fixture
def size_of_others(size: Size) -> Size:
    """Of Bela's and Chidi's devices, where they are not of Asha's size."""
    return size


@pytest.fixture
def open_device(serving: Serving, devices: Devices, size: Size) -> OpenDevice:
    """The server comes first, so that it ends last."""

    async def open_device(user: User, size: Size = size) -> Device:
        return await devices.open(serving.url, serving.sign_in(user)["Cookie"], size)

    return open_device


@pytest_asyncio.fixture(loop_scope="session")
async def asha(open_device: OpenDevice, serving: Serving) -> Device:
    return await open_device(serving.people.asha)


@pytest_asyncio.fixture(loop_scope="session")
async def bela(open_device: OpenDevice, serving: Serving, size_of_others: Size) -> Device:
    return await open_device(serving.people.bela, size_of_others)


@pytest_asyncio.fixture(loop_scope="session")
async def chidi(open_device: OpenDevice, serving: Serving, size_of_others: Size) -> Device:
    return await open_device(serving.people.chidi, size_of_others)
