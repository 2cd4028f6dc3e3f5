"""Test what counts as an escalation, from which rows, and on which day."""

from __future__ import annotations

from datetime import date
from functools import cache

import ibis
import pytest

from models.learning.label import escalations, outcome
from tests.support.history import fetch, given, staged

pytestmark = pytest.mark.dear

UNTIL = date(2026, 11, 23)
"""The data end here."""
START = date(2026, 4, 27)
"""An as-of date; the arrears lists of the tests run weekly from 2024-11-18 to 2026-11-16."""


@cache
def events(until: date) -> str:
    """Compile the escalations once for each end of the data."""
    return ibis.to_sql(escalations(staged(), until), dialect="duckdb")


@cache
def outcomes(as_of: date | tuple[date, ...], weeks: int, until: date) -> str:
    """Compile the outcome once for each window."""
    table = outcome(escalations(staged(), until), as_of, horizon_weeks=weeks)
    return ibis.to_sql(table, dialect="duckdb")


def found(until: date = UNTIL) -> list[tuple[str, str, str | None]]:
    """Day, kind and family of every escalation of the loaded history."""
    rows = fetch(events(until))
    return sorted((str(row["happened_on"]), row["kind"], row["family"]) for row in rows)


def asked(as_of=START, weeks=26, until=UNTIL):
    """The outcome of the only agreement, or None where it does not escalate."""
    rows = fetch(outcomes(as_of, weeks, until))
    return rows[0] if rows else None


def lists(*steps: str, owed: float = 1500) -> dict[str, str]:
    """Arrears lists; each step is ``peildatum phase``."""
    body = "\n".join(f"{step.split()[0]} | {owed} | {' '.join(step.split()[1:])}" for step in steps)
    return {"huurachterstanden": f"peildatum | saldo | incassofase\n{body}"}


def rented(end: str, why: str) -> dict[str, str]:
    """The home, with an end."""
    return {
        "huurovereenkomsten": f"""
        huurder_id | eenheid_id | eenheidsoort_code | begindatum | brutohuur | einddatum | eindedetailreden_code
        H          | E          | WOO               | 2020-01-01 | 500       | {end}     | {why}
    """
    }


COMPLAINT = """
gebeurd_op | registratiedatum | zaaktypesoort_code | status_code
{day}      | {day}            | SOC                | {status}
"""


@pytest.mark.parametrize(
    ("phase", "kind"),
    [
        ("deurwaarder", "bailiff"),
        ("dagvaarding", "summons"),
        ("vonnis", "verdict"),
        ("ontruiming_aangezegd", "eviction_announced"),
    ],
)
def test_each_step_from_the_bailiff_on_counts_on_the_day_before_its_list(phase, kind):
    given(**lists("2026-10-05 sommatie", "2026-10-12 " + phase, "2026-10-19..2026-11-16 " + phase))
    assert found() == [("2026-10-11", kind, "payment")]


@pytest.mark.parametrize("phase", ["geen", "herinnering", "aanmaning", "sommatie"])
def test_steps_before_the_bailiff_are_no_escalation(phase):
    given(**lists("2026-10-05..2026-11-16 " + phase))
    assert found() == []


def test_each_further_step_counts_and_a_step_that_stays_counts_once():
    given(**lists("2026-09-07..2026-09-28 deurwaarder", "2026-10-05 dagvaarding", "2026-10-12 vonnis"))
    assert [kind for _, kind, _ in found()] == ["bailiff", "summons", "verdict"]


def test_what_the_very_first_list_shows_may_be_old():
    given(**lists("2024-11-18..2024-12-30 deurwaarder"))
    assert found() == []


def test_a_list_without_a_step_does_not_begin_the_case_anew():
    given(**lists("2026-09-07 deurwaarder", "2026-09-14 ", "2026-09-21 deurwaarder"))
    assert [day for day, _, _ in found()] == ["2026-09-06"]


def test_a_case_that_was_paid_and_comes_back_counts_again():
    given(**lists("2026-03-02 deurwaarder", "2026-09-07 deurwaarder"))
    assert [day for day, _, _ in found()] == ["2026-03-01", "2026-09-06"]


@pytest.mark.parametrize(
    "after",
    [
        ["2026-10-12 vonnis"],
        ["2026-10-12 geen"],
        [],  # off the lists: paid
    ],
)
def test_an_announced_eviction_that_was_called_off_is_none(after):
    given(**lists("2026-09-28 vonnis", "2026-10-05 ontruiming_aangezegd", *after))
    assert [kind for _, kind, _ in found()] == ["verdict"]


