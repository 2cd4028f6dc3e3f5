"""Test what the page of a run says about the list before: addresses that stayed, counts that jumped, signals that began."""

from __future__ import annotations

from datetime import timedelta
from html import unescape

import pytest
from django.urls import reverse

from portal.accounts.models import Role
from portal.runs.models import HELD, Run, StopRule
from tests.portal import factories
from tests.portal.factories import MONDAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def analyst(enter, corporation):
    return enter(factories.user(Role.ANALYST, corporation))


@pytest.mark.parametrize(
    ("worked", "said"),
    [
        (0, "gingen er 2 af. Die kregen minder punten, of andere adressen meer."),
        (
            1,
            "Bij 1 daarvan legde een coach sindsdien een contact vast: zo'n adres staat een tijd niet op de lijst. De andere kregen",
        ),
        (
            2,
            "Bij elk daarvan legde een coach sindsdien een contact vast: zo'n adres staat een tijd niet op de lijst.</p>",
        ),
    ],
)
def test_a_run_says_nothing_of_others_that_are_not_there(analyst, corporation, worked, said):
    day = MONDAY - timedelta(weeks=1)
    gone = [factories.listed_case(corporation, as_of=day) for _each in range(2)]
    for case in gone[:worked]:
        factories.contact(case, on=MONDAY - timedelta(days=3))
    factories.listed_case(corporation, as_of=MONDAY)
    factories.run(corporation, as_of=day)
    newest = factories.run(corporation)
    page = unescape(analyst.get(reverse("analyst:run", args=(newest.pk,))).content.decode())
    assert said in " ".join(page.split())


def test_a_run_says_how_far_the_list_moved_and_which_counts_jumped(analyst, corporation):
    cases = [factories.listed_case(corporation, as_of=MONDAY - timedelta(weeks=1)) for _each in range(5)]
    for case in cases[:3]:
        factories.listing(case, MONDAY)
    factories.contact(cases[4], on=MONDAY - timedelta(days=3))
    back = factories.listed_case(corporation, as_of=MONDAY)
    factories.listing(back, MONDAY - timedelta(weeks=2))
    factories.listed_case(corporation, as_of=MONDAY)
    before = factories.run(corporation, as_of=MONDAY - timedelta(weeks=1))
    newest = factories.run(corporation)
    fired = [{"signal": "a", "question": "Oud?", "agreements": 3}]
    Run.objects.filter(pk=before.pk).update(
        counts={
            "excluded": {"objection": 1, "ended": 100},
            "not_listed": {"not_fitting": 93, "cool_down": 90},
        },
        fired=fired,
        model="expert 2025.1",
    )
    Run.objects.filter(pk=newest.pk).update(
        counts={
            "listed": 8,
            "excluded": {"objection": 8, "ended": 104},
            "not_listed": {"not_fitting": 73, "cool_down": 95},
            "by_coach": {"Wooncoach": 8},
        },
        fired=[*fired, {"signal": "b", "question": "Nieuw?", "agreements": 3}],
    )
    text = " ".join(analyst.get(reverse("analyst:run", args=(newest.pk,))).content.decode().split())
    day = MONDAY - timedelta(weeks=1)
    said = f"Van de 5 adressen stonden er 3 ook op de lijst van {day.day}-{day.month}-{day.year}, 1 eerder wel en toen niet"
    assert f"{said}, en 1 nog nooit." in text and "gingen er 2 af" in text
    assert "Bij 1 daarvan legde een coach sindsdien een contact vast" in text
    assert (
        "expert 2025.1 werd expert 2026.1" in text
        and "Nu wel en toen niet gaven punten:" in text
        and "„Nieuw?”" in text
    )
    assert "(was 1)" in text and "Ook wie bedoeld kan zijn met een bezwaar zonder huurder" in text
    assert "(was 100)" in text and "Volgt het huurregister" not in text
    assert "(was 93)" in text and "na een jaar telt het adres weer mee" in text, (
        "it moved by more than a list"
    )
    assert "(was 90)" in text and "na de rusttijd telt het adres weer mee" not in text
    assert "Op de lijst, per coach" not in text, "one role has the whole list"
    counts = Run.objects.get(pk=newest.pk).counts | {"by_coach": {"Noor": 5, "Samira": 3}}
    Run.objects.filter(pk=newest.pk).update(counts=counts)
    assert "Op de lijst, per coach" in analyst.get(reverse("analyst:run", args=(newest.pk,))).content.decode()
    first = analyst.get(reverse("analyst:run", args=(before.pk,))).content.decode()
    assert "Wat is er anders dan vorige keer?" not in first and "(was" not in first


ALIKE, ENDED = "Dezelfde signalen gaven punten.", "Toen wel en nu niet gaven punten:"


@pytest.mark.parametrize(
    ("then", "now", "said"),
    [(3, 5, {ALIKE}), (3, 0, {ENDED}), (0, 0, {ALIKE}), (None, 3, set()), (3, None, set())],
)
def test_a_run_says_which_signals_gave_points_only_where_it_knows(analyst, corporation, then, now, said):
    for weeks, agreements in ((1, then), (0, now)):
        day = MONDAY - timedelta(weeks=weeks)
        factories.listed_case(corporation, as_of=day)
        week = factories.run(corporation, as_of=day)
        week.fired = [{"signal": "a", "question": "Oud?", "agreements": agreements}]
        week.fired = week.fired if agreements is not None else []
        week.save()
    text = analyst.get(reverse("analyst:run", args=(week.pk,))).content.decode()
    assert "Het model is hetzelfde." in text
    assert {words for words in (ALIKE, ENDED, "Nu wel en toen niet gaven punten:") if words in text} == said


@pytest.mark.parametrize("back", [None, 0, 1])
@pytest.mark.parametrize("stop", HELD)
def test_a_list_that_stood_still_is_compared_with_nothing(analyst, corporation, back, stop):
    for weeks in (1, 0):
        week = factories.run(corporation, as_of=MONDAY - timedelta(weeks=weeks))
        week.stop = stop if weeks == back else StopRule.ON
        week.save()
    text = analyst.get(reverse("analyst:run", args=(week.pk,))).content.decode()
    day = MONDAY - timedelta(weeks=back or 0)
    assert (f"De lijst van {day.day}-{day.month}-{day.year} lag stil" in text) == (back is not None)
    assert ("Van de lijst ervoor is niet bewaard" in text) == (back is None)
