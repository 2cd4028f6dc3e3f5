"""Read one delivery into temporary tables: as delivered, typed, with a verdict for every row.

After `read_batch` the connection holds `typed` (line, reasons, canonical columns, row_hash, key_hash, verdict), where
verdict is 'new', 'duplicate' or 'quarantined'. Nothing has been stored.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from pipelines.delivery import rows
from pipelines.delivery.inbox import Delivery
from pipelines.installation import sql
from pipelines.installation.contracts import Contract, contracts, forbidden
from pipelines.installation.errors import DeliveryError
from pipelines.installation.mapping import Mapping
from pipelines.reading.read import Dialect, Read, read
from pipelines.warehouse import schema


@dataclass(frozen=True)
class Unmapped:
    """A value that neither the code list nor the mapping knows; it is kept with its row and counted."""

    column: str
    value: str
    rows: int
    nearest: str = ""


@dataclass(frozen=True)
class Batch:
    """One delivery, read and typed. Rows read = rows_valid + rows_duplicate + rows_quarantined, asserted."""

    delivery: Delivery
    contract: Contract
    read: Read
    mapping: str
    rows_read: int
    rows_valid: int
    rows_duplicate: int
    rows_quarantined: int
    reasons: dict[str, int]
    reason_lines: dict[str, tuple[int, ...]]
    unmapped: tuple[Unmapped, ...]
    replaced: dict[str, int]
    refused: dict[str, str]
    ignored: tuple[str, ...]
    notes: tuple[str, ...] = field(default=())
    headers: dict[str, str] = field(default_factory=dict)


def read_batch(
    con: duckdb.DuckDBPyConnection,
    delivery: Delivery,
    mapping: Mapping,
    *,
    corporatie_id: str,
    pepper: str,
    scratch: Path,
) -> Batch:
    """Read and type one delivery.

    Parameters
    ----------
    con : duckdb.DuckDBPyConnection
        Temporary tables `delivered`, `texts` and `typed` are made on it.
    delivery, mapping
        What to read and how.
    corporatie_id : str
        For rows whose file has no such column; the inbox's subfolder goes before it.
    pepper : str
        Secret for pseudonyms and address keys.
    scratch : Path
        Private folder for the reader's normalised copy.

    Raises
    ------
    DeliveryError
        The file cannot be read as what it says it is.
    """
    contract = contracts()[delivery.extract]
    part, reading = mapping.of(delivery.extract), mapping.reading_of(delivery.extract)
    wanted = {name: part.columns.get(name, name) for name in contract.columns if name not in part.constants}
    dialect = Dialect(reading.encoding, reading.delimiter, reading.quote, reading.sheet)
    result = read(con, delivery.path, dialect, tuple(wanted.values()), scratch)
    if result.records == 0:
        raise DeliveryError(
            delivery.name,
            "There is a header and not one row.",
            mend="Ask for a new export; nothing of this file counts.",
        )
    source, ignored, refused = _source(delivery, contract, wanted, result, mapping, corporatie_id)
    con.execute(f"CREATE OR REPLACE TEMP TABLE texts AS {rows.text_sql(contract, source)}")
    decimal = _decimal(con, delivery, contract, source)
    con.execute(
        "CREATE OR REPLACE TEMP TABLE typed AS "
        + _hashed_sql(
            contract,
            rows.typed_sql(contract, source, peildatum=delivery.peildatum, decimal=decimal, pepper=pepper),
        )
    )
    _compare(con)
    return _describe(con, delivery, contract, result, source, mapping.name, refused, ignored)


def _source(
    delivery: Delivery,
    contract: Contract,
    wanted: dict[str, str],
    result: Read,
    mapping: Mapping,
    corporatie_id: str,
) -> tuple[rows.Source, tuple[str, ...], dict[str, str]]:
    """Match the delivered headers with the canonical columns."""
    part, reading = mapping.of(delivery.extract), mapping.reading_of(delivery.extract)
    present = {header.strip().lower(): header for header in result.columns}
    _refuse_other_extract(delivery, mapping, set(present))
    headers = {name: present[h.strip().lower()] for name, h in wanted.items() if h.strip().lower() in present}
    refused = {h: why for h in result.columns if (why := forbidden(h)) and h not in headers.values()}
    for name, header in list(headers.items()):
        if (why := forbidden(header)) or (why := forbidden(name)):
            raise DeliveryError(
                delivery.name,
                f"The mapping reads column {header!r} ({why}), which is never accepted.",
                column=header,
            )
    fixed = {"corporatie_id": delivery.source or corporatie_id} | part.constants
    if contract.snapshot:
        fixed = {contract.snapshot: delivery.peildatum.isoformat()} | fixed
    missing = [n for n, c in contract.columns.items() if c.required and n not in headers and n not in fixed]
    if missing:
        raise DeliveryError(
            delivery.name,
            f"Not in the file: {', '.join(_wanted(name, wanted[name], present) for name in missing)}.",
            line=1,
            mend=f"Correct [extracts.{contract.extract}.columns] in the mapping, or the extract in the file's name.",
        )
    when = {}
    for name, condition in part.when.items():
        if condition.column.strip().lower() not in present:
            raise DeliveryError(
                delivery.name,
                f"Column {condition.column!r}, on which {name} depends, is not in the file.",
                line=1,
                mend=f"Correct [extracts.{contract.extract}.when] in the mapping.",
            )
        when[name] = present[condition.column.strip().lower()]
    used = {*headers.values(), *when.values()}
    ignored = tuple(h for h in result.columns if h and h not in used and h not in refused)
    return rows.Source(headers, fixed, reading, part, when), ignored, refused


def _wanted(name: str, header: str, present: dict[str, str]) -> str:
    """Name a column that is missing, and the header that looks most like it."""
    close = difflib.get_close_matches(header.lower(), list(present), n=1)
    hint = f" (nearest: {present[close[0]]!r})" if close else ""
    return f"column {header!r} for {name}{hint}" if header != name else f"column {name!r}{hint}"


def _refuse_other_extract(delivery: Delivery, mapping: Mapping, present: set[str]) -> None:
    """Refuse a file named after the wrong extract: a ledger has all that the arrears list must have."""

    def known(contract: Contract) -> set[str]:
        columns = mapping.of(contract.extract).columns
        return {name for name in contract.columns if columns.get(name, name).strip().lower() in present}

    own = len(known(contracts()[delivery.extract]))
    for other in contracts().values():
        there = known(other)
        needed = {n for n, c in other.columns.items() if c.required} - {"corporatie_id", other.snapshot}
        if len(there) > own and needed <= there:
            raise DeliveryError(
                delivery.name,
                f"This looks like {other.extract}: {len(there)} of its columns are here, and {own} of {delivery.extract}.",
                line=1,
                mend="Correct the extract in the file's name, or the mapping.",
            )


def _decimal(
    con: duckdb.DuckDBPyConnection, delivery: Delivery, contract: Contract, source: rows.Source
) -> str:
    """Settle on decimal comma or point for the whole file; what does not fit it is quarantined as a bad amount."""
    names = [n for n, c in contract.columns.items() if c.type == "euro" and n in source.headers]
    if source.reading.decimal != "auto" or not names:
        return source.reading.decimal if source.reading.decimal != "auto" else "."
    commas, points, thousands, plain = con.execute(rows.decimal_sql(names)).fetchall()[0]
    if not delivery.path.name.lower().endswith((".csv", ".csv.gz")) and plain:
        return "typed"
    if commas == points == 0 and thousands:
        raise DeliveryError(
            delivery.name,
            f"Amounts like 1.234 could mean two things, and no amount shows its decimals ({', '.join(names)}).",
            mend='Set decimal = "," or "." under [reading] in the mapping.',
        )
    return "," if commas > points else "."


def _hashed_sql(contract: Contract, typed: sql.Sql) -> sql.Sql:
    """Add hashes, and the verdict on each row by itself."""
    return sql.fill(
        "SELECT *, {key} AS key_hash, {content} AS row_hash, "
        "CASE WHEN len(reasons) = 0 THEN 'new' ELSE 'quarantined' END AS verdict FROM ({typed})",
        key=rows.hash_sql(schema.key_expressions(contract)),
        content=rows.hash_sql(schema.content_columns(contract)),
        typed=typed,
    )


def _compare(con: duckdb.DuckDBPyConnection) -> None:
    """Judge the rows under one key: of equal ones the first counts, those that contradict each other are quarantined."""
    con.execute("""
        CREATE OR REPLACE TEMP TABLE doubtful AS
        SELECT line, row_number() OVER (PARTITION BY key_hash, row_hash ORDER BY line) > 1 AS again,
            min(row_hash) OVER same_key <> max(row_hash) OVER same_key AS contradicts
        FROM typed WHERE verdict = 'new'
            AND key_hash IN (SELECT key_hash FROM typed WHERE verdict = 'new' GROUP BY key_hash HAVING count(*) > 1)
        WINDOW same_key AS (PARTITION BY key_hash)""")
    con.execute("""
        UPDATE typed SET verdict = CASE WHEN contradicts THEN 'quarantined' ELSE 'duplicate' END,
            reasons = CASE WHEN contradicts THEN ['same key, other content'] ELSE reasons END
        FROM doubtful WHERE typed.line = doubtful.line AND (contradicts OR again)""")


def _describe(
    con: duckdb.DuckDBPyConnection,
    delivery: Delivery,
    contract: Contract,
    result: Read,
    source: rows.Source,
    mapping: str,
    refused: dict[str, str],
    ignored: tuple[str, ...],
) -> Batch:
    counts = dict(con.execute("SELECT verdict, count(*) FROM typed GROUP BY verdict").fetchall())
    listed = con.execute(
        "SELECT reason, count(*), list(line ORDER BY line)[:20] FROM "
        "(SELECT line, unnest(reasons) AS reason FROM typed) GROUP BY reason ORDER BY reason"
    ).fetchall()
    reasons = {reason: n for reason, n, _ in listed}
    lines = {reason: tuple(where) for reason, _, where in listed}
    if result.broken:
        reasons["wrong number of fields"] = len(result.broken)
        lines["wrong number of fields"] = tuple(b.line for b in result.broken[:20])
    quarantined = counts.get("quarantined", 0) + len(result.broken)
    valid, duplicate = counts.get("new", 0), counts.get("duplicate", 0)
    if result.records != valid + duplicate + quarantined:
        raise DeliveryError(
            delivery.name,
            f"{result.records} records were counted but {valid} + {duplicate} + {quarantined} were read.",
            mend="This is a fault of the program: keep the file and report it.",
        )
    unmapped, replaced = _codes(con, contract, source)
    return Batch(
        delivery, contract, result, mapping, result.records, valid, duplicate, quarantined, reasons, lines,
        unmapped, replaced, refused, ignored, (*result.notes, *_absent(contract, source)), source.headers,
    )  # fmt: skip


def _absent(contract: Contract, source: rows.Source) -> Iterator[str]:
    """Say which columns are not in the file although they may only be empty: without einddatum every agreement runs."""
    there = {*source.headers, *source.constants, contract.agreement, contract.home, contract.tenant}
    names = [n for n, c in contract.columns.items() if n not in there and not (c.required or c.optional)]
    if names:
        yield f"columns that are not in the file: {', '.join(names)}"


def _codes(
    con: duckdb.DuckDBPyConnection, contract: Contract, source: rows.Source
) -> tuple[tuple[Unmapped, ...], dict[str, int]]:
    """Count the values that no list or mapping knows, and the codes that were replaced because they are health data."""
    unmapped: list[Unmapped] = []
    replaced: dict[str, int] = {}
    for name, column in contract.columns.items():
        if not column.codes or (name not in source.headers and name not in source.constants):
            continue
        query = sql.fill(
            "SELECT left({name}, 40), count(*) FROM typed WHERE {name} IS NOT NULL AND {name} NOT IN ({known}) "
            "GROUP BY ALL ORDER BY count(*) DESC, 1 LIMIT 50",
            name=name,
            known=sql.literals(column.codes),
        )
        found = con.execute(query).fetchall()
        lower = {c.lower(): c for c in column.codes}
        for value, n in found:
            close = difflib.get_close_matches(value.lower(), list(lower), n=1, cutoff=0.7)
            unmapped.append(Unmapped(name, value, n, lower[close[0]] if close else ""))
        if column.replace:
            plain = rows.code_map(
                column.model_copy(update={"replace": {}}), source.mapping.codes.get(name, {})
            )
            query = sql.fill(
                "SELECT count(*) FROM typed WHERE lower({text}) IN ({words})",
                text=f"text_{name}",
                words=sql.literals(k for k, v in plain.items() if v in column.replace),
            )
            (n,) = con.execute(query).fetchall()[0]
            if n:
                replaced[name] = n
    return tuple(unmapped), replaced
