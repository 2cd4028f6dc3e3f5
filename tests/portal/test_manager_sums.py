"""Test that each figure of a period is what its parts say: years are their quarters, and answers and cards are the tables."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from django.urls import reverse

from portal.accounts.models import Role
from portal.casework.codes import PickedUp
from portal.manager import figures, group
from portal.manager.views import PERIODS
from portal.trends import quarters, suppress
from portal.trends.quarters import quarter_of, year_of
from portal.trends.reach import Reach
from portal.trends.suppress import Shown
from tests.portal import factories, two_years
from tests.portal.factories import MONDAY
from tests.support.cases import cases

pytestmark = [pytest.mark.django_db, pytest.mark.dear]
WEEKS = 110
QUARTERLY = ("trechter", "capaciteit", "resultaten", "overdrachten", "wachten", "zorgen")
LATITUDE = {"trechter": suppress.STEP}
"""What a quarter may differ by, in tables that raise a whole to what is shown of its part."""


@pytest.fixture
def manager(corporation, coach):
    """Somebody who reads two years in which every quarter differs from the next."""
    two_years.figures(corporation, 3, 60)
    two_years.casework(corporation, coach, 3, WEEKS, new=4)
    case = factories.case(corporation)
    for back in range(2, WEEKS, 2):
        on = MONDAY - timedelta(weeks=back)
        at = factories.timezone.now() - timedelta(weeks=back)
        for _each in range(2 + (back // 13) % 3):
            factories.worry(case, by=coach, on=on, created_at=at)
            factories.handover(case, by=coach, on=on, created_at=at, picked_up=PickedUp.values[back // 2 % 3])
    corporation.newest_list = MONDAY
    corporation.save()
    return factories.user(Role.MANAGER, corporation)


def periods() -> dict[str, tuple]:
    """Return every period that the page offers, by how its address asks for it."""
    weeks = [MONDAY - timedelta(weeks=number - 1) for number, _text in PERIODS]
    asked = {f"van={first}&tot={MONDAY}": (first, MONDAY) for first in weeks}
    return asked | {f"kwartaal={span.code}": (span.first, min(span.last, MONDAY)) for span in quarters.choices(MONDAY)}  # fmt: skip


def fits(whole: Shown, parts: list[Shown], latitude: int) -> bool:
    """Return whether a whole can be the sum of its parts, within what is hidden of them."""
    known = suppress.add(parts)
    if known.whole and whole.whole:
        return abs(whole.low - known.low) <= latitude * len(parts)
    return whole.low >= known.low - latitude * len(parts)


def test_a_year_is_the_sum_of_its_quarters_in_every_table_and_period(corporation, manager):
    compared = 0
    for first, last in periods().values():
        reach = Reach(corporation, None, None, first, last)
        whole = Reach(corporation, None, None, first.replace(month=1, day=1), min(year_of(last).last, MONDAY))
        for name in QUARTERLY:
            table, complete = (figures.named_table(manager, each, name) for each in (reach, whole))
            for year in {year_of(first), year_of(last)}:
                row = table.of(year)
                parts = [
                    part for part in complete.rows if hasattr(part[0], "year") and part[0].year == year.year
                ]
                if row is None:
                    assert not parts, (name, year)
                    continue
                assert row[0] == year.named(MONDAY)
                for place, column in enumerate(table.columns):
                    if place and column.kind == "count":
                        cells = [part[place] for part in parts]
                        assert fits(row[place], cells, LATITUDE.get(name, 0)), (name, column.key, first, last)
                        compared += len(cells) > 1
    assert compared > 400


@pytest.mark.long
@pytest.mark.parametrize(("page", "first_of"), [("corporation", 0), ("board", 2)])
def test_answers_of_every_period_say_what_their_quarters_say(enter, corporation, manager, page, first_of):
    """Each page tries other periods; `make test-long` tries all on both."""
    step = cases(4, 1)
    client = enter(manager)
    said = set()
    for asked, (first, last) in list(periods().items())[first_of % step :: step]:
        reach = Reach(corporation, None, None, first, last)
        whole = Reach(corporation, None, None, first.replace(month=1, day=1), min(year_of(last).last, MONDAY))
        span = reach.span
        rows = {
            name: [row for row in figures.named_table(manager, whole, name).rows
                   if hasattr(row[0], "year") and span.first <= row[0] <= span.last]
            for name in ("overdrachten", "zorgen")
        }  # fmt: skip
        text = unescape(
            client.get(f"{reverse(f'manager:{page}', args=('dewaard',))}?{asked}").content.decode()
        ).replace("\xa0", " ")
        for name, place, pattern in (
            (
                "overdrachten",
                1 + PickedUp.values.index("ja"),
                r"Partners pakten in [^.]*? ((?:≥ |ongeveer )?\S+) overdrachten op",
            ),
            ("zorgen", 1, r"werden ((?:≥ |ongeveer )?\S+) zorgen"),
        ):
            found = re.search(pattern, text)
            if not rows[name]:
                assert found is None, (asked, name)
                continue
            total = suppress.add(row[place] for row in rows[name])
            figure = int(re.sub(r"\D", "", found[1].replace("1–9", "0")))
            assert figure == total.low if total.whole else figure >= total.low, (asked, name)
            said.add((name, figure))
    assert len(said) > (6 if step == 1 else 1)


def test_corporations_side_by_side_show_the_year_and_not_its_first_quarter(corporation, manager):
    reach = Reach(corporation, None, None, MONDAY - timedelta(weeks=51), MONDAY)
    table = group.side_by_side(manager, [reach])
    funnel = figures.named_table(manager, reach, "trechter")
    year = next(row for row in funnel.rows if row[0] == year_of(MONDAY).named(MONDAY))
    assert table.rows[0][2:6] == year[1:5]


def test_the_first_quarter_is_found_beside_its_year(corporation, manager):
    reach = Reach(corporation, None, None, MONDAY.replace(month=1, day=1), MONDAY)
    table = figures.named_table(manager, reach, "overdrachten")
    assert table.of(quarter_of(reach.first))[0] == reach.first
    assert table.of(year_of(reach.first))[0] == year_of(reach.first).named(MONDAY)
