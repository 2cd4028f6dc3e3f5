"""Test that a contact that was undone can be corrected and saved again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.accounts.models import Role
from portal.casework import services
from portal.casework.codes import Kind, Result, State
from portal.casework.models import Contact
from portal.casework.workdays import working_day
from tests.portal import factories
from tests.portal.factories import TODAY
from tests.portal.pages import form, shown, url

pytestmark = pytest.mark.django_db
DAY = working_day(TODAY + timedelta(days=36))  # a day without a button, whatever weekday is today
GIVEN = {
    "kind": Kind.PHONE, "on": TODAY, "reached": False, "part_of_day": "Avond", "result": Result.NO_ANSWER,
    "follow_up_on": DAY, "note": "Liever na vijven.",
}  # fmt: skip


@pytest.fixture
def undone(coach, case):
    contact = services.log_contact(coach, case.pk, version=case.version, token="c", **GIVEN)
    case.refresh_from_db()
    services.undo(coach, contact.pk, version=case.version)
    case.refresh_from_db()
    return contact


def anew(case, contact) -> str:
    return f"{url('contact', case)}?opnieuw={contact.pk}"


def test_the_form_has_what_was_undone_and_saves_it_corrected(enter, coach, case, undone):
    browser = enter(coach)
    assert f'href="{anew(case, undone)}"' in shown(browser.get(url("case", case)))
    page = browser.get(anew(case, undone), follow=True)
    filled = page.context["form"]
    assert not filled.errors
    assert "Een collega" not in shown(page)
    sent = {name: value for name in filled.fields if (value := filled[name].value()) is not None}
    sent |= {"version": page.context["version"], "token": page.context["token"], "reached": "ja"}
    assert "gedaan=" in browser.post(url("contact", case), sent).url
    saved = Contact.objects.get(undone_at=None)
    assert {name: getattr(saved, name) for name in GIVEN} == GIVEN | {"reached": True}
    assert saved.state == State.IN_CONTACT  # not that of the telephone that nobody answered
    assert "opnieuw=" not in shown(browser.get(url("case", case)))
    assert page.context["token"] != undone.token


@pytest.mark.parametrize(
    ("day", "button", "typed"),
    [
        (working_day(TODAY + timedelta(days=14)), "14", None),
        (DAY, None, DAY.isoformat()),
        (None, "geen", None),
    ],
)
def test_the_button_of_the_day_is_chosen_where_there_is_one(enter, coach, case, day, button, typed):
    given = GIVEN | {"follow_up_on": day, "state": State.CLOSED if day is None else State.IN_CONTACT}
    contact = services.log_contact(coach, case.pk, version=case.version, token="c", **given)
    services.undo(coach, contact.pk, version=case.version + 1)
    filled = enter(coach).get(anew(case, contact), follow=True).context["form"]
    assert (filled["next"].value(), filled["follow_up_on"].value()) == (button, typed)
    assert filled["state"].value() == (State.CLOSED if day is None else "")


def test_the_form_is_filled_in_once(enter, coach, case, undone):
    browser = enter(coach)
    assert "Liever na vijven." in shown(browser.get(anew(case, undone), follow=True))
    assert "Liever na vijven." not in shown(browser.get(url("contact", case)))


def test_only_the_own_undone_contact_of_this_address_is_offered(enter, coach, corporation, case, undone):
    colleague = enter(factories.user(Role.COACH, corporation))
    assert "opnieuw=" not in shown(colleague.get(url("case", case)))
    assert "Liever na vijven." not in shown(colleague.get(anew(case, undone)))
    elsewhere = factories.listed_case(corporation, position=2)
    browser = enter(coach)
    assert "Liever na vijven." not in shown(browser.get(anew(elsewhere, undone)))
    browser.post(url("contact", elsewhere), form(elsewhere, note="Staat er nog."))
    kept = Contact.objects.get(case=elsewhere)
    assert "Staat er nog." not in shown(browser.get(anew(elsewhere, kept)))
    for wrong in ("x", "9" * 30, "-1", ""):
        assert browser.get(f"{url('contact', case)}?opnieuw={wrong}").status_code == 200
