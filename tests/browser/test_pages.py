"""The pages of the desk come when they are gone to, or are missed in words."""

from __future__ import annotations

from playwright.async_api import expect

from tests.browser.device import Device

SETTINGS = "**/assets/Settings-*.js"
CHAT = "**/assets/chat-*.js"
"""What shows rooms."""
_HAS_COME = """async (module) => {
    await import(module);
    const styles = [...document.querySelectorAll("link[rel=stylesheet]")].filter((link) => !link.sheet);
    await Promise.all(styles.map((link) => new Promise((come) => link.addEventListener("load", come))));
}"""


async def test_a_page_that_does_not_come_is_missed_in_words_and_comes_when_it_can(asha: Device) -> None:
    await asha.page.route(SETTINGS, lambda route: route.abort())
    asha.faults.network_breaks = True
    # On a slow machine the page has come by now, in a quiet moment.
    await asha.page.reload()
    await asha.open_room("Launch")
    await asha.box.fill("Half a thought")
    await asha.choose_in_user_menu("Settings")
    await expect(asha.heading("The page did not load")).to_be_visible()
    await expect(asha.box).to_have_value("Half a thought")
    await asha.button("Try again").click()
    await expect(asha.heading("The page did not load")).to_be_visible()
    await asha.page.unroute(SETTINGS)
    await asha.button("Try again").click()
    await expect(asha.heading("Settings")).to_be_visible()
    await expect(asha.box).to_have_value("Half a thought")


async def test_who_turns_back_from_a_page_that_did_not_come_is_where_they_were(asha: Device) -> None:
    await asha.page.route(SETTINGS, lambda route: route.abort())
    asha.faults.network_breaks = True
    # On a slow machine the page has come by now, in a quiet moment.
    await asha.page.reload()
    await asha.choose_in_user_menu("Settings")
    await expect(asha.heading("The page did not load")).to_be_visible()
    await asha.page.get_by_role("banner").get_by_role("link", name="Explore", exact=True).click()
    await expect(asha.heading("Explore")).to_be_visible()


async def test_pages_that_came_in_a_quiet_moment_open_without_a_network(asha: Device) -> None:
    await _wait_for_what_comes_by_itself(asha)
    asha.faults.network_breaks = True
    await asha.context.set_offline(True)
    await asha.choose_in_user_menu("Settings")
    await expect(asha.heading("Settings")).to_be_visible()


async def test_a_room_that_does_not_come_is_missed_in_its_frame_and_comes_when_it_can(asha: Device) -> None:
    await asha.page.route(CHAT, lambda route: route.abort())
    asha.faults.network_breaks = True
    # The quiet moment has passed: nothing is fetched by itself any more.
    async with asha.page.expect_response(SETTINGS):
        await asha.go_to("/")
    await asha.open_chatbox()
    await asha.conversations.get_by_role("button", name="Launch").click()
    await expect(asha.chatbox.get_by_role("heading", name="This did not load")).to_be_visible()
    await asha.leave_room()
    await asha.conversations.get_by_role("button", name="Launch").click()
    await expect(asha.chatbox.get_by_role("heading", name="This did not load")).to_be_visible()
    await asha.page.unroute(CHAT)
    await asha.button("Try again").click()
    await expect(asha.room_heading("Launch")).to_be_visible()


async def test_a_room_that_came_in_a_quiet_moment_opens_without_a_network(asha: Device) -> None:
    await _wait_for_what_comes_by_itself(asha)
    asha.faults.network_breaks = True
    await asha.context.set_offline(True)
    await asha.open_room("Launch")
    await expect(asha.box).to_be_visible()


async def _wait_for_what_comes_by_itself(asha: Device) -> None:
    async with asha.page.expect_response(SETTINGS) as coming:
        await asha.go_to("/")
    await asha.page.evaluate(_HAS_COME, (await coming.value).url)
