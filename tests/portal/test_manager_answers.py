"""Test that the manager's page answers its questions from shown figures, and says so where there is no answer yet."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format as written

from portal.accounts.models import Role
from portal.casework.models import Contact, Listing, Objection
from portal.exchange import receive
from portal.runs.models import Assignment, UnmatchedRow
from portal.trends.models import WeekFigure
from tests.portal import factories, two_years
from tests.portal.factories import MONDAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def text(corporation, enter):
    client = enter(factories.user(Role.MANAGER, corporation))
    return lambda **asked: client.get(
        reverse("manager:corporation", args=("dewaard",)), asked
    ).content.decode()


def figure(corporation, wijk: str, weeks: int, count: int, family: str = "arrears") -> None:
    WeekFigure.objects.create(
        corporation=corporation,
        as_of=MONDAY - timedelta(weeks=weeks),
        wijk=wijk,
        family=family,
        agreements=1000,
        signalled=count,
    )


def test_without_evidence_the_page_names_the_unknown(text):
    shown = text()
    assert "Nog niet gemeten" in shown
    assert "met uw eigen gegevens nog niet nagegaan" in shown
    assert "meer dan de beste simpele regel" not in shown


def test_the_newest_evidence_is_shown_with_its_day(corporation, text):
    receive.evidence("dewaard", "backtest", MONDAY - timedelta(weeks=9), ["Oud."], sure=False)
    receive.evidence("dewaard", "backtest", MONDAY, ["Een zin uit de terugblik."], sure=True)
    shown = text()
    assert "Een zin uit de terugblik." in shown
    assert "Oud." not in shown


def test_the_verdict_on_groups_is_shown_or_who_makes_it(corporation, enter, text):
    """Also on the page for the board, where a command for the server helps nobody."""
    never = "Afkomst, geslacht, leeftijd, gezondheid en inkomen zijn nooit een signaal."
    assert "Dat is nog niet nagegaan. De analist vergelijkt wijken, woonduur, huur" in text()
    receive.evidence("dewaard", "fairness", MONDAY, ["Per wijk is geen verschil te zien."], sure=True)
    shown = text()
    assert "Per wijk is geen verschil te zien." in shown and never in shown
    assert "waakvlam fairness" not in shown
    client = enter(factories.user(Role.MANAGER, corporation))
    assert (
        "Per wijk is geen verschil te zien."
        in client.get(reverse("manager:board", args=("dewaard",))).content.decode()
    )


def test_only_a_wijk_that_changed_beyond_chance_is_named(corporation, text):
    for weeks, risen, still in ((52, 50, 100), (0, 120, 105)):
        figure(corporation, "Noord", weeks, risen)
        figure(corporation, "Zuid", weeks, still)
    shown = text()
    assert "Noord stijgt: van 5 op de 100 woningen naar 12." in shown
    assert "Zuid stijgt" not in shown
    assert "in 2 wijken" in shown


def test_the_page_says_which_weeks_are_compared_and_which_wijken_are_left_out_why(corporation, text):
    for weeks in (52, 0):
        figure(corporation, "Noord", weeks, 50)
        figure(corporation, "Parkzicht", weeks, 600)
    figure(corporation, "Nieuwbouw", 0, 50)
    for asked in ({}, {"van": (MONDAY - timedelta(weeks=12)).isoformat()}):
        shown = text(**asked)
        now, before = (written(MONDAY - timedelta(weeks=weeks), "j F Y") for weeks in (0, 52))
        assert f"de week van {now} met die van {before}, in 1 wijk." in shown
        assert "Niet vergeleken: Parkzicht. Daar zijn minder dan 100 woningen, of" in shown
        assert "Niet vergeleken: Nieuwbouw. Van een jaar eerder" in shown


def test_the_page_says_how_to_decide_about_a_coach_until_the_yield_is_known(corporation, text):
    two_years.runs(corporation, 4)
    assert "Geef de lijst een half jaar één plaats meer" in text()
    case = factories.listed_case(corporation, worked_on=True, state="in_contact")
    case.follow_up_on = MONDAY - timedelta(weeks=3)
    case.save()
    assert "Zorg eerst dat de coaches daaraan toekomen" in text()
    receive.evidence("dewaard", "slot", MONDAY, ["Van 60 adressen escaleerde 5 tot 12 op de 100."], sure=True)
    assert "Hoe beslist u tot dan" not in text()


def test_the_page_counts_what_became_of_objections(corporation, text):
    day = MONDAY - timedelta(weeks=6)
    before = timezone.make_aware(datetime.combine(day, time(12)))
    by = factories.user(Role.COACH, corporation)
    for number in range(24):
        withdrawn = day + timedelta(days=3) if number < 12 else None
        case = factories.case(corporation)
        Objection.objects.create(case=case, by=by, on=day, created_at=before, withdrawn_on=withdrawn)
    shown = text()
    assert "25 bezwaren" in shown and "Bewoners trokken er 10 weer in" in shown
    for number in range(3):
        factories.unmatched(corporation, line=number + 1)
    assert "Bij 1–9 aangeleverde bezwaren is de huurder niet gevonden" in text()
    for row in UnmatchedRow.objects.all():
        Assignment.objects.create(
            by=by, corporation=corporation, key=row.key, meaning=row.meaning, overeenkomst_id="OVK0000702", reason="typing"
        )  # fmt: skip
    assert "de analist zoekt die op" not in text()


def test_hidden_counts_are_not_called_missing_years(corporation, text):
    figure(corporation, "Noord", 0, 5)
    assert "als er ook cijfers van een jaar eerder zijn" in text()
    figure(corporation, "Noord", 52, 5)
    shown = text()
    assert "Geen enkele: de verschillen kunnen toeval zijn." in shown
    assert "in 1 wijk" in shown and "Kleine aantallen zijn verborgen" in shown


def test_a_wijk_with_a_hidden_count_is_named_only_if_it_rose_whatever_is_hidden(corporation, text):
    for wijk, risen in (("Noord", 150), ("Zuid", 66)):
        for weeks, count in ((52, 50), (0, risen)):
            figure(corporation, wijk, weeks, count)
            figure(corporation, wijk, weeks, 5, family="nuisance")
    shown = text()
    assert "Noord stijgt" in shown and "Zuid stijgt" not in shown and "Zuid daalt" not in shown


@pytest.mark.parametrize(("number", "told"), [(9, False), (10, True)])
def test_how_fast_urgent_worries_are_answered_is_told_from_ten_on(corporation, text, number, told):
    case = factories.case(corporation)
    day = MONDAY - timedelta(days=30)
    for each in range(number):
        at = timezone.now() - timedelta(days=30)
        answered_on = day + timedelta(days=each)
        factories.worry(case, urgent=True, on=day, created_at=at, answer="contact", answered_on=answered_on)
    assert ("binnen 4 dagen beantwoord" in text()) is told


def test_addresses_without_a_place_are_counted_in_fives(corporation, text):
    two_years.runs(corporation, 4)
    assert "voor 250 adressen met genoeg redenen geen plaats" in text()


def test_one_wijk_gets_no_answer_about_the_work_of_coaches(corporation, text):
    figure(corporation, "Noord", 0, 50)
    shown = text(wijk="Noord")
    assert "Welke wijk stijgt" in shown
    assert "Hoe lang wachten" not in shown


def test_the_page_says_how_many_waited_long_for_the_first_contact(corporation, text):
    """Thirty addresses were visited five weeks after they came on the list; one of the newest list was not."""
    coach = factories.user(Role.COACH, corporation)
    first = MONDAY - timedelta(weeks=12)
    for _each in range(30):
        case = factories.listed_case(corporation, as_of=first, worked_on=True)
        row = factories.contact(case, by=coach, on=first + timedelta(weeks=5))
        Contact.objects.filter(pk=row.pk).update(created_at=row.created_at - timedelta(days=30))
    waiting = factories.listed_case(corporation)
    Listing.objects.create(case=waiting, as_of=first, position=1, coach="x")
    shown = text().replace("\xa0", " ")
    assert "duurde het bij 30 langer dan drie weken" in shown
    assert "Op de lijst van nu staan 1–9 adressen al langer dan drie weken zonder contact" in shown


def test_the_table_says_between_which_limits_a_share_with_a_hidden_count_lies(corporation, text):
    figure(corporation, "Noord", 0, 120)
    figure(corporation, "Noord", 0, 4, family="worries")
    assert "12–13%" in text()


def test_the_page_says_who_gives_a_coach_a_wijk_and_who_takes_over(corporation, text):
    assert "De analist maakt het account van een nieuwe coach" in text()
