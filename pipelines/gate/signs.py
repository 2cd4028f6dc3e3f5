"""Doubt signs that turned: claims and receipts, or two dates, seem to have changed places since earlier rows.

If claims and receipts both turn, the share of negative amounts stays the same. So signs are compared per code, in the table
`compared`.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from pipelines.gate.doubt import Examined, count, warn
from pipelines.gate.verdicts import Figure
from pipelines.installation.sql import Sql, fill

LEAST_OF_CODE = 5
"""Minimum number of rows with one code, in each of both deliveries, to compare their signs."""
ONE_SIGN = 0.8
"""Share of rows with one code that must have the same sign for the code to have one."""
TURNED = 0.3
"""Maximum share of rows with a code whose sign turned."""

Signs = tuple[int, ...]
"""For each sign in turn, the number of rows below and the number above."""


def figures(it: Examined) -> Iterator[Figure]:
    """Yield a figure for each amount and each pair of dates whose sign differs from earlier rows with the same code."""
    columns = it.contract.columns
    codes = [name for name, column in columns.items() if column.codes and it.has(name)]
    names = [name for name in it.contract.content if it.has(name)]
    amounts = [name for name in names if columns[name].type == "euro"]
    pairs = list(combinations([name for name in names if columns[name].type == "date"], 2))
    # Each pair is compared: an amount with 0, a date with another one.
    shares = (
        _turned(it, [*((name, "0") for name in amounts), *pairs], codes)
        if codes and (amounts or pairs)
        else []
    )
    for name, share in zip(amounts, shares, strict=False):
        if share > TURNED:
            meaning = (
                f"Share of the rows whose {name} has the other sign than earlier rows with the same code. Ask which amounts are below 0; "
                "if the export changed for good, deliver the earlier rows again as well."
            )
            yield warn(f"{name}.turned.share", share, meaning, most=TURNED)
    for (one, other), share in zip(pairs, shares[len(amounts) :], strict=False):
        if share > TURNED:
            meaning = (
                f"Share of the rows in which {one} and {other} are in another order than in earlier rows with the same code: "
                "perhaps the columns are swapped."
            )
            yield warn(f"{one}.order_turned.share", share, meaning, most=TURNED)


def _turned(it: Examined, signs: list[tuple[str, str]], codes: list[str]) -> list[float]:
    """Return for each sign the largest share of the rows with a code that nearly always had one sign and has the other one now."""
    counts = [Sql(count(f"{name} {sign} {other}")) for name, other in signs for sign in "<>"]
    query = fill(
        "SELECT now, {codes}, {counts} FROM compared GROUP BY GROUPING SETS ({sets})",
        codes=codes,
        counts=counts,
        sets=[fill("(now, {code})", code=code) for code in codes],
    )
    rows = it.con.execute(query).fetchall()
    most = [0.0] * len(signs)
    for at in range(1, len(codes) + 1):
        # In the rows of another code this one is NULL.
        now, before = (
            {row[at]: row[len(codes) + 1 :] for row in rows if row[at] is not None and row[0] is side}
            for side in (True, False)
        )
        for place in range(len(signs)):
            pairs = [
                (_signs(before.get(code), place), _signs(counted, place)) for code, counted in now.items()
            ]
            turned = sum(sum(signs_now) for was, signs_now in pairs if _is_turned(was, signs_now))
            most[place] = max(most[place], turned / max(sum(sum(signs_now) for _, signs_now in pairs), 1))
    return most


def _signs(counted: Signs | None, place: int) -> Signs:
    """Return the numbers of rows below and above for one of the signs."""
    return counted[2 * place : 2 * place + 2] if counted else (0, 0)


def _is_turned(before: Signs, now: Signs) -> bool:
    """Return whether nearly all rows were below and are above, or the reverse."""
    if min(sum(before), sum(now)) < LEAST_OF_CODE:
        return False
    was, share = before[0] / sum(before), now[0] / sum(now)
    return min(max(was, 1 - was), max(share, 1 - share)) >= ONE_SIGN and (was > 0.5) != (share > 0.5)
