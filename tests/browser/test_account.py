"""Coming in and being put out: passwords, devices, reset links, deactivation. An open page feels it at once."""

from __future__ import annotations

from playwright.async_api import expect

from tests.browser.conftest import OpenDevice
from tests.browser.device import Device, Devices
from tests.browser.office import say
from tests.serving import PASSWORD, Serving

NEW_PASSWORD = "a new one, not guessed"
PUT_OUT = "You were signed out here. Sign in to go on."


async def test_one_signs_in_with_the_right_password_and_out_again(serving: Serving, devices: Devices) -> None:
    bela = await devices.open(serving.url, path="/settings")
    await expect(bela.sign_in_heading).to_be_visible()
    await bela.sign_in("bela@example.com", "not the password")
    await expect(bela.page.get_by_role("alert")).to_have_text(
        "Email and password do not match. Check both and try again."
    )
    await expect(bela.field("Password")).to_be_focused()
    await bela.sign_in("bela@example.com", PASSWORD)
    await expect(bela.heading("Settings")).to_be_visible()
    await bela.choose_in_user_menu("Sign out")
    await expect(bela.sign_in_heading).to_be_visible()
    await expect(bela.page.get_by_text(PUT_OUT)).to_have_count(0)
    await bela.go_to("/")
    await expect(bela.sign_in_heading).to_be_visible()


async def test_signing_out_signs_out_every_tab_of_the_browser(bela: Device) -> None:
    other = await bela.open_tab()
    await expect(other.heading("Explore")).to_be_visible()
    await bela.choose_in_user_menu("Sign out")
    await expect(other.sign_in_heading).to_be_visible()


async def test_a_new_password_signs_out_the_other_devices(
    bela: Device, open_device: OpenDevice, serving: Serving
) -> None:
    phone = await open_device(serving.people.bela)
    await bela.choose_in_user_menu("Settings")
    await bela.field("Current password").fill("not the password")
    await bela.field("New password").fill(NEW_PASSWORD)
    await bela.button("Change password").click()
    await expect(bela.page.get_by_text("The current password is not right.")).to_be_visible()
    await expect(phone.heading("Explore")).to_be_visible()

    await bela.field("Current password").fill(PASSWORD)
    await bela.button("Change password").click()
    await expect(
        bela.page.get_by_text("Your password is changed. Other devices are signed out.")
    ).to_be_visible()
    await expect(phone.sign_in_heading).to_be_visible()
    await expect(phone.page.get_by_text(PUT_OUT)).to_be_visible()
    await phone.sign_in("bela@example.com", PASSWORD)
    await expect(phone.page.get_by_role("alert")).to_contain_text("do not match")
    await phone.sign_in("bela@example.com", NEW_PASSWORD)
    await expect(phone.heading("Explore")).to_be_visible()
    say(serving, serving.people.asha, serving.people.direct, "Still there?")
    await expect(bela.notification("Still there?")).to_be_visible()


async def test_a_device_is_listed_and_signed_out_from_another(
    bela: Device, open_device: OpenDevice, serving: Serving
) -> None:
    lost = await open_device(serving.people.bela)
    await lost.open_room("Asha Rao")
    await bela.go_to("/settings")
    devices = bela.page.get_by_role("listitem")
    await expect(devices).to_have_count(2)
    await expect(devices.filter(has_text="This device")).to_have_count(1)
    await devices.get_by_role("button", name="Sign out").click()
    await expect(devices).to_have_count(1)
    await expect(lost.sign_in_heading).to_be_visible()
    await expect(lost.log).to_have_count(0)


async def test_an_owners_reset_link_sets_a_new_password_once(
    asha: Device, bela: Device, serving: Serving, devices: Devices
) -> None:
    await asha.choose_in_user_menu("People")
    await asha.button("Reset link for Bela Kovács").click()
    link = await asha.page.get_by_role("textbox", name="Link").input_value()

    fresh = await devices.open(serving.url, path=link)
    await expect(fresh.heading("Set a new password")).to_be_visible()
    await expect(fresh.page.get_by_text("bela@example.com")).to_be_visible()
    await fresh.field("New password").fill(NEW_PASSWORD)
    await fresh.button("Set password").click()
    await expect(fresh.page.get_by_text("Your new password is set. Sign in with it.")).to_be_visible()
    await expect(bela.sign_in_heading).to_be_visible()
    await fresh.sign_in("bela@example.com", NEW_PASSWORD)
    await expect(fresh.heading("Explore")).to_be_visible()

    again = await devices.open(serving.url, path=link)
    await expect(again.heading("This link cannot be used")).to_be_visible()


async def test_who_is_deactivated_is_out_at_once_and_comes_back_when_reactivated(
    asha: Device, bela: Device, serving: Serving
) -> None:
    say(serving, serving.people.bela, serving.people.direct, "What I wrote stays.")
    await bela.open_room("Asha Rao")
    await asha.choose_in_user_menu("People")
    await asha.button("Deactivate Bela Kovács").click()
    await asha.dialog("Deactivate Bela Kovács?").get_by_role("button", name="Deactivate").click()
    row = asha.page.get_by_role("table", name="People").get_by_role("row").filter(has_text="Bela Kovács")
    await expect(row).to_contain_text("Deactivated")
    await expect(bela.sign_in_heading).to_be_visible()
    await expect(bela.log).to_have_count(0)
    await bela.sign_in("bela@example.com", PASSWORD)
    await expect(bela.page.get_by_role("alert")).to_contain_text("do not match")

    await asha.open_room("Bela Kovács")
    await expect(asha.message("What I wrote stays.")).to_be_visible()
    await asha.close_chatbox()
    await asha.button("Reactivate Bela Kovács").click()
    await expect(row).not_to_contain_text("Deactivated")
    await bela.sign_in("bela@example.com", PASSWORD)
    await bela.open_room("Asha Rao")
    await expect(bela.message("What I wrote stays.")).to_be_visible()


async def test_an_invitation_is_withdrawn(asha: Device, serving: Serving, devices: Devices) -> None:
    await asha.choose_in_user_menu("People")
    await asha.button("Invite").click()
    await asha.dialog("Invite somebody").get_by_label("Email").fill("farah@example.com")
    await asha.button("Make the link").click()
    link = await asha.page.get_by_role("textbox", name="Link").input_value()
    await asha.button("Done").click()
    await asha.button("Withdraw the invitation of farah@example.com").click()
    await expect(asha.page.get_by_text("Nobody is invited at the moment.")).to_be_visible()
    farah = await devices.open(serving.url, path=link)
    await expect(farah.heading("This link cannot be used")).to_be_visible()


async def test_the_pages_of_owners_are_theirs(bela: Device) -> None:
    await bela.button("User menu").click()
    await expect(bela.page.get_by_role("menuitem", name="Sign out")).to_be_visible()
    await expect(bela.page.get_by_role("menuitem", name="People")).to_have_count(0)
    await bela.page.keyboard.press("Escape")
    search = bela.page.get_by_role("combobox", name="Search", exact=True)
    await search.fill("a")
    await expect(bela.page.get_by_role("option").first).to_be_visible()
    await expect(bela.page.get_by_role("option", name="Administration")).to_have_count(0)
    for path, theirs in (
        ("/people", bela.page.get_by_role("table")),
        ("/administration", bela.button("Back up now")),
        ("/doctor", bela.button("Test again")),
    ):
        await bela.go_to(path)
        await expect(bela.page.get_by_text("This page is for owners")).to_be_visible()
        await expect(theirs).to_have_count(0)
