"""Test in a browser that a coach takes over what a colleague left, after a question, and can undo it."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from portal.accounts.models import Role, User
from portal.casework.codes import State
from portal.casework.models import Case
from tests.browser.coach import button
from tests.browser.conftest import DESK, PHONE
from tests.portal import factories

SIZES = pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])


@SIZES
def test_all_addresses_of_who_left_are_taken_after_a_question_and_given_back(visit, coach, cases, size):
    samira = factories.user(Role.COACH, cases[0].corporation, first_name="Samira")
    Case.objects.update(owner=samira, state=State.IN_CONTACT, worked_on=True)
    User.objects.filter(pk=samira.pk).update(is_active=False)
    page = visit(coach, "/week/", size)
    page.get_by_role("link", name="Bekijk en neem over").click()
    page.get_by_role("link", name="Neem alle 3 adressen in zorg").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Alle 3 adressen in zorg nemen?")
    expect(page.get_by_text("3 adressen van Samira, die hier niet meer werkt")).to_be_visible()
    assert not Case.objects.filter(owner=coach).exists()
    button(page, "Neem alle 3 adressen in zorg").click()
    said = page.get_by_role("status")
    expect(said).to_contain_text("3 adressen zijn nu bij u in zorg.")
    said.get_by_role("button", name="Terugnemen").click()
    expect(said).to_contain_text("Teruggenomen: 3 adressen staan weer zoals ze waren.")
    expect(page.get_by_role("link", name="Neem alle 3 adressen in zorg")).to_be_visible()
    assert Case.objects.filter(owner=samira).count() == 3
