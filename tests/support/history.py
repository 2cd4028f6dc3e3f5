"""Small staged histories for tests: rows written as text tables, features asked as of a date.

A text table has a header and a row per line, ``|`` between cells; an empty cell is NULL. What a test does not
care about is filled in: one home rented since 2020 for € 500, all known on its own day, weekly arrears lists.
A peildatum may be a range, ``2026-09-07..2026-11-16``, which stands for all Mondays in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from typing import Any

import ibis

from features.compile import features
from features.known import LACKING
from tests.support.quicker import remembered

AS_OF = date(2026, 11, 16)
"""The Monday on which the examples ask their question."""

_COLUMNS = {
    "huurovereenkomsten": """
        huurder_id VARCHAR, eenheid_id VARCHAR, eenheidsoort_code VARCHAR, begindatum DATE,
        einddatum DATE, opzegdatum DATE, eindereden_code VARCHAR, eindedetailreden_code VARCHAR,
        brutohuur DOUBLE, betaalwijze_code VARCHAR, wijk VARCHAR, adres_key VARCHAR""",
    "huurachterstanden": """
        peildatum DATE, saldo DOUBLE, oudste_vervaldatum DATE, bewakingsstatus_code VARCHAR,
        incassofase VARCHAR, regeling_status_code VARCHAR, regeling_eindereden_code VARCHAR,
        laatste_betaaldatum DATE, laatste_betaling DOUBLE""",
    "overlastmeldingen": """
        zaak_id VARCHAR, registratiedatum TIMESTAMP, begindatum TIMESTAMP, einddatum TIMESTAMP,
        gebeurd_op DATE, zaaktypesoort_code VARCHAR, zaaktypedetailsoort_code VARCHAR,
        status_code VARCHAR, melder_id VARCHAR""",
    "reparatieverzoeken": """
        verzoek_id VARCHAR, melddatum TIMESTAMP, gebeurd_op DATE, onderhoudsoort_code VARCHAR,
        defectsoort_code VARCHAR, defectoorzaak_code VARCHAR, status_code VARCHAR, gereeddatum DATE,
        niet_thuis_datums DATE[]""",
    "boekingen": """
        boeking_id VARCHAR, boekdatum DATE, vervaldatum DATE, soort_code VARCHAR,
        detailsoort_code VARCHAR, bedrag DOUBLE, saldo DOUBLE""",
    "signaleringen": """
        signalering_id VARCHAR, soort_code VARCHAR, detailsoort_code VARCHAR, begindatum DATE,
        einddatum DATE, gebeurd_op DATE""",
    "contactmomenten": "contactmoment_id VARCHAR, datum TIMESTAMP, kanaal_code VARCHAR",
    "meldingen_medewerkers": """
        melding_id VARCHAR, datum TIMESTAMP, gebeurd_op DATE, bron VARCHAR, zorg VARCHAR""",
    "contacten": """
        contact_id VARCHAR, datum DATE, soort VARCHAR, bereikt BOOLEAN, dagdeel VARCHAR,
        resultaat VARCHAR, stand VARCHAR, opvolgdatum DATE""",
    "bezwaren": "bezwaar_id VARCHAR, datum DATE, ingetrokken_op DATE",
}
ALL = frozenset(_COLUMNS)
"""Every extract delivered."""

KNOWN_ON = {
    "huurovereenkomsten": "begindatum",
    "huurachterstanden": "peildatum",
    "overlastmeldingen": "gebeurd_op",
    "reparatieverzoeken": "gebeurd_op",
    "boekingen": "boekdatum",
    "signaleringen": "begindatum",
    "contactmomenten": "datum",
    "meldingen_medewerkers": "gebeurd_op",
    "contacten": "datum",
    "bezwaren": "datum",
    "peildata": "peildatum",
}
"""The column with the date on which a row is known, unless the test says otherwise."""
_IDS = {"overlastmeldingen": "zaak_id", "contacten": "contact_id"}
HOME = """
overeenkomst_id | huurder_id | eenheid_id | eenheidsoort_code | begindatum | brutohuur
A               | H          | E          | WOO               | 2020-01-01 | 500
"""
WEEKLY = """
peildatum
2024-11-18..2026-11-16
"""

Row = dict[str, Any]


@cache
def connection() -> ibis.BaseBackend:
    """Open one in-memory engine with the staged tables, shared by all tests of a process."""
    con = ibis.duckdb.connect(threads=1)
    con.raw_sql("SET lambda_syntax = 'ENABLE_SINGLE_ARROW'")  # as stores.py does
    keys = "corporatie_id VARCHAR, overeenkomst_id VARCHAR"
    for name, columns in _COLUMNS.items():
        con.raw_sql(f"CREATE TABLE {name} ({keys}, {columns}, known_from DATE, known_until DATE)")
    con.raw_sql(
        "CREATE TABLE peildata (corporatie_id VARCHAR, peildatum DATE, known_from DATE, known_until DATE)"
    )
    con.raw_sql(
        f"CREATE TABLE {LACKING} (corporatie_id VARCHAR, extract VARCHAR, name VARCHAR, known_from DATE, known_until DATE)"
    )
    return con


@cache
def staged() -> Mapping[str, ibis.Table]:
    """All staged tables of the shared engine by name."""
    return {name: connection().table(name) for name in (*_COLUMNS, "peildata", LACKING)}


def rows(name: str, text: str) -> list[Row]:
    """Read a text table of one staged table and fill in what is left out."""
    header, *lines = [line for line in text.strip().splitlines() if line.strip()]
    names = [cell.strip() for cell in header.split("|")]
    cells = [[cell.strip() or None for cell in line.split("|")] for line in lines]
    assert all(len(row) == len(names) for row in cells), f"{name}: a row has not as many cells as the header"
    read = [dict(zip(names, row, strict=True)) for row in cells]
    return [filled(name, row, number) for number, row in enumerate(_weekly(read))]


def _weekly(read: Iterable[Row]) -> Iterable[Row]:
    for row in read:
        first, dots, last = str(row.get("peildatum", "")).partition("..")
        if not dots:
            yield row
            continue
        day = date.fromisoformat(first)
        while day <= date.fromisoformat(last):
            yield row | {"peildatum": day.isoformat()}
            day += timedelta(days=7)


def filled(name: str, row: Row, number: int = 0) -> Row:
    """Fill in keys, an id, and known dates of one row."""
    known = date.fromisoformat(str(row[KNOWN_ON[name]])[:10])
    if name in ("huurachterstanden", "peildata"):
        known -= timedelta(days=1)
    base: Row = {"corporatie_id": "C", "known_from": known}
    if name != "peildata":
        base["overeenkomst_id"] = "A"
    if name in _IDS:
        base[_IDS[name]] = f"{name[:1]}{number}"
    return base | row


def load(tables: Mapping[str, Sequence[Row]]) -> None:
    """Put rows into the staged tables of the shared engine, in place of what was there."""
    con = connection().con
    for name in staged():
        con.execute(f"DELETE FROM {name}")
        by_columns: dict[tuple[str, ...], list[Row]] = {}
        for row in tables.get(name, ()):
            by_columns.setdefault(tuple(row), []).append(row)
        for columns, alike in by_columns.items():
            marks = f"({', '.join('?' for _ in columns)})"
            values = [_cell(column, row[column]) for row in alike for column in columns]
            con.execute(
                f"INSERT INTO {name} ({', '.join(columns)}) VALUES {', '.join([marks] * len(alike))}", values
            )


def _cell(column: str, value: Any) -> Any:
    return value.split() if column == "niet_thuis_datums" and isinstance(value, str) else value


def _in_order(
    tables: Mapping[str, ibis.Table], as_of: date | Sequence[date], available: frozenset[str]
) -> ibis.Table:
    """Return the query for the features of all agreements, in order of the key."""
    return features(tables, as_of, available).order_by("corporatie_id", "overeenkomst_id", "as_of")


_IN_ORDER = remembered(_in_order)
"""The same, compiled once for all dates: that takes longer than a dozen answers."""


@cache
def _query(as_of: date | tuple[date, ...], available: frozenset[str]) -> str:
    """Compile once. No PREPARE: a plan made while other rows were there skipped a filter (DuckDB 1.5.5)."""
    return ibis.to_sql(_IN_ORDER(staged(), as_of, available), dialect="duckdb")


def ask(as_of: date | tuple[date, ...] = AS_OF, available: frozenset[str] = ALL) -> list[Row]:
    """Features of all agreements in the shared engine, one dict per row, in order of the key."""
    return fetch(_query(as_of, available))


def fetch(query: str) -> list[Row]:
    """Rows of a query, as dicts."""
    actual = connection().con.execute(query)
    names = [column[0] for column in actual.description]
    return [dict(zip(names, row, strict=True)) for row in actual.fetchall()]


def given(**tables: str) -> None:
    """Load text tables; the home and the weekly lists are there unless given."""
    texts = {"huurovereenkomsten": HOME, "peildata": WEEKLY} | tables
    load({name: rows(name, text) if text.strip() else [] for name, text in texts.items()})


def one(as_of: date = AS_OF, available: frozenset[str] = ALL, **tables: str) -> Row:
    """Features of the only agreement (or of agreement A) after loading text tables."""
    given(**tables)
    return next(row for row in ask(as_of, available) if row["overeenkomst_id"] == "A")
