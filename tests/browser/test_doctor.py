"""The owner's self-test: from the browser to the server."""

from __future__ import annotations

from msgspec.structs import replace
from playwright.async_api import Locator, Route, WebSocketRoute, expect

from deskchat.domain import preferences
from deskchat.domain.preferences import DEFAULTS
from tests.browser.conftest import on_a_phone
from tests.browser.device import Device
from tests.serving import Serving


def check(device: Device, name: str) -> Locator:
    """The row of one check."""
    return device.page.get_by_role("listitem").filter(has=device.page.get_by_text(name, exact=True))


async def test_an_owner_tests_the_way_to_the_server(asha: Device, serving: Serving) -> None:
    await asha.go_to("/administration")
    await asha.page.get_by_role("link", name="Test the way to the server").click()
    await expect(asha.heading("Self-test")).to_be_visible()
    await expect(
        asha.page.get_by_role("status").filter(has_text="Nothing is wrong from here.")
    ).to_be_visible()
    for name in ("Encryption", "Address", "WebSocket", "Long polling", "Large messages", "Clock"):
        await expect(check(asha, name)).to_contain_text("Fine")
    await expect(check(asha, "Where you come from")).to_contain_text("The server sees you at 127.0.0.1.")
    await expect(check(asha, "Address")).to_contain_text(serving.url)
    await expect(check(asha, "WebSocket")).to_contain_text("an answer takes")


@on_a_phone
async def test_what_is_wrong_is_told_with_how_to_mend_it_and_tested_again(asha: Device) -> None:
    asha.is_spoilt = True
    is_broken = True

    async def break_socket(socket: WebSocketRoute) -> None:
        if is_broken:
            await socket.close(code=1011)
        else:
            socket.connect_to_server()

    async def stop_large(route: Route) -> None:
        if is_broken and len(route.request.post_data or "") > 64_000:
            await route.fulfill(status=413, body="Too large")
        else:
            await route.fallback()

    await asha.page.route_web_socket("**/api/v1/socket", break_socket)
    await asha.page.route("**/api/v1/connections/*/commands", stop_large)
    await asha.go_to("/doctor")
    await expect(asha.page.get_by_role("status").filter(has_text="2 problems found.")).to_be_visible()
    await expect(check(asha, "WebSocket")).to_contain_text("It does not open.")
    await expect(check(asha, "WebSocket")).to_contain_text("Upgrade and Connection")
    # On a slow machine it is fine, but said to be slow.
    await expect(check(asha, "Long polling")).to_contain_text("It works")
    await expect(check(asha, "Large messages")).to_contain_text("client_max_body_size")
    is_broken = False
    await asha.button("Test again").click()
    await expect(
        asha.page.get_by_role("status").filter(has_text="Nothing is wrong from here.")
    ).to_be_visible()
    await expect(check(asha, "WebSocket")).to_contain_text("It opens, and an answer takes")


async def test_without_an_answer_the_test_says_so_and_is_tried_again(asha: Device) -> None:
    asha.faults.network_breaks = True
    await asha.page.route("**/api/v1/doctor", lambda route: route.abort())
    await asha.go_to("/doctor")
    await expect(asha.heading("The test did not get an answer")).to_be_visible()
    await asha.page.unroute("**/api/v1/doctor")
    await asha.button("Try again").click()
    await expect(
        asha.page.get_by_role("status").filter(has_text="Nothing is wrong from here.")
    ).to_be_visible()


async def test_the_self_test_speaks_german(serving: Serving, asha: Device) -> None:
    german = replace(DEFAULTS, language="de")
    serving.do(lambda tx: preferences.prefer(tx, serving.people.asha.id, german))
    await asha.go_to("/doctor")
    await expect(asha.heading("Selbsttest")).to_be_visible()
    await expect(check(asha, "Verschlüsselung")).to_contain_text("In Ordnung")
