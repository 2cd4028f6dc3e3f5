"""Test which agreements are in scope, which are on hold, and that the first applicable reason is given."""

from __future__ import annotations

from datetime import date
from functools import cache

import pytest

from models.selection.scope import EXCLUSIONS, HOLDS, scope
from tests.support.history import AS_OF, HOME, connection, fetch, given, staged

NEXT = date(2026, 11, 23)


@cache
def _query(as_of):
    table = scope(staged(), as_of, cooldown_days=28)
    return connection().compile(table.order_by("overeenkomst_id", "as_of"))


def reasons(as_of=AS_OF, **tables):
    given(**tables)
    row = next(row for row in fetch(_query(as_of)) if row["overeenkomst_id"] == "A")
    return row["exclusion"], row["hold"]


def home(**values):
    row = {
        "overeenkomst_id": "A",
        "huurder_id": "H",
        "eenheidsoort_code": "WOO",
        "begindatum": "2020-01-01",
    } | values
    return " | ".join(row) + "\n" + " | ".join(str(value) for value in row.values())


def test_an_ordinary_home_is_in_scope_with_what_the_list_needs():
    given(huurovereenkomsten=home(eenheid_id="E", adres_key="k1", wijk="Noord"))
    (row,) = fetch(_query(AS_OF))
    assert row == {
        "corporatie_id": "C",
        "overeenkomst_id": "A",
        "as_of": AS_OF,
        "huurder_id": "H",
        "eenheid_id": "E",
        "adres_key": "k1",
        "wijk": "Noord",
        "exclusion": None,
        "hold": None,
    }


@pytest.mark.parametrize(
    ("values", "exclusion"),
    [
        ({"eenheidsoort_code": "PAR"}, "not_a_home"),
        ({"eenheidsoort_code": ""}, "not_a_home"),
        ({"begindatum": "2026-11-15"}, None),
        ({"begindatum": "2026-11-16", "known_from": "2026-11-01"}, "not_started"),
        ({"einddatum": "2026-11-15"}, "ended"),
        ({"einddatum": "2026-11-16"}, "notice_given"),
        ({"einddatum": "2027-02-16"}, "notice_given"),
        ({"einddatum": "2027-02-17"}, None),  # a fixed term that ends later on
        ({"opzegdatum": "2026-11-15"}, "notice_given"),
        ({"opzegdatum": "2026-11-16"}, None),
    ],
)
def test_the_agreement_itself(values, exclusion):
    assert reasons(huurovereenkomsten=home(**values))[0] == exclusion


@pytest.mark.parametrize(
    ("fase", "exclusion"),
    [
        ("sommatie", None),
        ("deurwaarder", "too_late"),
        ("ontruiming_aangezegd", "too_late"),
        ("", None),
        ("bij DW De Vries", "unknown_step"),
    ],
)
def test_too_late_for_early(fase, exclusion):
    assert (
        reasons(huurachterstanden=f"peildatum | saldo | incassofase\n2026-11-16 | 900 | {fase}")[0]
        == exclusion
    )


def test_too_late_follows_the_latest_list_delivered():
    paid = "peildatum | saldo | incassofase\n2026-11-09 | 900 | vonnis"
    assert reasons(huurachterstanden=paid) == (None, None)
    stopped = reasons(huurachterstanden=paid, peildata="peildatum\n2026-11-02\n2026-11-09")
    assert stopped == ("too_late", None)


@pytest.mark.parametrize(
    ("bezwaar", "exclusion"),
    [
        ("2026-11-15 |", "objection"),
        ("2026-11-16 |", None),
        ("2026-01-01 | 2026-11-15", None),
        ("2026-01-01 | 2026-11-16", "objection"),
    ],
)
def test_an_objection_excludes_until_it_is_withdrawn(bezwaar, exclusion):
    assert reasons(bezwaren=f"datum | ingetrokken_op\n{bezwaar}")[0] == exclusion


