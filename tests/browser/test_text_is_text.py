"""What people write and call themselves is text: shown as it was typed, everywhere, and never run."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from deskchat.domain import rooms, users
from deskchat.domain.users import User
from tests.browser.conftest import OpenDevice
from tests.browser.device import Device
from tests.browser.office import say
from tests.cast import NO_PASSWORD
from tests.serving import Serving

TRICKS = [
    "<script>window.ran = 1</script>",
    "<img src=x onerror='window.ran = 1'>",
    "<svg onload=window.ran=1>",
    "javascript:window.ran=1",
    "[click](javascript:window.ran=1)",
    "{{constructor.constructor('window.ran=1')()}}",
    "&lt;b&gt; &amp;amp; ${window.ran=1}",
    "</title><iframe srcdoc='<script>top.ran=1</script>'>",
]
NAME = "<img src=x onerror='window.ran=1'> Eve"
GROUP = "<script>window.ran=1</script> & sons"


@pytest.fixture
def eve(serving: Serving) -> User:
    return serving.do(lambda tx: users.add(tx, "eve@example.com", NAME, "member", NO_PASSWORD))


@pytest.fixture
def group(serving: Serving, eve: User) -> int:
    return serving.do(lambda tx: rooms.create_group(tx, eve.id, "tricks", GROUP, [serving.people.asha.id]))


async def expect_nothing_ran(device: Device) -> None:
    assert await device.page.evaluate("window.ran") is None


async def test_a_message_is_shown_as_it_was_typed(asha: Device, bela: Device) -> None:
    await asha.open_room("Bela Kovács")
    await bela.open_room("Asha Rao")
    await asha.write(*TRICKS)
    for device in (asha, bela):
        await expect(device.messages.get_by_role("paragraph")).to_have_text(TRICKS)
        await expect(device.log.get_by_role("link")).to_have_count(0)
        await device.leave_room()
        await expect(device.conversations).to_contain_text(TRICKS[-1])
        await expect_nothing_ran(device)


async def test_a_pop_up_and_its_announcement_show_tricks_as_text(
    asha: Device, serving: Serving, eve: User, group: int
) -> None:
    await asha.expect_unread(0)
    for trick in TRICKS:
        say(serving, eve, group, trick)
        await expect(asha.notification(trick)).to_contain_text(NAME)
        await expect(asha.notification(trick)).to_contain_text(GROUP)
    await expect(asha.page.locator("[aria-live=polite]")).to_contain_text(TRICKS[-1])
    await expect_nothing_ran(asha)


async def test_names_of_people_and_groups_are_text_wherever_they_stand(
    asha: Device, serving: Serving, eve: User, group: int
) -> None:
    say(serving, eve, group, TRICKS[0])
    await asha.open_chatbox()
    await expect(asha.conversation(GROUP, unread=1)).to_be_visible()
    await asha.search_box.fill("eve")
    await expect(asha.chatbox.get_by_role("button", name=NAME, exact=True)).to_be_visible()
    await asha.search_box.fill("")
    dialog = await asha.start("Group")
    await dialog.get_by_role("combobox", name="Users").fill("eve")
    await dialog.get_by_role("option", name=NAME).click()
    await expect(dialog.get_by_role("button", name=f"Remove {NAME}")).to_be_visible()
    await dialog.get_by_role("button", name="Cancel").click()
    await asha.open_room(GROUP)
    await expect(asha.message(TRICKS[0])).to_contain_text(NAME)
    await asha.close_chatbox()
    await asha.go_to("/people")
    await expect(asha.page.get_by_role("cell").filter(has_text=NAME)).to_be_visible()
    await asha.button(f"Deactivate {NAME}").click()
    await expect(asha.dialog(f"Deactivate {NAME}?")).to_be_visible()
    await expect_nothing_ran(asha)


async def test_what_is_found_and_searched_for_is_text(
    asha: Device, serving: Serving, eve: User, group: int
) -> None:
    say(serving, eve, group, *TRICKS)
    search = asha.page.get_by_role("combobox", name="Search", exact=True)
    await search.fill("onerror")
    await expect(asha.page.get_by_role("option").filter(has_text=TRICKS[1])).to_be_visible()
    await search.fill("<img src=x onerror='window.ran = 1'> nothing like it")
    await expect(asha.page.get_by_text("Nothing found for “<img src=x onerror")).to_be_visible()
    await asha.open_chatbox()
    await asha.search_box.fill("onerror")
    await expect(asha.found_message(TRICKS[1])).to_be_visible()
    await expect_nothing_ran(asha)


async def test_the_organisations_name_is_text_in_the_title_too(
    serving: Serving, open_device: OpenDevice
) -> None:
    name = "</title><script>window.ran=1</script>"
    serving.do(lambda tx: tx.organisation.rename(name))
    asha = await open_device(serving.people.asha)
    await expect(asha.page.get_by_role("link", name=f"{name}, desk home")).to_be_visible()
    assert name in await asha.page.title()
    await expect_nothing_ran(asha)


async def test_a_web_address_leads_there_without_telling_where_from(asha: Device, serving: Serving) -> None:
    say(serving, serving.people.bela, serving.people.direct, "See https://example.com/a?b=1, please.")
    await asha.open_room("Bela Kovács")
    link = asha.log.get_by_role("link", name="https://example.com/a?b=1", exact=True)
    await expect(link).to_have_attribute("href", "https://example.com/a?b=1")
    await expect(link).to_have_attribute("rel", "noopener noreferrer nofollow")
    await expect(link).to_have_attribute("target", "_blank")


async def test_the_policy_lets_nothing_foreign_in(asha: Device) -> None:
    """Were text ever to become a part of the page, this would still stop it."""
    answer = await asha.page.goto(asha.origin)
    assert answer
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy or "default-src 'self'" in policy
    assert "unsafe-inline" not in policy.replace("style-src 'self' 'unsafe-inline'", "")
    assert "unsafe-eval" not in policy
    assert answer.headers["referrer-policy"] == "no-referrer"
