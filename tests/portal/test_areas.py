"""Areas are chosen from what is delivered, and a mistake in one is shown to the people who can correct it."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.urls import reverse

from portal.accounts.models import Role, User
from portal.analyst.users import AccessForm
from portal.runs.models import Run, StopRule
from portal.trends.models import WeekFigure
from tests.portal import factories
from tests.portal.factories import MONDAY
from tests.portal.pages import shown, url

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
    assert form_with(wijken, wijk, factories.user(Role.COACH)).is_valid() is valid


def test_an_area_that_is_stored_can_be_kept(wijken):
    coach = factories.user(Role.COACH, wijken, wijk="Oud")
    assert form_with(wijken, "Oud", coach).is_valid()


def form_with(corporation, wijk: str, user: User) -> AccessForm:
    """The form of a user, in which an analyst chose a wijk."""
    given = {"role": user.role, "active": "ja", "areas": [json.dumps((corporation.pk, wijk))]}
    return AccessForm(given, instance=user, by=factories.user(Role.ANALYST, corporation))


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


def test_the_analyst_reads_that_no_area_is_missing_and_who_works_where(enter, wijken):
    factories.run(wijken)
    factories.user(Role.COACH, wijken, wijk="Noord")
    factories.user(Role.COACH, wijken, wijk="Zuid")
    client = enter(factories.user(Role.ANALYST, wijken))
    assert "Elke wijk heeft een wooncoach" in shown(client.get(reverse("analyst:runs")))
    users = shown(client.get(reverse("analyst:users")))
    for area in ("Werkgebied", "De Waard: Noord", "De Waard: Zuid", "De Waard: Alle wijken"):
        assert area in users


@pytest.mark.parametrize("stop", StopRule.values)
def test_a_list_that_is_held_back_is_no_good_week(wijken, enter, stop):
    run = factories.run(wijken)
    Run.objects.filter(pk=run.pk).update(stop=stop, notices=["Bezoek geen adressen van een eerdere lijst."])
    case = factories.case(wijken, worked_on=True)
    client = enter(factories.user(Role.COACH, wijken))
    page, paper = shown(client.get(WEEK)), shown(client.get(reverse("coach:paper")))
    held = stop in ("paused", "by_hand", "shadow")
    assert ("De lijst ligt stil. Ga door" in page) is held
    assert ("Een goede week" in page) is not held
    assert (page.index("Bezoek geen adressen") < page.index("Deze week staan er geen adressen")) is held
    assert (paper.index("Bezoek geen adressen") < paper.index("Kan niet wachten")) is held
    address = shown(client.get(reverse("coach:case", args=[case.pk])))
    assert ("er staat nu geen enkel adres op" in address) is held


def test_one_list_of_two_that_is_held_back_says_nothing_of_the_other(wijken, other, enter):
    for part, stop in ((wijken, StopRule.PAUSED), (other, StopRule.ON)):
        run = factories.run(part)
        Run.objects.filter(pk=run.pk).update(
            stop=stop, notices=["Bezoek niemand."] if stop == "paused" else []
        )
    client = enter(factories.user(Role.COACH, wijken, other))
    page = shown(client.get(WEEK))
    assert "De lijst van De Waard ligt stil. Ga door" in page and "boven aan deze pagina" not in page
    assert "Bij deze lijst</h2>" in page and "Bezoek niemand." in page
    before = MONDAY - timedelta(days=7)
    cases = [factories.listed_case(part, as_of=before, worked_on=True) for part in (wijken, other)]
    left = shown(client.get(reverse("coach:left")))
    assert left.count("er staat nu geen enkel adres op") == 1
    said = ["er staat nu geen enkel adres op" in shown(client.get(url("case", case))) for case in cases]
    assert said == [True, False]
