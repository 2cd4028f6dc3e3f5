"""Test that a coach gives all cases to a colleague for a holiday and takes them back, and what is left out."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import UTC, date, datetime, time, timedelta
from random import Random

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from portal import clock
from portal.accounts.models import AuditEntry, Role, User
from portal.casework import care, lending, services
from portal.casework.codes import Kind, State
from portal.casework.models import Absence, Case, Transfer
from portal.exchange import subject
from tests.portal import factories
from tests.portal.factories import TODAY
from tests.portal.pages import shown, url

pytestmark = pytest.mark.django_db
UNTIL = TODAY + timedelta(days=14)


def days(to: User, first: date) -> dict[str, object]:
    """Return a form of the page *Waarneming*."""
    return {"to": to.pk, "first": first.isoformat(), "until": UNTIL.isoformat()}


def owners(*cases: Case) -> list[str]:
    return [str(Case.objects.get(pk=case.pk).owner) for case in cases]


def test_all_work_goes_to_a_colleague_and_comes_back(enter, coach, samira, in_care):
    cases = in_care(), in_care(State.WATCH), in_care(State.NEW)
    elsewhere, closed = in_care(wijk="Zuid"), in_care(State.CLOSED)
    browser, page = enter(coach), reverse("coach:holiday")
    assert "3 van de 4 adressen" in shown(browser.get(page))
    assert f'value="{TODAY.isoformat()}"' in browser.get(page).text
    told = shown(browser.post(page, days(samira, TODAY), follow=True))
    assert "3 adressen zijn nu in zorg bij Samira" in told and "1 adres blijft bij u" in told
    assert owners(*cases, elsewhere, closed) == [*["Samira"] * 3, str(coach), str(coach)]
    assert "Samira neemt 3 adressen waar" in shown(browser.get(reverse("coach:week")))
    assert f"neemt waar voor {coach}" in shown(enter(samira).get(reverse("coach:care")))
    story = shown(enter(samira).get(url("case", cases[0])))
    assert "In zorg bij Samira</strong> · <span>tot en met" in story
    told = shown(browser.post(reverse("coach:back"), follow=True))
    assert "3 adressen zijn weer bij u in zorg" in told and "neemt" not in told
    assert owners(*cases) == [str(coach)] * 3
    assert AuditEntry.objects.filter(action="case.lend").count() == 3
    assert AuditEntry.objects.filter(action="case.return").count() == 3


@pytest.fixture
def on_day():
    """Let the portal believe that it is another day."""
    with ExitStack() as days:

        def go(day: date) -> None:
            days.enter_context(clock.at(datetime.combine(day, time(9), tzinfo=UTC), Random(day.toordinal())))

        yield go


def test_standing_in_begins_and_ends_on_its_days_by_itself(enter, coach, samira, in_care, on_day):
    case, first = in_care(), TODAY + timedelta(days=3)
    browser, page = enter(coach), reverse("coach:holiday")
    told = shown(browser.post(page, days(samira, first), follow=True))
    assert "Samira neemt uw adressen waar van" in told and "komen de dag daarna vanzelf terug" in told
    assert "Nu terugnemen" not in told and "Niet laten doorgaan" in told
    for day, owner in (
        (first - timedelta(days=1), str(coach)),
        (first, "Samira"),
        (UNTIL, "Samira"),
        (UNTIL + timedelta(days=1), str(coach)),
    ):
        on_day(day)
        enter(samira)
        assert owners(case) == [owner], day
    assert not Absence.objects.exists() and lending.lent_by(coach) == []
    assert AuditEntry.objects.filter(action="case.returned", username=coach.username).count() == 1
    story = shown(enter(coach).get(url("case", case)))
    assert story.count("In zorg bij") == 2, "one in the head, one in the story"
    assert "waarneming van" in story


def test_what_is_planned_can_be_called_off_or_replaced(enter, coach, samira, in_care, on_day):
    case, first = in_care(), TODAY + timedelta(days=3)
    browser, page = enter(coach), reverse("coach:holiday")
    browser.post(page, days(samira, first))
    browser.post(page, days(samira, first + timedelta(days=1)))
    assert [row.first for row in Absence.objects.all()] == [first + timedelta(days=1)]
    assert "gaat niet door" in shown(browser.post(reverse("coach:back"), follow=True))
    on_day(first + timedelta(days=1))
    lending.keep_up()
    assert owners(case) == [str(coach)]


def test_what_cannot_begin_is_said_to_the_coach_and_forgotten_after_its_last_day(
    enter, coach, samira, in_care, on_day
):
    case, first = in_care(), TODAY + timedelta(days=3)
    lending.plan(coach, to=samira, first=first, until=UNTIL)
    samira.is_active = False
    samira.save()
    on_day(first)
    page = shown(enter(coach).get(reverse("coach:holiday")))
    assert "Niemand neemt uw adressen waar" in page and owners(case) == [str(coach)]
    on_day(UNTIL + timedelta(days=1))
    assert "Niemand neemt uw adressen waar" not in shown(enter(coach).get(reverse("coach:holiday")))
    assert not Absence.objects.exists()


def unable(samira: User, how: str) -> None:
    """Let an analyst take from a colleague what standing in needs."""
    samira.is_active = how != "closed"
    samira.role = Role.MANAGER if how == "role" else Role.COACH
    samira.save()
    if how == "area":
        samira.scopes.update(wijk="Zuid")


@pytest.mark.parametrize("how", ["closed", "role", "area"])
def test_a_cover_that_nobody_gives_any_more_is_said_on_every_page_that_promised_it(
    enter, coach, samira, in_care, how
):
    in_care()
    first = TODAY + timedelta(days=3)
    lending.plan(coach, to=samira, first=first, until=UNTIL)
    browser, promise = enter(coach), "Samira neemt uw adressen waar van"
    holiday, care = (shown(browser.get(reverse(f"coach:{name}"))) for name in ("holiday", "care"))
    assert promise in holiday and promise in care and "Waarneming wijzigen" in care
    assert "Een andere collega of andere dagen kiezen" in holiday, "the form is folded"
    assert "Samira" not in shown(browser.get(reverse("coach:week"))), "nothing is wrong yet"
    unable(samira, how)
    for name in ("holiday", "care", "week"):
        page = shown(browser.get(reverse(f"coach:{name}")))
        assert "Niemand neemt uw adressen waar van" in page and promise not in page, name
        assert "U koos Samira, maar die" in page
        assert ("Niet laten doorgaan" in page) is (name == "holiday")
    assert "Een andere collega" not in shown(browser.get(reverse("coach:holiday"))), "the form is open"


def test_a_colleague_reads_that_nobody_stands_in_any_more(enter, coach, samira, corporation, in_care):
    in_care()
    lending.plan(coach, to=samira, first=TODAY + timedelta(days=3), until=UNTIL)
    page = shown(enter(samira).get(reverse("coach:care")))
    assert "Samira neemt waar." in page
    unable(samira, "closed")
    page = shown(enter(factories.user(Role.COACH, corporation)).get(reverse("coach:care")))
    assert "en niemand neemt waar." in page and "Samira neemt waar" not in page


def test_what_a_colleague_has_who_left_is_not_said_to_be_followed_up(enter, coach, samira, in_care):
    in_care()
    lending.lend_all(coach, to=samira, until=UNTIL)
    unable(samira, "closed")
    browser = enter(coach)
    for name in ("holiday", "care", "week"):
        page = shown(browser.get(reverse(f"coach:{name}")))
        assert "Samira nam 1 adres voor u waar, maar werkt hier niet meer" in page, name
        assert "Samira neemt" not in page
    browser.post(reverse("coach:back"))
    assert lending.lent_by(coach) == []


@pytest.mark.parametrize(("first", "until"), [(5, 4), (5, 200)])
def test_an_impossible_period_is_refused_beside_its_day(enter, coach, samira, in_care, first, until):
    in_care()
    sent = days(samira, TODAY + timedelta(days=first)) | {
        "until": (TODAY + timedelta(days=until)).isoformat()
    }
    page = enter(coach).post(reverse("coach:holiday"), sent)
    assert 'class="field wrong"' in page.text and not Absence.objects.exists()


def test_what_the_colleague_gave_away_or_finished_or_met_an_objection_does_not_come_back(
    coach, samira, corporation, in_care
):
    given, taken, done, objected, back = (in_care() for _ in range(5))
    third = factories.user(Role.COACH, corporation)
    lending.lend_all(coach, to=samira, until=UNTIL)
    services.take_over(samira, given.pk, version=2, owner=third)
    services.take_over(third, taken.pk, version=2)
    services.set_state(samira, done.pk, version=2, token="d", state=State.CLOSED)
    care.object_to(samira, objected.pk)
    assert lending.take_back(coach) == 1
    assert owners(given, taken, done, objected, back) == [
        str(third), str(third), "Samira", "Samira", str(coach),
    ]  # fmt: skip
    assert lending.lent_by(coach) == []


def test_what_was_lent_goes_on_to_the_next_colleague_and_back_to_the_first(
    coach, samira, corporation, in_care
):
    case, third = in_care(), factories.user(Role.COACH, corporation, first_name="Bo")
    lending.lend_all(coach, to=samira, until=UNTIL)
    lending.lend_all(samira, to=third, until=TODAY + timedelta(days=2))
    assert [(str(one.to), one.until) for one in lending.lent_by(coach)] == [("Bo", UNTIL)]
    assert lending.take_back(samira) == 0
    lending.lend_all(third, to=coach, until=UNTIL)
    case.refresh_from_db()
    assert (case.owner, case.lent_by, case.lent_until) == (coach, None, None)


def test_undoing_a_contact_leaves_a_lent_case_with_the_colleague(coach, samira, case):
    contact = services.log_contact(coach, case.pk, version=1, token="u", kind=Kind.VISIT, reached=True)
    lending.lend_all(coach, to=samira, until=UNTIL)
    services.undo(coach, contact.pk, version=3)
    assert owners(case) == ["Samira"]


@pytest.mark.parametrize("days", [-1, 200])
def test_a_day_in_the_past_or_far_away_is_refused(coach, samira, in_care, days):
    in_care()
    with pytest.raises(ValidationError):
        lending.lend_all(coach, to=samira, until=TODAY + timedelta(days=days))


def test_nobody_outside_the_area_is_offered_or_accepted(enter, coach, corporation, other, in_care):
    case = in_care()
    far = factories.user(Role.COACH, corporation, wijk="Zuid", first_name="Ver")
    factories.user(Role.COACH, other, first_name="Vreemd")
    page = shown(enter(coach).get(reverse("coach:holiday")))
    assert "Geen collega werkt in dezelfde wijken" in page
    with pytest.raises(ValidationError):
        lending.lend_all(coach, to=far, until=UNTIL)
    assert owners(case) == [str(coach)]


def test_the_page_has_a_constant_number_of_queries(
    enter, coach, corporation, in_care, django_assert_max_num_queries
):
    browser = enter(coach)
    for _more in range(3):
        in_care()
        factories.user(Role.COACH, corporation)
    browser.get(reverse("coach:holiday"))
    with django_assert_max_num_queries(8):
        assert browser.get(reverse("coach:holiday")).status_code == 200


def test_the_addresses_of_a_coach_who_left_are_taken_over_at_once(enter, coach, samira, in_care):
    cases, elsewhere = (in_care(), in_care()), in_care(wijk="Zuid")
    coach.is_active = False
    coach.save()
    browser = enter(samira)
    page = shown(browser.get(reverse("coach:care"), {"van": "weg"}))
    assert "Neem alle 2 adressen in zorg" in page and f"{coach} (werkt hier niet meer)" in page
    assert "2 adressen zijn nu bij u in zorg" in shown(browser.post(reverse("coach:inherit"), follow=True))
    assert owners(*cases, elsewhere) == ["Samira", "Samira", str(coach)]
    assert AuditEntry.objects.filter(action="case.owner", username=samira.username).count() == 2


def test_the_week_says_at_once_that_nobody_follows_up_what_a_coach_left(enter, coach, samira, in_care):
    """Long past, it stood among those of colleagues; a case that a colleague still has stays there."""
    late = TODAY - timedelta(weeks=8)
    for case in (in_care(), in_care(), in_care(owner=samira)):
        Case.objects.filter(pk=case.pk).update(follow_up_on=late)
    third = factories.user(Role.COACH, coach.scopes.get().corporation)
    browser = enter(third)
    said = "2 adressen van wie hier niet meer werkt: niemand volgt ze op."
    page = shown(browser.get(reverse("coach:week")))
    assert said not in page and "(bij collega's)" in page
    coach.is_active = False
    coach.save()
    page = shown(browser.get(reverse("coach:week")))
    assert f'{said} <a href="{reverse("coach:care")}?van=weg">' in page
    assert "3 adressen zijn meer dan vier weken te laat (2 bij u of bij niemand" in page
    assert "2 adressen zijn meer dan vier weken te laat" in shown(browser.get(reverse("coach:paper")))
    browser.post(reverse("coach:inherit"))
    assert "wie hier niet meer werkt" not in shown(browser.get(reverse("coach:week")))


def test_a_finished_address_is_not_taken_into_care_unseen(enter, coach, samira, in_care):
    case = in_care(State.NOT_FITTING, owner=None)
    browser = enter(coach)
    page = shown(browser.get(url("case", case)))
    assert url("colleague", case) not in page and url("own", case) not in page
    sent = {"version": 1, "token": "c", "owner": samira.pk}
    for name in ("colleague", "own"):
        assert "Dit adres is afgerond" in shown(browser.post(url(name, case), sent, follow=True))
    assert owners(case) == ["None"]


def test_why_a_colleague_takes_over_is_in_the_story_and_goes_with_the_tenant(enter, coach, samira, case):
    sent = {"version": 1, "token": "c", "owner": samira.pk, "note": "Kent deze bewoner al"}
    page = shown(enter(coach).post(url("colleague", case), sent, follow=True))
    assert "In zorg bij Samira</strong> · <span>Kent deze bewoner al" in page
    asked = [(case.corporation_id, case.overeenkomst_id)]
    (row,) = subject.held(asked, [])["portal.transfer"]
    assert row["note"] == "Kent deze bewoner al" and row["by"] == "coach" and "to_id" not in row
    subject.erase(asked, [])
    assert not Transfer.objects.exists()
