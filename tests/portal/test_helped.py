"""Test on one invented year that every figure called *geholpen* counts the same, and what else is counted is called otherwise."""

from __future__ import annotations

from datetime import timedelta

import duckdb
import pytest
from django.utils import timezone

from models.words.results import helps
from pipelines.evidence import helped
from portal.accounts.models import Role
from portal.casework.codes import Kind, Result, State
from portal.casework.models import Contact
from portal.exchange import give
from portal.trends import work
from portal.trends.reach import reach
from tests.portal import factories
from tests.portal.factories import MONDAY
from tests.portal.test_manager_work import cases

pytestmark = pytest.mark.django_db
FIRST = MONDAY - timedelta(weeks=30)
BEFORE = MONDAY - timedelta(weeks=70)  # before the first quarter of which a part lies within a year


@pytest.fixture
def year(corporation, coach):
    """Of this year 60 helped addresses, 20 of them without a talk and 20 twice; of the year before, 40 that are helped now."""
    cases(corporation, coach, 15, FIRST, reached=True, result=Result.DECLINED, state=State.CLOSED)
    cases(corporation, coach, 20, FIRST, reached=True, result=Result.ADVICE, state=State.CLOSED)
    cases(
        corporation,
        coach,
        20,
        FIRST,
        kind=Kind.ADMINISTRATIVE,
        result=Result.REFERRED_ALONE,
        state=State.CLOSED,
    )
    twice = cases(corporation, coach, 20, FIRST, reached=True, result=Result.ADVICE, state=State.IN_CONTACT)
    earlier = cases(corporation, coach, 40, BEFORE, reached=False)
    at = timezone.now() - timedelta(weeks=10)
    for case in (*twice, *earlier):
        row = factories.contact(
            case, by=coach, on=at.date(), reached=True, result=Result.REFERRED, state=State.CLOSED
        )
        Contact.objects.filter(pk=row.pk).update(created_at=at)
    return corporation


def totals(table) -> dict[str, int]:
    """Return the sum of the quarters by the titles of the columns; the rows of whole years repeat them."""
    quarters = [row["cells"] for row in table.texts if "kwartaal" in row["cells"][0]["text"]]
    columns = enumerate(table.columns[1:], start=1)
    return {column.title: sum(int(cells[n]["text"]) for cells in quarters) for n, column in columns}


def pipeline(until) -> int:
    """Count what the costs divide by, in what the portal delivers to the pipeline."""
    rows = [
        (row["corporatie_id"], row["overeenkomst_id"], row["datum"], row["resultaat"])
        for row in give.feedback(until).contacten
    ]
    with duckdb.connect() as con:
        con.execute(
            "CREATE SCHEMA staged; CREATE TABLE staged.contacten (corporatie_id TEXT, overeenkomst_id TEXT, datum DATE, "
            "resultaat TEXT, known_until DATE); CREATE TABLE staged.objectors (corporatie_id TEXT, overeenkomst_id TEXT)"
        )
        con.executemany("INSERT INTO staged.contacten VALUES (?, ?, ?, ?, NULL)", rows)
        return helped.in_a_year(con, until)


def test_figures_with_one_name_agree_and_others_have_another(year, coach):
    manager = factories.user(Role.MANAGER, year)
    selection = reach(year, None, {}, ())
    new = totals(work.listing(manager, selection, work.suppress.ZERO)[1])
    results = totals(work.outcomes(manager, selection))
    assert new["Daarvan geholpen"] == 60
    assert pipeline(MONDAY) == 60 + 40, "the costs also count who came on the list before"
    counted = results["Advies of direct opgelost"] + results["Vervolghulp of verwijzing"]
    assert counted == 60 + 40 + 20, "results are counted per contact"
    assert "Geholpen" not in "".join((*new, *results)).replace("Daarvan geholpen", "")


def test_a_result_helps_in_the_portal_if_it_does_in_the_pipeline():
    assert {*work.GROUPS["advice"], *work.GROUPS["referred"]} == {each for each in Result if helps(each)}
    assert not helps(Result.APPOINTMENT) and not helps("")
