"""Test which contacts confirm a need, which exclude one, and which leave it unknown."""

from __future__ import annotations

from datetime import date, timedelta

import duckdb
import pytest

from models.card.scorecard import EXPERT, load
from pipelines.learning.training import visited

LISTED = date(2026, 3, 2)
UNTIL = date(2026, 11, 16)


def found(
    *contacts: tuple[int, str, bool], outcome: str = "top", known_late: bool = False
) -> list[tuple[int, date]]:
    """Need and list of the only agreement; each contact is days after the list, stand, somebody reached."""
    with duckdb.connect() as con:
        con.execute("CREATE SCHEMA run; CREATE SCHEMA staged")
        con.execute("CREATE TABLE staged.objectors (corporatie_id VARCHAR, overeenkomst_id VARCHAR)")
        con.execute(
            "CREATE TABLE run.decided AS SELECT 'C' AS corporatie_id, 'A' AS overeenkomst_id, as_of, "
            "$outcome AS outcome, 0.5::DOUBLE AS propensity FROM (VALUES ($first), ($first + INTEGER '7')) t(as_of)",
            {"outcome": outcome, "first": LISTED},
        )
        con.execute(
            "CREATE TABLE staged.contacten (corporatie_id VARCHAR, overeenkomst_id VARCHAR, datum DATE, stand VARCHAR, "
            "bereikt BOOLEAN, known_from DATE, known_until DATE)"
        )
        for days, stand, reached in contacts:
            on = LISTED + timedelta(days=days)
            known = UNTIL if known_late else on
            row = ["C", "A", on, stand, reached, known, None]
            con.execute("INSERT INTO staged.contacten VALUES (?, ?, ?, ?, ?, ?, ?)", row)
        rows = visited(con, load(EXPERT), UNTIL, cooldown_days=28)
        return [(int(need), day.date()) for need, day in zip(rows["need"], rows["as_of"], strict=True)]


@pytest.mark.parametrize(
    ("contacts", "need"),
    [
        ([(10, "in_contact", True)], 1),
        ([(10, "waakvlam", True)], 1),
        ([(10, "benaderd", False), (20, "in_contact", True), (60, "afgesloten", True)], 1),
        ([(10, "niet_passend", False)], 0),
        ([(10, "afgesloten", True)], 0),
    ],
)
def test_the_result_of_the_case_decides_whether_a_need_was_confirmed(contacts, need):
    assert found(*contacts) == [(need, LISTED + timedelta(days=7))]


@pytest.mark.parametrize(
    "contacts",
    [
        [],
        [(10, "benaderd", False)],
        [(10, "afgesloten", False)],
        [(-1, "in_contact", True)],
        [(98, "in_contact", True)],
    ],
)
def test_the_need_is_unknown_if_nobody_was_reached_or_the_visit_had_another_cause(contacts):
    assert found(*contacts) == []


def test_a_visit_between_two_lists_belongs_to_the_first():
    assert found((3, "in_contact", True)) == [(1, LISTED)]


def test_only_listed_agreements_and_known_contacts_count():
    assert found((10, "in_contact", True), outcome="beyond_capacity") == []
    assert found((10, "in_contact", True), known_late=True) == []
