"""Read one delivery into temporary tables: as delivered, typed, with a verdict for every row.

After `read_batch` the connection has `typed` (line, reasons, canonical columns, row_hash, key_hash, verdict), where
verdict is 'new', 'duplicate' or 'quarantined'. Nothing has been stored.
"""

from __future__ import annotations

from collections import abc
from dataclasses import dataclass
from pathlib import Path

import duckdb

from pipelines.installation import sql
from pipelines.installation.contracts import Column, Contract, contracts
from pipelines.installation.errors import DeliveryError
from pipelines.installation.mapping import Mapping
from pipelines.parsing import address, co_tenants, hidden, rows, texts
from pipelines.parsing.amounts import decimal_signs
from pipelines.parsing.codes import Unmapped, nearest_code
from pipelines.parsing.columns import ReadDelivery, expected_headers, match_columns, refuse_births
from pipelines.parsing.combine import combine_rows
from pipelines.parsing.dates import day_forms
from pipelines.parsing.identifiers import refuse_rounded
from pipelines.parsing.leave_out import Combined, drop_rows, drop_totals
from pipelines.parsing.source import Source
from pipelines.reading.delivery import dialect_of
from pipelines.reading.inbox import Delivery
from pipelines.reading.read import read
from pipelines.warehouse import schema

BROKEN = "wrong number of fields"
"""The reason for a record whose shape is wrong."""
SHOWN_LINES = 20
"""The number of lines that are listed for one reason."""
SHOWN_VALUES = 50
"""The number of unmapped values that are listed per column, and of hidden values per delivery."""


@dataclass(frozen=True)
class Batch(ReadDelivery):
    """One delivery, read and typed, with the number of rows for each verdict.

    Parameters
    ----------
    rows_valid, rows_duplicate, rows_quarantined : int
        They add up to `rows_read`.
    reasons : mapping of str to int
        Rows per reason why they are quarantined.
    reason_lines : mapping of str to tuple of int
        The first lines of the file that have the reason.
    unmapped : tuple of Unmapped
        Values that no list or mapping knows.
    replaced : mapping of str to int
        Per column, the codes that were replaced because they are health data.
    combined : Combined
        The rows that went into another row.
    forms : Forms
        How amounts and dates are written.
    co_tenants : int
        The rows among `rows_duplicate` that only name a further tenant of an agreement.
    """

    rows_valid: int
    rows_duplicate: int
    rows_quarantined: int
    reasons: abc.Mapping[str, int]
    reason_lines: abc.Mapping[str, tuple[int, ...]]
    unmapped: tuple[Unmapped, ...]
    replaced: abc.Mapping[str, int]
    combined: Combined
    forms: rows.Forms
    co_tenants: int

    @property
    def rows_read(self) -> int:
        """The number of records in the file; those that were combined count as one."""
        return self.read.records - self.combined.rows

    @property
    def notes(self) -> tuple[str, ...]:
        """What the reader guessed, which columns are absent, and which rows were combined."""
        return (*super().notes, *self.combined.notes)


def read_batch(
    con: duckdb.DuckDBPyConnection,
    delivery: Delivery,
    mapping: Mapping,
    *,
    corporations: tuple[str, ...],
    pepper: str,
    scratch: Path,
) -> Batch:
    """Read and type one delivery.

    Parameters
    ----------
    con : duckdb.DuckDBPyConnection
        Gets the temporary tables `delivered`, `texts` and `typed`.
    delivery, mapping
        The file, and the mapping of its source.
    corporations : tuple of str
        The corporations whose rows the file may hold; see `ReadDelivery`.
    pepper : str
        Secret for pseudonyms and address keys.
    scratch : Path
        Private folder for the reader's normalised copy.

    Raises
    ------
    DeliveryError
        The file cannot be read as the extract that its name says.
    """
    contract = contracts()[delivery.extract]
    headers = expected_headers(contract, mapping)
    result = read(
        con,
        delivery.path,
        dialect_of(mapping.reading_of(delivery.extract)),
        tuple(header for several in headers.values() for header in several),
        scratch,
    )
    if result.records == 0 and not contract.accumulates:
        raise DeliveryError(
            delivery.name,
            "There is a header and not one row.",
            mend="Ask for a new export; nothing of this file counts.",
        )
    delivered = match_columns(delivery, mapping, result, corporations)
    totals = drop_rows(con, delivered.source) + drop_totals(con, delivered.contract, delivered.source)
    if totals.rows == result.records - len(result.broken) and not contract.accumulates:
        raise DeliveryError(
            delivery.name,
            "the mapping leaves out every row.",
            mend="Correct only, skip or total_words in the mapping.",
        )
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE texts AS {texts.text_sql(delivered.contract, delivered.source)}"
    )
    totals += Combined(0, address.find_homes(con, delivered))
    private = hidden.hide(con, delivered.contract, delivered.source)
    forms = _type_rows(con, delivered, pepper)
    refuse_births(con, delivered)
    address.set_apart_homeless(con, delivered)
    content = schema.hash_sql(schema.content_columns(delivered.contract))
    combined = totals + combine_rows(con, delivered.contract, delivered.source.mapping.combine, content)
    tenants = co_tenants.find(con, delivered.contract)
    _compare(con)
    return _count(con, delivered, combined, forms, private, tenants)


