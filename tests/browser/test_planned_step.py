"""Test in a browser what a coach sees of a planned step on the forms that can move or remove it."""

from __future__ import annotations

from datetime import time, timedelta

import pytest
from playwright.sync_api import expect

from portal.casework.codes import State
from portal.casework.models import Case
from portal.coach.templatetags.days import on
from tests.browser.coach import button, choose
from tests.browser.conftest import DESK, PHONE
from tests.portal.factories import TODAY

DAY = TODAY + timedelta(days=18)
SIZES = pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])


@SIZES
@pytest.mark.parametrize("name", ["contact", "stand"])
def test_a_planned_appointment_is_seen_before_it_stays_or_falls_away(visit, coach, cases, size, name):
    Case.objects.filter(pk=cases[0].pk).update(
        state=State.IN_CONTACT, worked_on=True, owner=coach, appointment_on=DAY, follow_up_on=DAY, follow_up_at=time(10)
    )  # fmt: skip
    page = visit(coach, f"/week/adres/{cases[0].pk}/{name}/", size)
    steps = page.get_by_role("group", name="Opvolgen").get_by_role("radio")
    expect(steps.first).to_be_checked()
    expect(page.get_by_text(f"{on(DAY, 'D j b')} 10:00, afspraak")).to_be_visible()
    lapses = page.get_by_text(f"De afspraak op {on(DAY, 'D j b')} 10:00 vervalt.")
    expect(lapses.first).to_be_hidden()
    if name == "contact":
        page.get_by_role("radio", name="Gesproken").check()
        page.locator("summary", has_text="Hulpvraag en stand").click()
    choose(page, "Stand", "Afgesloten")
    expect(lapses.first).to_be_visible()
    expect(steps.first).to_be_hidden()
    choose(page, "Stand", "In contact")
    expect(lapses.first).to_be_hidden()
    button(page, "Bewaren").click()
    expect(page.get_by_role("status")).to_contain_text(f"Afspraak op {on(DAY, 'l j F')} 10:00.")
