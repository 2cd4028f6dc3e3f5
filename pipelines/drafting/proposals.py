"""Propose lines for the mapping of a delivery: for `waakvlam check`, which prints them.

Nothing is guessed: a code is proposed only by its name in the VERA list, and each line says what it is based on.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

import duckdb

from pipelines.drafting import column_proposals
from pipelines.drafting.proposal import Proposal
from pipelines.installation.contracts import REGISTER, Contract
from pipelines.installation.sql import fill
from pipelines.parsing.batch import Batch
from pipelines.parsing.combine import DUE
from pipelines.parsing.dates import moment_sql, no_date_sql
from pipelines.parsing.identifiers import MOST_HOMES
from pipelines.parsing.rows import TOO_LATE
from pipelines.warehouse import schema

_LEAST_ROWS = 2
"""Minimum number of rows with a day or a word to propose a line about it."""
_MOST_NUMBERS = 12
"""Maximum number of tenant numbers to propose; if there are more, the column holds something else."""
_MOST_KINDS = 12
"""A column with more different values than this holds descriptions, which may name people, and no kinds."""


_NOT_RENT = "service|stook|afrekening|energie|waterverbruik|schade|waarborg|borgsom|griffie|incassokosten|deurwaarder|boete"
"""Words in the kind of an open item that is not rent."""


def proposals(con: duckdb.DuckDBPyConnection, batch: Batch) -> tuple[Proposal, ...]:
    """Return what the mapping could say about a delivery, from its temporary tables."""
    return (
        *_combining(con, batch),
        *_not_due(batch),
        *_equal_rows(batch),
        *of_columns(con, batch),
        *_parts(con, batch),
    )


def of_columns(con: duckdb.DuckDBPyConnection, batch: Batch) -> tuple[Proposal, ...]:
    """Return what the mapping could say about single columns; it does not matter which rows have the same key."""
    return (
        *_no_dates(con, batch),
        *_totals(batch),
        *_not_rent(con, batch),
        *column_proposals.proposals(con, batch),
        *_nobody(con, batch),
    )


def _combining(con: duckdb.DuckDBPyConnection, batch: Batch) -> Iterator[Proposal]:
    """Propose how to combine rows that share a key, by the type of each column in which they differ."""
    contract = batch.contract
    if "same key, other content" not in batch.reasons or contract.extract == REGISTER:
        return
    names = [name for name in schema.content_columns(contract) if name in contract.columns]
    columns = _differing(con, names)
    # Without a rule, amounts that happen to be equal would count once.
    amounts = [
        name for name in names if contract.columns[name].type == "euro" and contract.columns[name].required
    ]
    rules = {
        name: _rule(contract, name) for name in dict.fromkeys([*amounts, *columns])
    } | batch.source.mapping.combine
    rows = batch.reasons["same key, other content"]
    yield Proposal(
        f"{rows} rows share their key with another row and differ in {', '.join(columns)}. "
        f"If the file has one row per open item, appointment or booking, let the mapping combine them:",
        (f"[extracts.{contract.extract}.combine]", *(f'{name} = "{rule}"' for name, rule in rules.items())),
    )


def _differing(con: duckdb.DuckDBPyConnection, names: Sequence[str]) -> list[str]:
    """Return the columns in which quarantined rows with the same key differ."""
    low, high, filled = ({name: f"{part}_{name}" for name in names} for part in ("low", "high", "filled"))
    differs = [
        fill(
            "bool_or({low} IS DISTINCT FROM {high} OR {filled} NOT IN (0, rows))",
            low=low[n],
            high=high[n],
            filled=filled[n],
        )
        for n in names
    ]
    spread = [
        fill(
            "min({n}) AS {low}, max({n}) AS {high}, count({n}) AS {filled}",
            n=n,
            low=low[n],
            high=high[n],
            filled=filled[n],
        )
        for n in names
    ]
    query = fill(
        "SELECT {differs} FROM (SELECT count(*) AS rows, {spread} FROM typed "
        "WHERE list_contains(reasons, 'same key, other content') GROUP BY key_hash)",
        differs=differs,
        spread=spread,
    )
    counts = con.execute(query).fetchall()[0]
    return [name for name, differ in zip(names, counts, strict=True) if differ]


def _not_due(batch: Batch) -> Iterator[Proposal]:
    """Propose how to read a list with a row per due date, of which some lie ahead, where no two rows share a key."""
    contract = batch.contract
    for name in contract.columns if contract.control_total and not batch.source.mapping.combine else ():
        rows = batch.reasons.get(f"{TOO_LATE} {name}", 0)
        if (
            rows >= _LEAST_ROWS
            and "same key, other content" not in batch.reasons
            and _rule(contract, name) == DUE
        ):
            yield Proposal(
                f"{rows} rows have a {name} after the day of the list. If the file has one row per due date, pass over what is not due:",
                (
                    f"[extracts.{contract.extract}.combine]",
                    f'{contract.control_total} = "sum"',
                    f'{name} = "{DUE}"',
                ),
            )


def _equal_rows(batch: Batch) -> Iterator[Proposal]:
    """Ask whether equal rows of a list of amounts are copies or open items."""
    contract = batch.contract
    if batch.rows_duplicate and contract.control_total and not batch.source.mapping.combine:
        yield Proposal(
            f"{batch.rows_duplicate} rows are equal to another row and count once. If they are open items, add them:",
            (f"[extracts.{contract.extract}.combine]", f'{contract.control_total} = "sum"'),
        )


def _rule(contract: Contract, name: str) -> str:
    kind = contract.columns[name].type
    if kind == "euro":
        return "sum" if name == contract.control_total or name == "bedrag" else "first"
    if kind == "date" and contract.control_total:
        return DUE if "verval" in name else "latest"
    if kind == "choice" and contract.columns[name].decides_scope:
        return "furthest"  # one item at the bailiff is enough
    return {"dates": "dates", "date": "latest", "timestamp": "earliest"}.get(kind, "first")


def _no_dates(con: duckdb.DuckDBPyConnection, batch: Batch) -> Iterator[Proposal]:
    """Name days that source systems write to mean "no date": long ago, 1970-01-01, and far ahead."""
    days: dict[str, list[str]] = {}
    for name, column in batch.contract.columns.items():
        if column.type not in ("date", "timestamp") or name not in batch.source.headers:
            continue
        moment = moment_sql(
            fill("t.{name}", name=name), batch.source.kind_in_texts(name), batch.forms.days[name]
        )
        query = fill(
            """SELECT day::VARCHAR, count(*) FROM (SELECT CAST({moment} AS DATE) AS day FROM texts t WHERE {name} IS NOT NULL)
            WHERE (year(day) < 1901 OR day IN (DATE '1970-01-01', DATE '1980-01-01') OR year(day) > year(?::DATE) + 25)
                AND day NOT IN ({known})
            GROUP BY day HAVING count(*) >= {least} ORDER BY day""",
            moment=moment,
            name=name,
            known=no_date_sql(batch.source.reading.no_dates),
            least=_LEAST_ROWS,
        )
        for day, rows in con.execute(query, [batch.delivery.peildatum]).fetchall():
            days.setdefault(day, []).append(f"{name} ({rows} rows)")
    if days:
        shown = "; ".join(f"{day} in {', '.join(where)}" for day, where in sorted(days.items()))
        known = ", ".join(f'"{day}"' for day in sorted({*days, *batch.source.reading.no_dates}))
        yield Proposal(
            f"Some days may mean that there is no date: {shown}. If they do:",
            ("[reading]", f"no_dates = [{known}]"),
        )


def _totals(batch: Batch) -> Iterator[Proposal]:
    rows = sum(number for reason, number in batch.reasons.items() if reason.startswith("total row"))
    if rows:
        yield Proposal(
            f"{rows} total rows are quarantined. To pass over them:",
            ("[reading]", 'total_words = ["Totaal", "Subtotaal"]'),
        )


def _not_rent(con: duckdb.DuckDBPyConnection, batch: Batch) -> Iterator[Proposal]:
    """Propose to leave out open items that are not rent, because the list calls the whole balance rent."""
    if not batch.contract.control_total:
        return
    for header in batch.ignored:
        query = fill(
            "SELECT trim({header}), count(*) FROM delivered WHERE regexp_matches(lower({header}), ?) "
            "AND length({header}) <= 30 AND NOT regexp_matches({header}, '[0-9]') GROUP BY 1 HAVING count(*) >= {least} ORDER BY 1",
            header=header,
            least=_LEAST_ROWS,
        )
        records = con.execute(query, [_NOT_RENT]).fetchall()
        if 0 < len(records) <= _MOST_KINDS:
            shown = ", ".join(f"{value} ({rows} rows)" for value, rows in records)
            values = ", ".join(json.dumps(value, ensure_ascii=False) for value, _ in records)
            yield Proposal(
                f"Column {header} names items that are not rent: {shown}. The list calls the whole balance rent, so leave them out:",
                (
                    f"[extracts.{batch.contract.extract}]",
                    f"skip = [{{ column = {json.dumps(header, ensure_ascii=False)}, values = [{values}] }}]",
                ),
            )


def _parts(con: duckdb.DuckDBPyConnection, batch: Batch) -> Iterator[Proposal]:
    """Ask about rows of one home that were registered in the same second, if no column says that they are parts."""
    contract = batch.contract
    if not contract.whole or batch.source.has(contract.whole):
        return
    query = fill(
        """SELECT count(*), coalesce(sum(n), 0) FROM (SELECT count(*) AS n FROM typed WHERE verdict = 'new' AND {home} IS NOT NULL
            AND {known}::TIME <> TIME '00:00' GROUP BY corporatie_id, {home}, {known} HAVING count(*) > 1)""",
        home=contract.home or contract.own_id,
        known=contract.history.column,
    )
    cases, rows = con.execute(query).fetchall()[0]
    if cases:
        yield Proposal(
            f"{rows} rows about {cases} homes have the same {contract.history.column} as another row about that home. "
            f"If they are parts of one case, deliver the column that names the whole:",
            (f"[extracts.{contract.extract}.columns]", f'{contract.whole} = "..."'),
        )


def _nobody(con: duckdb.DuckDBPyConnection, batch: Batch) -> Iterator[Proposal]:
    """Propose tenant numbers with more homes at once than one person has as numbers that stand for nobody."""
    if batch.contract.extract != REGISTER or not batch.source.has("huurder_id"):
        return
    query = """
        SELECT huurder_id FROM typed WHERE verdict = 'new' AND eenheidsoort_code = 'WOO' AND huurder_id IS NOT NULL
            AND begindatum <= $day AND (einddatum IS NULL OR einddatum >= $day)
        GROUP BY corporatie_id, huurder_id HAVING count(DISTINCT eenheid_id) > $most ORDER BY count(*) DESC, 1"""
    values = {"day": batch.delivery.peildatum, "most": MOST_HOMES}
    numbers = list(dict.fromkeys(number for (number,) in con.execute(query, values).fetchall()))
    if numbers:
        known = list(dict.fromkeys([*batch.source.reading.nobody, *numbers[:_MOST_NUMBERS]]))
        yield Proposal(
            f"{len(numbers)} tenant numbers have more than {MOST_HOMES} homes at once. If they stand for nobody:",
            ("[reading]", f"nobody = {json.dumps(known, ensure_ascii=False)}"),
        )
