"""See in the browser what a page hides and what it says instead: an objection, a small count, an address off the list."""

from __future__ import annotations

from datetime import timedelta

from playwright.sync_api import expect

from portal.accounts.models import Role
from portal.casework import care
from portal.casework.models import Case, Contact
from portal.trends.models import Family, WeekFigure
from tests.browser.coach import button, choose
from tests.browser.conftest import DESK, PHONE
from tests.browser.look import fine
from tests.portal import factories
from tests.portal.factories import MONDAY


def test_an_objection_meanwhile_stops_the_form_that_was_open(visit, coach, cases):
    case = cases[0]
    page = visit(coach, f"/week/adres/{case.pk}/contact/", PHONE)
    choose(page, "Hebt u de bewoner gesproken?", "Gesproken")
    care.object_to(coach, case.pk)
    button(page, "Bewaren").tap()
    expect(page.locator(".message")).to_contain_text("De bewoner maakte bezwaar")
    main = page.locator("main")
    expect(main.get_by_role("link", name="Bezwaar intrekken")).to_be_visible()
    for gone in ("Bellen", "Vastleggen", "Overdragen", "Stand of dag wijzigen", "Groei"):
        expect(main.get_by_role("link", name=gone)).to_have_count(0)
    for hidden in (factories.REASONS[0], case.phone, case.name):
        expect(main).not_to_contain_text(hidden)
    assert not Contact.objects.exists()
    fine(page)
    page.goto("/week/")
    expect(page.locator(f"#adres-{case.pk}")).to_have_count(0)


def test_a_small_count_is_drawn_as_a_band_in_every_week(visit, corporation):
    weeks = [MONDAY - timedelta(weeks=back) for back in range(12)]
    WeekFigure.objects.bulk_create(
        WeekFigure(
            as_of=as_of, corporation=corporation, wijk=wijk, family=family, agreements=400, signalled=count
        )
        for as_of in weeks
        for family in Family.values
        for wijk, count in (("Noord", 3), ("Zuid", 2))
    )
    page = visit(factories.user(Role.MANAGER, corporation), "/overzicht/", DESK)
    page.evaluate("document.querySelectorAll('details').forEach(part => { part.open = true })")
    bands = page.locator(".multiple svg").first.locator("[aria-roledescription='rule mark'][opacity='0.45']")
    expect(bands).to_have_count(len(weeks))
    assert all(band.bounding_box()["height"] > 0 for band in bands.all())
    fine(page)


def test_an_address_off_the_list_says_first_what_is_known_today(visit, coach, cases):
    case, then = cases[0], MONDAY - timedelta(weeks=4)
    Case.objects.filter(pk=case.pk).update(worked_on=True, listed_on=then)
    case.listings.update(as_of=then)
    case.weeks.filter(as_of=MONDAY).update(points={}, figures={"arrears_euro": 0})
    page = visit(coach, f"/week/adres/{case.pk}/", PHONE)
    page.evaluate("document.querySelectorAll('main details').forEach(part => { part.open = true })")
    now, before = page.get_by_text("Het is stil").first, page.get_by_text(factories.REASONS[0]).first
    expect(now).to_be_visible()
    expect(page.locator("main")).to_contain_text("geen huurachterstand bekend")
    assert now.bounding_box()["y"] < before.bounding_box()["y"]
    fine(page)