def _type_rows(con: duckdb.DuckDBPyConnection, delivered: ReadDelivery, pepper: str) -> rows.Forms:
    """Fill the table `typed` with the values of the delivered texts in `texts`.

    Returns how amounts and dates are written.
    """
    contract, source, file = delivered.contract, delivered.source, delivered.delivery.name
    refuse_rounded(con, file, contract, source)
    forms = rows.Forms(
        signs=decimal_signs(con, file, contract, source), days=day_forms(con, file, contract, source)
    )
    typed = rows.typed_sql(
        contract,
        source,
        peildatum=delivered.delivery.peildatum,
        forms=forms,
        pepper=pepper,
        corporations=delivered.corporations,
    )
    con.execute(f"CREATE OR REPLACE TEMP TABLE typed AS {_hashed_sql(contract, typed)}")
    return forms


def _hashed_sql(contract: Contract, typed: sql.Sql) -> sql.Sql:
    """Add the hashes of key and content, and the verdict on each row alone."""
    return sql.fill(
        "SELECT *, {key} AS key_hash, {content} AS row_hash, "
        "CASE WHEN len(reasons) = 0 THEN 'new' ELSE 'quarantined' END AS verdict FROM ({typed})",
        key=schema.hash_sql(schema.key_expressions(contract)),
        content=schema.hash_sql(schema.content_columns(contract)),
        typed=typed,
    )


def _compare(con: duckdb.DuckDBPyConnection) -> None:
    """Compare rows with the same key: the first of equal rows counts, rows that contradict each other are quarantined."""
    con.execute(sql.read_sql(__package__, "doubtful"))
    con.execute("""
        UPDATE typed SET verdict = CASE WHEN contradicts THEN 'quarantined' ELSE 'duplicate' END,
            reasons = CASE WHEN contradicts THEN ['same key, other content'] ELSE reasons END
        FROM doubtful WHERE typed.line = doubtful.line AND (contradicts OR again)""")


def _count(
    con: duckdb.DuckDBPyConnection,
    delivered: ReadDelivery,
    combined: Combined,
    forms: rows.Forms,
    private: tuple[hidden.Hidden, ...],
    tenants: int,
) -> Batch:
    """Count the rows per verdict and reason; the sum must be the number of records that the reader counted."""
    read, broken = delivered.read, delivered.read.broken
    counts = dict(con.execute("SELECT verdict, count(*) FROM typed GROUP BY verdict").fetchall())
    valid, duplicate = counts.get("new", 0), counts.get("duplicate", 0)
    quarantined = counts.get("quarantined", 0) + len(broken)
    records = read.records - combined.rows
    if records != valid + duplicate + quarantined:
        raise DeliveryError(
            delivered.delivery.name,
            f"{records} records were counted but {valid} + {duplicate} + {quarantined} were read.",
            mend="This is a fault of the program: keep the file and report it.",
        )
    reasons = _reasons(con, [record.line for record in broken])
    coded = {
        name: column
        for name, column in delivered.contract.columns.items()
        if column.codes and delivered.source.has(name)
    }
    replaced = {
        name: _count_replaced(con, name, column, delivered.source)
        for name, column in coded.items()
        if column.replace
    }
    unmapped = [value for name, column in coded.items() for value in _unmapped(con, name, column)]
    unmapped += [
        Unmapped(value.column, value.described, value.rows, hidden=True) for value in private[:SHOWN_VALUES]
    ]
    return Batch(
        delivery=delivered.delivery,
        contract=delivered.contract,
        mapping=delivered.mapping,
        read=read,
        source=delivered.source,
        ignored=delivered.ignored,
        refused=delivered.refused,
        corporations=delivered.corporations,
        rows_valid=valid,
        rows_duplicate=duplicate,
        rows_quarantined=quarantined,
        reasons={reason: number for reason, number, _ in reasons},
        reason_lines={reason: tuple(lines) for reason, _, lines in reasons},
        unmapped=tuple(unmapped),
        replaced={name: number for name, number in replaced.items() if number},
        combined=combined,
        co_tenants=tenants,
        forms=forms,
    )


def _reasons(con: duckdb.DuckDBPyConnection, broken: list[int]) -> list[tuple[str, int, list[int]]]:
    """Return each reason to quarantine rows, with the number of rows and its first lines; `broken` are lines."""
    query = sql.fill(
        "SELECT reason, count(*), list(line ORDER BY line)[:{shown}] FROM "
        "(SELECT line, unnest(reasons) AS reason FROM typed) GROUP BY reason ORDER BY reason",
        shown=SHOWN_LINES,
    )
    reasons = con.execute(query).fetchall()
    return [*reasons, (BROKEN, len(broken), broken[:SHOWN_LINES])] if broken else reasons


def _unmapped(con: duckdb.DuckDBPyConnection, name: str, column: Column) -> list[Unmapped]:
    """List the most frequent values of a column that no list or mapping knows, each with the nearest code."""
    query = sql.fill(
        "SELECT {name}, count(*) FROM typed WHERE {name} NOT IN ({known}) "
        "GROUP BY ALL ORDER BY count(*) DESC, 1 LIMIT {most}",
        name=name,
        known=sql.literals((*column.codes, hidden.UNKNOWN)),
        most=SHOWN_VALUES,
    )
    return [
        Unmapped(name, value, number, nearest_code(column, value))
        for value, number in con.execute(query).fetchall()
    ]


def _count_replaced(con: duckdb.DuckDBPyConnection, name: str, column: Column, source: Source) -> int:
    """Count the rows of a column whose code was replaced because it is health data."""
    delivered = rows.code_map(column.model_copy(update={"replace": {}}), source.mapping.codes.get(name, {}))
    query = sql.fill(
        "SELECT count(*) FROM typed WHERE lower({text}) IN ({words})",
        text=f"text_{name}",
        words=sql.literals(word for word, code in delivered.items() if code in column.replace),
    )
    return int(con.execute(query).fetchall()[0][0])
