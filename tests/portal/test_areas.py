"""Areas are chosen from what is delivered, and a mistake in one is shown to the people who can mend it."""

from __future__ import annotations

import pytest
from django.urls import reverse

from portal.accounts.admin import ScopeForm
from portal.accounts.models import AuditEntry, Role
from portal.trends.models import WeekFigure
from tests.portal import factories
from tests.portal.factories import MONDAY
from tests.portal.pages import shown

pytestmark = pytest.mark.django_db
WEEK = reverse("coach:week")


@pytest.fixture
def wijken(corporation):
    """Two wijken of De Waard that the deliveries contain."""
    for wijk in ("Noord", "Zuid"):
        WeekFigure.objects.create(
            as_of=MONDAY, corporation=corporation, wijk=wijk, family="arrears", agreements=9, signalled=3
        )
    return corporation


@pytest.mark.parametrize(("wijk", "valid"), [("", True), ("Noord", True), ("Nord", False), ("Elders", False)])
def test_a_wijk_is_one_of_the_deliveries_of_its_corporation(wijken, other, wijk, valid):
    factories.case(other, wijk="Elders")
    form = ScopeForm({"corporation": wijken.pk, "wijk": wijk})
    assert form.is_valid() is valid, form.errors


def test_an_area_that_is_stored_can_be_kept(wijken):
    coach = factories.user(Role.COACH, wijken, wijk="Oud")
    form = ScopeForm({"corporation": wijken.pk, "wijk": "Oud"}, instance=coach.scopes.get())
    assert form.is_valid(), form.errors


@pytest.mark.parametrize(
    ("wijk", "reason"),
    [("Nord", "kennen uw wijk niet: Nord"), ("Zuid", "Een goede week"), (None, "nog geen werkgebied")],
)
def test_a_coach_without_addresses_reads_why(enter, wijken, wijk, reason):
    coach = factories.user(Role.COACH) if wijk is None else factories.user(Role.COACH, wijken, wijk=wijk)
    page = shown(enter(coach).get(WEEK))
    assert reason in page
    assert ("Een goede week" in page) is (reason == "Een goede week")


def test_the_page_says_that_no_list_was_published_yet(enter, wijken):
    wijken.newest_list = None
    wijken.save()
    assert "nog geen lijst gemaakt" in shown(enter(factories.user(Role.COACH, wijken)).get(WEEK))


def test_the_analyst_sees_what_is_wrong_with_the_areas(enter, wijken):
    factories.user(Role.COACH, wijken, wijk="Nord", first_name="Noor")
    factories.user(Role.COACH, first_name="Ada")
    page = shown(enter(factories.user(Role.ANALYST, wijken)).get(reverse("analyst:runs")))
    for text in (
        "Noord (De Waard): geen wooncoach",
        "Ada: wooncoach zonder",
        "Noor: de gegevens kennen de wijk „Nord”",
        f'<a href="{reverse("analyst:users")}">Wijzig werkgebieden',
    ):
        assert text in page
    assert "Elke wijk heeft een wooncoach" not in page
    factories.user(Role.COACH, wijken)
    assert "geen wooncoach" not in shown(
        enter(factories.user(Role.ANALYST, wijken)).get(reverse("analyst:runs"))
    )


def test_nobody_widens_their_own_areas_or_role(enter, corporation, other):
    analyst = factories.user(Role.ANALYST, corporation)
    given = {
        "username": analyst.username, "first_name": "", "last_name": "", "role": Role.AUDITOR, "is_active": "on",
        "scopes-TOTAL_FORMS": 1, "scopes-INITIAL_FORMS": 0, "scopes-0-corporation": other.pk, "scopes-0-wijk": "",
    }  # fmt: skip
    enter(analyst).post(reverse("admin:accounts_user_change", args=(analyst.pk,)), given)
    analyst.refresh_from_db()
    assert analyst.role == Role.ANALYST
    assert list(analyst.scopes.values_list("corporation", flat=True)) == [corporation.pk]


def test_the_log_holds_the_areas_and_the_second_factor_that_were_given(enter, corporation):
    factories.case(corporation, wijk="Noord")
    analyst, coach = factories.user(Role.ANALYST, corporation), factories.user(Role.COACH, second_factor=True)
    given = {
        "username": coach.username, "first_name": "", "last_name": "", "role": Role.COACH, "is_active": "on",
        "scopes-TOTAL_FORMS": 1, "scopes-INITIAL_FORMS": 0, "scopes-0-corporation": corporation.pk, "scopes-0-wijk": "Noord",
    }  # fmt: skip
    enter(analyst).post(reverse("admin:accounts_user_change", args=(coach.pk,)), given)
    detail = AuditEntry.objects.get(action="user.change").detail
    assert (detail["areas"], detail["second_factor"]) == (["dewaard Noord"], False)


def test_the_analyst_reads_that_no_area_is_missing_and_who_works_where(enter, wijken):
    factories.run(wijken)
    factories.user(Role.COACH, wijken, wijk="Noord")
    factories.user(Role.COACH, wijken, wijk="Zuid")
    client = enter(factories.user(Role.ANALYST, wijken))
    assert "Elke wijk heeft een wooncoach" in shown(client.get(reverse("analyst:runs")))
    users = shown(client.get(reverse("admin:accounts_user_changelist")))
    for area in ("Werkgebied", "De Waard: Noord", "De Waard: Zuid", "De Waard: Alle wijken"):
        assert area in users
    corporations = shown(client.get(reverse("admin:accounts_corporation_changelist")))
    assert "Nieuwste lijst" in corporations
