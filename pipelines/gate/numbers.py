"""Doubt how the rows of a delivery are numbered.

Ids that were cut off become equal, ids with another prefix count twice, and the id of a tenant does not identify a case.
"""

from __future__ import annotations

from collections.abc import Iterator

from pipelines.gate.doubt import Examined, warn
from pipelines.gate.verdicts import Figure
from pipelines.installation.contracts import REGISTER
from pipelines.installation.sql import Sql, fill, read_sql

LEAST_ROWS = 20
"""Minimum number of earlier ids to know their form."""
USUAL, OTHER_FROM = 0.9, 5
"""Minimum share of ids with the usual form, and minimum number of rows to judge it."""
NUMBERS = 200
"""Number of ids to look up in the register."""
SAMPLE = 2_000
"""Number of earlier rows that show the form of ids."""
MOVED, LEAST_MOVED = 0.5, 0.1
"""Doubt more than the first share of ids of the register if they were less than the second share of earlier ids."""
LINKS = ("huurder_id", "eenheid_id", "overeenkomst_id")


def figures(it: Examined) -> Iterator[Figure]:
    """Yield the figures about the ids of rows; the rows of a list have none of their own."""
    if it.contract.accumulates:
        yield from _other_form(it)
        yield from _of_register(it)


def _other_form(it: Examined) -> Iterator[Figure]:
    """Yield the share of ids whose form differs from that of nearly all earlier ones: prefix, leading zeros, or length."""
    own = it.contract.own_id
    ever, prefixed, sized, rows, unlike, shorter = it.row(
        read_sql(__package__, "numbers_form"),
        own=own,
        earlier=it.new_in(
            *(it.usual if sum(b.rows - b.known for b in it.usual) >= LEAST_ROWS else it.earlier)
        ),
        prefix=fill("regexp_extract({own}, '^[A-Za-z]*0?')", own=own),
        sample=SAMPLE,
    )
    # A file in which cut numbers fall together has few of them left.
    for usual, other, least in ((prefixed, unlike, OTHER_FROM), (sized, shorter, 1)):
        if rows and ever >= LEAST_ROWS and usual >= USUAL * ever and rows >= least and other >= USUAL * rows:
            meaning = (
                f"Share of the rows whose {own} has another prefix than nearly all earlier ones, no zeros in front, or fewer characters: "
                "a row that was delivered before would count twice, and cut numbers fall together. Export the numbers as before, as text."
            )
            yield warn(f"{own}.other_form.share", other / rows, meaning, most=1 - USUAL)
            return


def _of_register(it: Examined) -> Iterator[Figure]:
    """Yield the share of ids that belong to a tenant, a home or an agreement, if earlier ids did not."""
    own = it.contract.own_id
    rows, *links = _in_register(it, "(SELECT * FROM typed WHERE verdict = 'new')")
    if rows < OTHER_FROM or max(links) <= MOVED * rows:
        return
    earlier, *ever = _in_register(it, f"raw.{it.contract.extract}")
    for name, now, before in zip(LINKS, links, ever, strict=True):
        if now > MOVED * rows and earlier and before < LEAST_MOVED * earlier:
            meaning = f"Share of the rows whose {own} is the {name} of an agreement: perhaps the columns are swapped."
            yield warn(f"{own}.of_register.share", now / rows, meaning, most=MOVED)


def _in_register(it: Examined, rows: str) -> tuple[int, ...]:
    """Count the ids of a sample of rows, and those of them that each column of the register holds."""
    # A few ids are looked up in the register, because joining all rows is slow.
    counts = [
        fill(
            "(SELECT count(DISTINCT (s.corporatie_id, number)) FROM sample s JOIN versions.{register} r "
            "ON r.corporatie_id = s.corporatie_id AND r.{name} = number)",
            name=name,
            register=REGISTER,
        )
        for name in LINKS
    ]
    return it.row(
        "WITH sample AS (SELECT DISTINCT corporatie_id, {own} AS number FROM {rows} ORDER BY ALL LIMIT {most}) "
        "SELECT (SELECT count(*) FROM sample), {counts}",
        own=it.contract.own_id,
        rows=Sql(rows),
        most=NUMBERS,
        counts=counts,
    )