def test_an_announced_eviction_counts_until_it_is_called_off():
    given(**lists("2026-10-05..2026-11-16 ontruiming_aangezegd"))
    assert [kind for _, kind, _ in found()] == ["eviction_announced"]
    given(**lists("2026-10-05 ontruiming_aangezegd", "2026-10-12..2026-11-16 "))
    assert [kind for _, kind, _ in found()] == ["eviction_announced"]


def test_an_announced_eviction_that_was_carried_out_counts_twice():
    given(**rented("2026-10-20", "ONT"), **lists("2026-10-05..2026-10-19 ontruiming_aangezegd"))
    assert found() == [
        ("2026-10-04", "eviction_announced", "payment"),
        ("2026-10-20", "evicted", "payment"),
    ]


def test_who_leaves_under_an_announced_eviction_was_not_let_off():
    given(**rented("2026-10-10", "REG"), **lists("2026-10-05 ontruiming_aangezegd"))
    assert [kind for _, kind, _ in found()] == ["eviction_announced"]


def test_a_flag_of_the_bailiff_counts():
    flags = "detailsoort_code | begindatum\nDEU | 2026-06-01\nBEZ | 2026-06-02"
    given(signaleringen=flags)
    assert found() == [("2026-06-01", "bailiff", "payment")]


def test_flight_with_arrears_is_of_payment_and_without_of_no_family():
    given(**rented("2026-10-20", "NOO"), **lists("2026-10-05..2026-10-19 sommatie"))
    assert found() == [("2026-10-20", "abandoned", "payment")]
    given(**rented("2026-10-20", "NOO"))
    assert found() == [("2026-10-20", "abandoned", None)]


@pytest.mark.parametrize("why", ["OVE", "FAI", "REG", ""])
def test_other_ends_are_no_escalation(why):
    given(**rented("2026-10-20", why), **lists("2026-10-05..2026-10-19 sommatie"))
    assert found() == []


@pytest.mark.parametrize(
    ("complained", "status", "phase", "family"),
    [
        ("2026-08-01", "AFG", "sommatie", "nuisance"),
        ("2026-08-01", "AFG", "deurwaarder", "payment"),
        ("2026-08-01", "GEA", "sommatie", "payment"),
        ("2025-10-19", "AFG", "sommatie", "payment"),
    ],
)
def test_the_family_of_an_eviction_is_what_its_file_tells(complained, status, phase, family):
    given(
        **rented("2026-10-20", "ONT"),
        **lists("2026-10-05..2026-10-19 " + phase),
        overlastmeldingen=COMPLAINT.format(day=complained, status=status),
    )
    assert (*found()[-1],) == ("2026-10-20", "evicted", family)


def test_an_eviction_with_nothing_on_file_has_no_family():
    given(**rented("2026-10-20", "ONT"))
    assert found() == [("2026-10-20", "evicted", None)]
    assert asked() == {
        "corporatie_id": "C", "overeenkomst_id": "A", "as_of": START, "escalated_payment": 0, "escalated_nuisance": 0,
        "escalated_on": date(2026, 10, 20), "escalation": "evicted",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("as_of", "counts"),
    [
        (date(2026, 10, 12), False),  # the list of the as-of date itself was known
        (date(2026, 10, 11), True),
        (date(2026, 4, 13), True),
        (date(2026, 4, 12), False),  # 26 weeks later is the day itself
    ],
)
def test_the_window_holds_its_first_day_and_not_its_last(as_of, counts):
    given(**lists("2026-10-05 sommatie", "2026-10-12..2026-11-16 deurwaarder"))
    assert (asked(as_of) is not None) == counts


def test_the_first_of_the_window_is_named_and_of_one_day_the_heaviest():
    given(**lists("2026-10-05 vonnis"), signaleringen="detailsoort_code | begindatum\nDEU | 2026-10-04")
    row = asked()
    assert (row["escalation"], row["escalated_on"]) == ("verdict", date(2026, 10, 4))


def test_what_became_known_after_the_last_day_does_not_exist():
    given(**lists("2026-10-12..2026-11-16 deurwaarder"))
    assert found(date(2026, 10, 12)) == [("2026-10-11", "bailiff", "payment")]
    assert found(date(2026, 10, 11)) == []
