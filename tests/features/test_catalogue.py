"""Test that the catalogue is complete, reads only what was known, and has an up-to-date page."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import ibis
import pytest

from features.catalogue import BY_NAME, FACTS, SIGNALS, VIEWS
from features.compile import COLUMNS, features
from features.known import KEY, as_of_dates
from features.render import examples, render
from features.signal import FAMILIES, PER_AGREEMENT, SEVERAL
from tests.support.history import ALL, connection, fetch, given, staged

ROOT = Path(__file__).parents[2]
SOURCES = {path.stem for path in (ROOT / "data" / "contracts").glob("*.toml")} - {"forbidden"}


def test_names_are_unique_and_columns_follow_the_catalogue():
    names = [item.name for item in (*SIGNALS, *FACTS)]
    assert len(set(names)) == len(names)
    table = features(staged(), date(2026, 11, 16), ALL)
    assert table.columns == COLUMNS
    types = {name: str(kind.copy(nullable=True)) for name, kind in table.schema().items()}
    assert types == {"corporatie_id": "string", "overeenkomst_id": "string", "as_of": "date"} | {
        item.name: item.dtype for item in (*SIGNALS, *FACTS) if item.name in COLUMNS
    }


@pytest.mark.parametrize("signal", SIGNALS, ids=lambda signal: signal.name)
def test_a_signal_is_described_and_reads_a_known_view(signal):
    assert signal.family in FAMILIES
    assert signal.question.endswith("?")
    assert signal.unit
    assert signal.caveat.endswith(".")
    assert signal.direction in (-1, 0, 1)
    assert signal.source in SOURCES | {SEVERAL}
    assert signal.reads in {*VIEWS, PER_AGREEMENT}, (
        f"features/catalogue: add View({signal.reads!r}, ...) to VIEWS"
    )


@pytest.mark.parametrize("signal", SIGNALS, ids=lambda signal: signal.name)
def test_a_signal_that_may_be_scored_has_a_reason(signal):
    assert (signal.direction == 0) == (signal.reason is None), (
        f"features/catalogue: give the entry of {signal.name!r} a reason=Phrase(...), or direction=0 and no reason"
    )


@pytest.mark.parametrize("view", VIEWS.values(), ids=lambda view: view.name)
def test_a_view_describes_the_rows_it_counts(view):
    assert view.counts.endswith(".")
    assert view.family in {None, *FAMILIES}
    assert {signal.family for signal in SIGNALS if signal.reads == view.name} <= {view.family}


def test_types_do_not_depend_on_what_was_delivered():
    full = features(staged(), date(2026, 11, 16), ALL).schema()
    assert features(staged(), date(2026, 11, 16), frozenset()).schema() == full


def test_no_signal_reads_the_identity_or_the_place():
    """The query can be made without these columns, so it names none of them."""
    never = {"wijk", "adres_key", "huurder_id", "eenheid_id", "eenheidsoort_code", "betaalwijze_code"}
    tables = {name: table.drop(*(never & set(table.columns))) for name, table in staged().items()}
    assert features(tables, date(2026, 11, 16), ALL).columns == COLUMNS


def test_signals_read_staged_tables_only_through_the_cut():
    """Every read of a staged table is below the filter on when it was known."""
    sql = connection().compile(features(staged(), date(2026, 11, 16), ALL))
    names = "|".join(staged())
    reads = re.findall(
        rf'"(?:{names})" AS "(\w+)" WHERE "(\w+)"\."known_from" < MAKE_DATE\(2026, 11, 16\)', sql
    )
    assert len(reads) == len(re.findall(rf'"(?:{names})" AS', sql)) > 8
    assert all(table == filtered for table, filtered in reads)


def test_as_of_dates_are_a_date_or_a_table_of_each_date_once():
    day, later = date(2026, 11, 9), date(2026, 11, 16)
    assert as_of_dates(day) == as_of_dates([day, day]) == day
    table = as_of_dates([later, day, later])
    assert connection().to_pyarrow(table).column("as_of").to_pylist() == [day, later]
    with pytest.raises(ValueError, match="At least one"):
        as_of_dates([])


def test_the_page_of_signals_is_up_to_date():
    page = (ROOT / "docs" / "signals.md").read_text(encoding="utf-8")
    assert page == render(), "renew it: python -m features.render > docs/signals.md"


def test_every_signal_can_be_found_by_name():
    assert [BY_NAME[signal.name] for signal in SIGNALS] == list(SIGNALS)
    assert isinstance(staged()["peildata"], ibis.Table)


@pytest.mark.dear
@pytest.mark.parametrize(
    "name", ["arrears_months", "complaints_rise_90d", "silent_days", "fact_first_signal_on"]
)
def test_a_column_asked_alone_is_the_same_and_reads_less(name):
    day = date(2026, 11, 16)
    given(**examples()["families_growth"].tables)
    every, alone = (connection().compile(features(staged(), day, ALL, asked)) for asked in (COLUMNS, [name]))
    assert fetch(alone) == [{key: row[key] for key in (*KEY, name)} for row in fetch(every)]
    assert any(table not in alone for table in ("boekingen", "reparatieverzoeken"))