def test_an_objection_goes_along_when_the_tenant_moves():
    homes = """
        overeenkomst_id | huurder_id | eenheidsoort_code | begindatum | einddatum
        A               | H          | WOO               | 2026-10-01 |
        OLD             | H          | WOO               | 2019-01-01 | 2026-09-30
        NEIGHBOUR       | H2         | WOO               | 2019-01-01 |
    """
    given(huurovereenkomsten=homes, bezwaren="overeenkomst_id | datum\nOLD | 2025-05-01")
    actual = {row["overeenkomst_id"]: row["exclusion"] for row in fetch(_query(AS_OF))}
    assert actual == {"A": "objection", "OLD": "ended", "NEIGHBOUR": None}


def test_the_first_exclusion_counts():
    assert (
        reasons(huurovereenkomsten=home(eenheidsoort_code="PAR", einddatum="2026-01-01"))[0] == "not_a_home"
    )
    assert list(EXCLUSIONS) == [
        "not_a_home",
        "not_started",
        "ended",
        "notice_given",
        "too_late",
        "unknown_step",
        "objection",
        "possible_objection",
    ]
    assert list(HOLDS) == ["in_contact", "waakvlam", "not_fitting", "cool_down"]


@pytest.mark.parametrize(
    ("contact", "hold"),
    [
        ("2026-11-15 | benaderd     |", "in_contact"),
        ("2026-05-18 | in_contact   |", "in_contact"),
        ("2026-05-17 | in_contact   |", None),  # nobody touched it for over half a year
        ("2026-05-17 | in_contact   | 2026-11-16", "in_contact"),
        ("2026-01-05 | waakvlam     | 2026-11-16", "waakvlam"),
        ("2026-01-05 | waakvlam     | 2026-11-15", None),
        ("2026-08-17 | waakvlam     |", "waakvlam"),
        ("2026-08-16 | waakvlam     |", None),
        ("2025-11-16 | niet_passend |", "not_fitting"),
        ("2025-11-15 | niet_passend |", None),
        ("2026-10-20 | afgesloten   |", "cool_down"),
        ("2026-10-19 | afgesloten   |", None),
        ("2026-10-20 | nieuw        |", "cool_down"),
        ("2026-11-16 | in_contact   |", None),  # today's contact is not known yet
    ],
)
def test_holds_follow_the_last_contact(contact, hold):
    assert reasons(contacten=f"datum | stand | opvolgdatum\n{contact}") == (None, hold)


def test_the_last_contact_decides_and_of_one_day_the_highest_id():
    held = reasons(
        contacten="""
        contact_id | datum      | stand
        c1         | 2026-03-01 | niet_passend
        c2         | 2026-06-01 | in_contact
        c3         | 2026-06-01 | afgesloten
    """
    )
    assert held == (None, None)


@pytest.mark.parametrize(
    ("rows", "hold"),
    [
        ("c1 | 2026-11-10 | Administratief | nieuw", None),  # a contact that was taken back
        ("c1 | 2026-11-10 | Huisbezoek | nieuw", "cool_down"),
        ("c1 | 2026-11-10 | | nieuw", "cool_down"),  # of an unknown kind: somebody was there
        ("c1 | 2026-11-02 | Kaartje | benaderd\nc2 | 2026-11-10 | Administratief | afgesloten", "cool_down"),
        ("c1 | 2026-09-02 | Kaartje | benaderd\nc2 | 2026-11-10 | Administratief | afgesloten", None),
        ("c1 | 2026-11-10 | Administratief | waakvlam", "waakvlam"),
        ("c1 | 2026-11-10 | Administratief | niet_passend", "not_fitting"),
    ],
)
def test_an_administrative_row_sets_the_state_and_is_not_a_contact(rows, hold):
    assert reasons(contacten=f"contact_id | datum | soort | stand\n{rows}") == (None, hold)


def test_several_dates_in_one_query():
    given(huurovereenkomsten=HOME, contacten="datum | stand\n2026-10-20 | afgesloten")
    actual = fetch(_query((AS_OF, NEXT)))
    assert [(row["as_of"], row["hold"]) for row in actual] == [(AS_OF, "cool_down"), (NEXT, None)]
