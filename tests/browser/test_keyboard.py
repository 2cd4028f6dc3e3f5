"""Do every task of coach and melder by keyboard alone, at 200% and 400% zoom, with the focus always in sight."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from portal.accounts.models import Role
from portal.casework.codes import State
from portal.casework.models import Case, Contact, Growth, Handover, Objection, Worry
from tests.portal import factories

ZOOMS = pytest.mark.parametrize("zoom", [2, 4])
HIDDEN = """() => {
  const focus = document.activeElement;
  if (!focus || focus === document.body || focus.id === 'inhoud') return '';
  const shown = focus.matches('.choices input') ? focus.closest('label') : focus;
  const box = shown.getBoundingClientRect();
  const x = Math.max(box.left, 0) + Math.min(box.width, innerWidth) / 2;
  const y = Math.min(Math.max(box.top + Math.min(box.height, 20) / 2, 0), innerHeight - 1);
  const top = document.elementFromPoint(Math.min(x, innerWidth - 1), y);
  const ringed = getComputedStyle(shown).outlineStyle !== 'none';
  if (box.bottom <= 0 || box.top >= innerHeight) return 'off the screen';
  if (!ringed) return 'without a ring';
  return shown.contains(top) || top?.contains(shown) ? '' : 'behind ' + top?.outerHTML.slice(0, 100);
}"""
"""Returns why the focus cannot be seen: off the screen, without a ring, or behind another element. Empty if it can."""


class Keys:
    """A keyboard on a page of 1280 by 1024 pixels, zoomed in."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def to(self, selector: str) -> Keys:
        """Press Tab until an element has the focus, and check after each that the focus can be seen."""
        for _step in range(120):
            if self.page.evaluate("selector => document.activeElement.matches(selector)", selector):
                return self
            self.page.keyboard.press("Tab")
            hidden = self.page.evaluate(HIDDEN)
            assert not hidden, (hidden, self.page.evaluate("document.activeElement.outerHTML")[:200])
        raise AssertionError(f"Tab does not reach {selector} on {self.page.url}")

    def press(self, *keys: str) -> Keys:
        for key in keys:
            self.page.keyboard.press(key)
        return self

    def follow(self, end: str) -> None:
        """Open the link whose address ends so."""
        self.to(f"main a[href$='{end}']").press("Enter")
        self.page.wait_for_url(f"**{end}")

    def save(self) -> None:
        self.to(".save button").press("Enter")
        expect(self.page.locator(".save")).to_have_count(0)


@pytest.fixture
def keys(visit, request):
    def open_as(user, zoom: int) -> Keys:
        return Keys(visit(user, "/", {"viewport": {"width": 1280 // zoom, "height": 1024 // zoom}}))

    return open_as


@ZOOMS
def test_every_task_of_a_coach(keys, coach, cases, corporation, zoom):
    colleague = factories.user(Role.COACH, corporation, first_name="Samir")
    factories.worry(cases[1], urgent=True)
    first, third = cases[0], cases[2]
    board = keys(coach, zoom)
    page = board.page

    board.to("form[action$='/oppakken/'] button").press("Enter")
    page.wait_for_url("**/week/adres/**")
    assert Worry.objects.get().taken_by == coach
    page.goto("/week/")
    board.to(f"#adres-{first.pk} .actions a[href$='/contact/']").press("Enter")
    page.wait_for_url("**/contact/")
    board.to("[name=reached]").press("Space").save()
    contact = Contact.objects.filter(case=first).get()
    assert contact.reached
    board.to("form[action$='/terug/'] button").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Teruggenomen")
    contact.refresh_from_db()
    assert contact.undone_at

    board.follow("/stand/")
    board.to("[name=state]").press("Space", "ArrowDown").save()
    page.goto(f"/week/adres/{first.pk}/")
    board.follow("/groei/")
    board.to("[name=geld]").press("Space", "ArrowDown").save()
    assert Growth.objects.count() == 1
    board.follow("/overdracht/")
    board.to("[name=partner]").press("Space").to("[name=consent]").press("Space").save()
    board.follow("/antwoord/?antwoord=ja")
    board.save()
    expect(page.get_by_role("status")).to_contain_text("Opgepakt")
    assert Handover.objects.get().answered_on
    board.follow("/collega/")
    board.to(f"[name=owner][value='{colleague.pk}']").press("Space").save()
    first.refresh_from_db()
    assert first.owner == colleague
    page.goto(f"/week/adres/{first.pk}/")
    board.follow("/zorg/")
    board.to("[name=worry]").press("Space").to("[name=source]").press("Space").save()
    assert Worry.objects.filter(case=first).exists()

    page.goto("/week/zoeken/")
    board.to("#zoek")
    page.keyboard.type(third.address)
    board.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("gevonden")
    board.follow(f"/adres/{third.pk}/?via=zoeken")
    board.follow("/bezwaar/")
    board.save()
    assert Objection.objects.filter(case=third).exists()
    page.goto(f"/week/adres/{third.pk}/")
    board.to("form[action$='/afsluiten/'] button").press("Enter")
    expect(page.locator("main")).to_contain_text("afgesloten")
    assert Case.objects.get(pk=third.pk).state == State.CLOSED


@ZOOMS
def test_every_task_of_a_melder(keys, corporation, zoom):
    case = factories.listed_case(corporation)
    board = keys(factories.user(Role.MELDER, corporation), zoom)
    page = board.page
    board.to("[name=postcode]")
    page.keyboard.type(case.town[:7])
    board.to("[name=house_number]")
    page.keyboard.type(case.address.split()[-1])
    board.to("[name=worry]").press("Space").to("[name=source]").press("Space").to("[name=urgent]").press(
        "Space"
    )
    board.to("main form button:not([name])").press("Enter")
    expect(page.locator("h1")).to_have_text("Dank u wel")
    assert Worry.objects.get().case == case
    board.to("main a").press("Enter")
    expect(page.locator("h1")).to_have_text("Zorg melden")
    board.to(".me summary").press("Enter").to("form[action$='/uit/'] button").press("Escape")
    expect(page.locator(".me summary")).to_be_focused()
