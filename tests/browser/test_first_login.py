"""Log in for the first time on a phone: password, inlogapp, recovery codes and *Deze week*; from then on with a code."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from portal.accounts.models import Role
from tests.browser.conftest import PHONE
from tests.browser.look import fine
from tests.portal import factories
from tests.portal.test_entrance import code


def fill(page: Page, label: str, text: str) -> None:
    page.get_by_label(label).fill(text)
    page.get_by_label(label).press("Enter")


@pytest.mark.parametrize(
    "media", [{"color_scheme": "dark"}, {"forced_colors": "active"}], ids=["dark", "forced"]
)
def test_the_whole_first_login_and_the_second(visit, corporation, media):
    user = factories.user(Role.COACH, corporation, second_factor=True)

    def at_the_password() -> Page:
        page = visit(None, "/week/", PHONE, **media)
        page.get_by_label("Gebruikersnaam").fill(user.username)
        fill(page, "Wachtwoord", factories.PASSWORD)
        return page

    page = at_the_password()
    expect(page.locator("h1")).to_have_text("Inlogapp koppelen")
    expect(page.get_by_text("Stap 2 van 3")).to_be_visible()
    secret = page.locator("code.secret").inner_text()
    opens_app = page.get_by_role("link", name="Open de inlogapp op deze telefoon").get_attribute("href")
    assert opens_app.startswith("otpauth://totp/") and f"secret={secret}" in opens_app
    fine(page)
    fill(page, "Code uit uw app", "000000")
    expect(page.locator("#fouten")).to_be_focused()
    fine(page)
    assert page.locator("code.secret").inner_text() == secret  # what the app has already stays right
    fill(page, "Code uit uw app", code(secret))
    expect(page.locator("h1")).to_have_text("Herstelcodes")
    spare = page.locator(".codes code").first.inner_text()
    fine(page)
    page.get_by_role("link", name="Bewaard, verder naar het portaal").tap()
    expect(page.locator("h1")).to_have_text("Deze week")

    page = at_the_password()
    expect(page.locator("h1")).to_have_text("Code invullen")
    fine(page)
    fill(page, "Code uit uw app", "000000")
    expect(page.locator("#fouten")).to_be_focused()
    fine(page)
    fill(page, "Code uit uw app", spare)  # the telephone is lost
    expect(page.locator("h1")).to_have_text("Deze week")
