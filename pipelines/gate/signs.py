"""Compare signs with the delivery before: a figure for the gate where claims and receipts, or two dates, seem to have changed places.

Over all rows a turn may not show: when claims and receipts both turn, as many amounts are negative as before. So signs are compared
for each code of a row.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import duckdb

from pipelines.gate.verdicts import Figure
from pipelines.installation.sql import Sql, fill
from pipelines.parsing.batch import Batch

LEAST_OF_CODE = 5
"""Number of rows with one code, in both deliveries, from which their signs are compared."""
ONE_SIGN = 0.8
"""Share of the rows with one code from which they are said to have one sign."""
TURNED = 0.3
"""Share of the rows that may have a code whose sign turned."""


def figures(con: duckdb.DuckDBPyConnection, batch: Batch, before: Sql, now: Sql) -> Iterator[Figure]:
    """Yield a figure for each amount and each pair of dates that has another sign than in earlier rows with the same code."""
    columns = batch.contract.columns
    codes = [name for name, column in columns.items() if column.codes and batch.source.has(name)]
    names = [name for name in batch.contract.content if batch.source.has(name)]
    amounts = {name: Sql("0") for name in names if columns[name].type == "euro"}
    pairs = list(combinations([name for name in names if columns[name].type == "date"], 2))
    # What is below what: an amount below 0, a date below another one.
    signs = [*amounts.items(), *((one, fill("{other}", other=other)) for one, other in pairs)]
    shares = _turned(con, signs, codes, before, now)
    for name, share in zip(amounts, shares, strict=False):
        if share > TURNED:
            meaning = (
                f"Share of the rows whose {name} has the other sign than earlier rows with the same code. Ask which amounts are below 0; "
                "if the export changed for good, deliver the earlier rows again as well."
            )
            yield Figure(f"{name}.turned.share", share, None, TURNED, "warning", meaning)
    for (one, other), share in zip(pairs, shares[len(amounts) :], strict=True):
        if share > TURNED:
            meaning = (
                f"Share of the rows in which {one} and {other} are in another order than in earlier rows with the same code: "
                "perhaps the columns are swapped."
            )
            yield Figure(f"{one}.order_turned.share", share, None, TURNED, "warning", meaning)


def _turned(
    con: duckdb.DuckDBPyConnection, signs: list[tuple[str, Sql]], codes: list[str], before: Sql, now: Sql
) -> list[float]:
    """Return for each sign the largest share of the rows with a code that nearly always had one sign and has the other one now."""
    counts = [
        fill("count(*) FILTER ({name} {sign} {other})", name=name, sign=Sql(sign), other=other)
        for name, other in signs
        for sign in "<>"
    ]
    most = [0.0] * len(signs)
    if not signs or not codes:
        return most
    sets = [fill("({code})", code=code) for code in codes]
    tables = []
    for rows in (before, now):
        query = fill(
            "SELECT {codes}, {counts} FROM {rows} GROUP BY GROUPING SETS ({sets})",
            codes=codes,
            counts=counts,
            rows=rows,
            sets=sets,
        )
        tables.append([(row[: len(codes)], row[len(codes) :]) for row in con.execute(query).fetchall()])
    for at in range(len(codes)):
        # In the rows of another code this one is NULL.
        earlier, found_now = (
            {values[at]: list(n) for values, n in table if values[at] is not None} for table in tables
        )
        for place in range(len(signs)):
            pairs = [
                (
                    earlier.get(value, [0] * len(counts))[2 * place : 2 * place + 2],
                    found[2 * place : 2 * place + 2],
                )
                for value, found in found_now.items()
            ]
            rows_now = sum(sum(found) for _, found in pairs)
            turned = sum(sum(found) for was, found in pairs if _is_turned(was, found))
            most[place] = max(most[place], turned / max(rows_now, 1))
    return most


def _is_turned(before: list[int], now: list[int]) -> bool:
    """Return whether nearly all rows were below and are above, or the reverse; from the numbers of rows below and above."""
    if min(sum(before), sum(now)) < LEAST_OF_CODE:
        return False
    was, share = before[0] / sum(before), now[0] / sum(now)
    return min(max(was, 1 - was), max(share, 1 - share)) >= ONE_SIGN and (was > 0.5) != (share > 0.5)
