"""Do every task of coach and melder by keyboard alone, at 200% and 400% zoom, with the focus always in sight."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from portal.accounts.models import Role
from portal.casework import care, worries
from portal.casework.codes import Answer, State
from portal.casework.models import Case, Contact, Growth, Handover, Objection, Question, Worry
from tests.browser.keyboard import ZOOMS, board, zooms
from tests.portal import factories
from tests.portal.factories import TODAY


@ZOOMS
def test_every_task_of_a_coach(visit, coach, cases, corporation, zoom):
    colleague = factories.user(Role.COACH, corporation, first_name="Samir")
    factories.worry(cases[1], urgent=True)
    first, third = cases[0], cases[2]
    keys = board(visit, coach, zoom)
    page = keys.page

    keys.to("form[action$='/oppakken/'] button").press("Enter")
    page.wait_for_url("**/week/adres/**")
    assert Worry.objects.get().taken_by == coach
    page.goto("/week/")
    keys.to(f"#adres-{first.pk} .actions a[href$='/contact/']").press("Enter")
    page.wait_for_url("**/contact/")
    keys.to("[name=reached]").press("Space").save()
    contact = Contact.objects.filter(case=first).get()
    assert contact.reached
    keys.to("form[action$='/terug/'] button").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Teruggenomen")
    contact.refresh_from_db()
    assert contact.undone_at

    keys.follow("/stand/?na=adres")
    keys.to("[name=state]").press("Space", "ArrowDown").save()
    page.goto(f"/week/adres/{first.pk}/")
    keys.follow("/groei/")
    keys.to("[name=geld]").press("Space", "ArrowDown").save()
    assert Growth.objects.count() == 1
    keys.follow("/overdracht/")
    keys.to("[name=partner]").press("Space").to("[name=consent]").press("Space").save()
    keys.follow("/antwoord/?antwoord=ja")
    keys.save()
    expect(page.get_by_role("status")).to_contain_text("Opgepakt")
    assert Handover.objects.get().answered_on
    keys.follow("/collega/")
    keys.to(f"[name=owner][value='{colleague.pk}']").press("Space").save()
    first.refresh_from_db()
    assert first.owner == colleague
    page.goto(f"/week/adres/{first.pk}/")
    keys.follow("/zorg/")
    keys.to("[name=worry]").press("Space").to("[name=source]").press("Space").save()
    assert Worry.objects.filter(case=first).exists()

    page.goto("/week/zoeken/")
    keys.to("#zoek")
    page.keyboard.type(third.address)
    keys.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("gevonden")
    keys.follow(f"/adres/{third.pk}/?via=zoeken")
    keys.follow("/bezwaar/")
    keys.save()
    assert Objection.objects.filter(case=third).exists()
    page.goto(f"/week/adres/{third.pk}/")
    keys.to("form[action$='/afsluiten/'] button").press("Enter")
    expect(page.locator("main")).to_contain_text("afgesloten")
    assert Case.objects.get(pk=third.pk).state == State.CLOSED


@ZOOMS
def test_every_task_of_a_melder(visit, corporation, zoom):
    case = factories.listed_case(corporation)
    keys = board(visit, factories.user(Role.MELDER, corporation), zoom)
    page = keys.page
    keys.to("[name=postcode]")
    page.keyboard.type(case.town[:7])
    keys.to("[name=house_number]")
    page.keyboard.type(case.address.split()[-1])
    keys.to("[name=worry]").press("Space").to("[name=source]").press("Space").to("[name=urgent]").press(
        "Space"
    )
    keys.to("main form button:not([name])").press("Enter")
    expect(page.locator("h1")).to_have_text("Dank u wel")
    assert Worry.objects.get().case == case
    keys.to("main a").press("Enter")
    expect(page.locator("h1")).to_have_text("Zorg melden")
    keys.to(".me summary").press("Enter").to("form[action$='/uit/'] button").press("Escape")
    expect(page.locator(".me summary")).to_be_focused()


@pytest.mark.long
@zooms(4)
def test_the_rarer_tasks_of_a_coach(visit, coach, cases, corporation, zoom):
    samir = factories.user(Role.COACH, corporation, first_name="Samir")
    melder = factories.user(Role.MELDER, corporation)
    elsewhere = {"urgent": True, "corporation": corporation.pk, "eenheid_id": "E1"}
    worries.pass_on_worry(melder, token="w", source="vakman", worry="veiligheid", **elsewhere)
    mine, theirs, closed = cases
    given = {"worked_on": True, "state": State.IN_CONTACT, "follow_up_on": TODAY}
    Case.objects.filter(pk=mine.pk).update(**given, owner=coach)
    Case.objects.filter(pk=theirs.pk).update(**given, owner=samir)
    Case.objects.filter(pk=closed.pk).update(worked_on=True, state=State.CLOSED)
    keys = board(visit, coach, zoom)
    page, said = keys.page, keys.page.get_by_role("status")

    keys.to("button[value=niet_van_ons]").press("Enter")
    expect(page.locator("button[value=niet_van_ons]")).to_have_count(0)
    assert Worry.objects.get().answer == Answer.NOT_OURS
    keys.follow("/week/papier/")
    keys.follow("/week/briefje/")
    page.goto("/week/in-zorg/")
    keys.follow("/week/waarneming/")
    keys.to("[name=to]").press("Space").choose_day("[name=until]", TODAY + timedelta(days=10)).save()
    assert Case.objects.get(pk=mine.pk).owner == samir
    keys.to("form[action$='/waarneming/terug/'] button").press("Enter")
    expect(said).to_contain_text("weer bij u in zorg")
    assert Case.objects.get(pk=mine.pk).owner == coach

    page.goto(f"/week/adres/{theirs.pk}/")
    keys.to("form[action$='/in-zorg/'] button").press("Enter")
    expect(said).to_contain_text("nu bij u in zorg")
    page.goto(f"/week/adres/{closed.pk}/")
    keys.to("form[action$='/openen/'] button").press("Enter")
    expect(page.locator("form[action$='/openen/']")).to_have_count(0)
    assert Case.objects.get(pk=closed.pk).owner == coach

    version = Case.objects.get(pk=mine.pk).version
    care.hand_over(coach, mine.pk, version=version, token="h", partner="wijkteam")
    page.goto(f"/week/adres/{mine.pk}/")
    keys.to("details:has(form[action$='/nagevraagd/']) > summary").press("Enter")
    keys.to("form[action$='/nagevraagd/'] button").press("Enter")
    expect(said).to_contain_text("gebeld met Wijkteam")
    assert Question.objects.get().case_id == mine.pk
    page.goto(f"/week/adres/{theirs.pk}/")
    keys.follow("/overdracht/")
    keys.to("[name=partner]").press("Space").to("[name=consent]").press("Space").save()
    keys.to("form[action$='/terugnemen/'] button").press("Enter")
    expect(said).to_contain_text("teruggenomen")
    page.goto(f"/week/adres/{closed.pk}/bezwaar/")
    keys.save()
    page.goto(f"/week/adres/{closed.pk}/")
    keys.follow("/bezwaar/")
    keys.save()
    assert not Case.objects.filter(pk=closed.pk).exclude(objected_on=None)
