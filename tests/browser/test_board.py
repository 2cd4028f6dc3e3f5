"""Test that the page for the board is one A4 in type that reads, whatever its answers are."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.casework.codes import State
from portal.casework.models import Case
from portal.exchange import receive
from portal.trends.models import EvidenceName, WeekFigure
from tests.browser.conftest import DESK
from tests.browser.look import in_english, pages_of
from tests.portal import factories
from tests.portal.factories import MONDAY

pytestmark = pytest.mark.django_db(transaction=True)
WORDS = (
    "Wat er gemeten is, staat hier met de marge erbij en met de reden waarom het nog niet helemaal zeker is. "
)
MARGINS = {"none": "0", "usual": "10mm", "wide": "16mm"}
MM = 25.4 / 96
"""Millimetres of a pixel on paper."""
MOST = 0.92
"""Share of the height of the paper that the page for the board may fill: fonts differ between printers."""


LEAST = 9
"""Points of the smallest type on the page for the board."""


def smallest(page) -> float:
    """Return the points of the smallest type of the page for the board."""
    return page.locator(".board-page").evaluate(
        "each => Math.min(...[...each.querySelectorAll('*')].filter(one => one.innerText).map("
        "one => parseFloat(getComputedStyle(one).fontSize)))"
    ) * 72 / 96  # fmt: skip


@pytest.fixture
def long_answers(year):
    """The longest answer to every question: each sentence of the pipeline fills four lines, and everything waits."""
    for name in EvidenceName:
        receive.evidence(year.pk, name, MONDAY, [WORDS * 3, WORDS * 2, WORDS], sure=False)
    Case.objects.filter(corporation=year, worked_on=True, state=State.IN_CONTACT).update(
        follow_up_on=MONDAY - timedelta(weeks=5)
    )
    case = factories.case(year)
    for number in range(30):
        on = MONDAY - timedelta(weeks=1 + number % 8)
        at = factories.timezone.now() - timedelta(weeks=1 + number % 8)
        factories.worry(case, on=on, created_at=at, urgent=True)
        factories.handover(case, on=on, created_at=at, picked_up="ja", answered_on=on)
    figures = WeekFigure.objects.filter(corporation=year, as_of=MONDAY)
    WeekFigure.objects.bulk_create(
        WeekFigure(as_of=MONDAY - timedelta(weeks=52), corporation=year, wijk=each.wijk, family=each.family,
                   agreements=each.agreements, signalled=each.signalled // 3)
        for each in figures
    )  # fmt: skip
    return year


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_page_for_the_board_prints_on_one_a4_with_the_longest_answers(
    visit, manager, long_answers, language
):
    page = visit(manager, "/overzicht/", DESK)
    if language == "en":
        in_english(page)
    page.goto(f"/overzicht/{long_answers.pk}/bestuur/")
    assert page.get_by_text(WORDS.strip()).count() >= 5
    for margin in MARGINS.values():
        around = dict.fromkeys(("top", "right", "bottom", "left"), margin)
        assert pages_of(page.pdf(format="A4", margin=around)) == 1, margin
    assert pages_of(page.pdf(prefer_css_page_size=True)) == 1
    page.emulate_media(media="print")
    page.set_viewport_size({"width": round(190 / MM), "height": 1000})
    filled = page.locator(".board-page").evaluate("each => each.getBoundingClientRect().height")
    assert filled * MM <= MOST * 277
    assert smallest(page) >= LEAST
    page.goto(f"/overzicht/{long_answers.pk}/")
    asked = page.locator("select[name=kwartaal] option").evaluate_all("all => all.map(one => one.value)")
    for each in filter(None, asked):
        page.goto(f"/overzicht/{long_answers.pk}/bestuur/?kwartaal={each}")
        assert (
            pages_of(page.pdf(format="A4", margin=around))
            == pages_of(page.pdf(prefer_css_page_size=True))
            == 1
        ), each
        assert smallest(page) >= LEAST, each


def test_the_page_for_the_board_fills_its_a4_in_type_that_reads(visit, manager, year):
    page = visit(manager, f"/overzicht/{year.pk}/bestuur/", DESK)
    page.emulate_media(media="print")
    page.set_viewport_size({"width": round(190 / MM), "height": 1000})
    assert smallest(page) >= LEAST
    assert pages_of(page.pdf(prefer_css_page_size=True)) == 1
