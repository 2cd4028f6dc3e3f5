"""Judge whether names and addresses were damaged on their way: a figure for the gate where letters, or whole columns, were lost.

An export in one encoding that is read in another and written again stays a good file. The coach then reads CrÃªpelaan. A corporation
that has such a value in its own system keeps it, so only values that are new are counted.
"""

from __future__ import annotations

from collections.abc import Iterator

import duckdb

from features.known import current_sql
from pipelines.gate.verdicts import Figure
from pipelines.installation.contracts import REGISTER
from pipelines.installation.settings import Gates
from pipelines.installation.sql import Sql, fill, literal
from pipelines.parsing.batch import Batch

SECOND_BYTE = r"\x{80}-\x{BF}€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ"
"""The signs that the second byte of a letter in UTF-8 becomes in Windows-1252."""
DAMAGE = "|".join(
    (
        rf"[ÂÃÄÅ][{SECOND_BYTE}]",  # CrÃªpelaan
        r"&(#\d+|#x[0-9A-Fa-f]+|[A-Za-z]+\d*);",  # Cr&ecirc;pelaan
        r"[A-Za-z]\?[a-z]|[A-Za-z]\?$|^\?[a-z]",  # Cr?pelaan
        r"\x{FFFD}",
        r"\+[A-Za-z0-9+/]{2,}-",  # Cr+AOo-pelaan, which is UTF-7
    )
)
DAY = r"(?i)^\d{1,2}[-. /](jan|feb|mrt|mar|apr|mei|may|jun|jul|aug|sep|okt|oct|nov|dec)"
"""What a spreadsheet makes of house number 2-2."""
TEXTS = {"naam": DAMAGE, "straatnaam": DAMAGE, "woonplaats": DAMAGE, "wijk": DAMAGE, "huisnummer": DAY}
MEND = {
    DAMAGE: "Export the register in UTF-8, and do not open and save it in between.",
    DAY: "A spreadsheet turned them into days: export the column as text.",
}
LOST, LOST_FROM = 0.5, 3
"""Share of the values with letters such as ê or ç that may have none now, and the number of them from which it is judged."""
_CURRENT = fill(
    "(SELECT * FROM versions.{register} v WHERE {current})", register=REGISTER, current=Sql(current_sql("v"))
)
EMPTIED, EMPTIED_FROM = 0.9, 10
"""Share of the known names or addresses that may be empty now, and the number from which it is judged."""


def figures(con: duckdb.DuckDBPyConnection, batch: Batch, gates: Gates) -> Iterator[Figure]:
    """Yield the figures about damaged names and addresses of a register, from the temporary table `typed`."""
    if batch.contract.extract != REGISTER:
        return
    yield from _emptied(con, batch)
    names = [name for name in TEXTS if batch.source.has(name)]
    yield from _damaged(con, names, gates)
    for known, held in (
        ("vault.main.tenancies", [name for name in names if name != "wijk"]),
        (_CURRENT, [name for name in names if name == "wijk"]),
    ):
        yield from _lost_letters(con, held, Sql(known))


def _damaged(con: duckdb.DuckDBPyConnection, names: list[str], gates: Gates) -> Iterator[Figure]:
    """Yield a figure for each column with values that look damaged and that the agreement did not have before."""
    looks = {
        name: fill("regexp_matches({name}, {pattern})", name=name, pattern=literal(TEXTS[name]))
        for name in names
    }
    if not names:
        return
    counts = [
        fill("count({name}), count(*) FILTER ({looks})", name=name, looks=look)
        for name, look in looks.items()
    ]
    query = fill("SELECT {counts} FROM typed WHERE verdict = 'new'", counts=counts)
    found = con.execute(query).fetchall()[0]
    for place, name in enumerate(names):
        rows, damaged = found[2 * place : 2 * place + 2]
        if damaged <= gates.tolerated_rows:
            continue
        query = fill(
            "SELECT count(*) FROM (SELECT * FROM typed WHERE verdict = 'new' AND {looks}) t ANTI JOIN {known} k ON "
            "k.corporatie_id = t.corporatie_id AND k.overeenkomst_id = t.overeenkomst_id AND k.{name} = t.{name}",
            looks=looks[name],
            known=Sql(_CURRENT if name == "wijk" else "vault.main.tenancies"),
            name=name,
        )
        ((fresh,),) = con.execute(query).fetchall()
        if fresh > gates.tolerated_rows:
            meaning = f"Share of the values of {name} that are new and look damaged. {MEND[TEXTS[name]]}"
            yield Figure(f"{name}.damaged.share", fresh / rows, None, 0, "warning", meaning)


def _lost_letters(con: duckdb.DuckDBPyConnection, names: list[str], known: Sql) -> Iterator[Figure]:
    """Yield the share of the known values with letters outside ASCII that have none now, if it is most of them."""
    if not names:
        return
    has = "t.{name} IS NOT NULL AND strlen(k.{name}) > length(k.{name})"  # more bytes than characters
    counts = [
        fill(
            f"count(*) FILTER ({has}), count(*) FILTER ({has} AND strlen(t.{{name}}) = length(t.{{name}}))",
            name=name,
        )
        for name in names
    ]
    query = fill(
        "SELECT {counts} FROM typed t JOIN {known} k USING (corporatie_id, overeenkomst_id) WHERE t.verdict = 'new'",
        counts=counts,
        known=known,
    )
    found = con.execute(query).fetchall()[0]
    for place, name in enumerate(names):
        rows, lost = found[2 * place : 2 * place + 2]
        if lost >= LOST_FROM and lost > LOST * rows:
            meaning = f"Share of the values of {name} with letters such as ê or ç that have none now. {MEND[DAMAGE]}"
            yield Figure(f"{name}.letters_lost.share", lost / rows, None, LOST, "warning", meaning)


def _emptied(con: duckdb.DuckDBPyConnection, batch: Batch) -> Iterator[Figure]:
    """Yield a figure for each column of names and addresses that was filled in the vault and is empty now."""
    columns = batch.contract.columns
    names = [name for name, column in columns.items() if column.identity]
    counts = [
        fill("count(v.{name}), count(*) FILTER (v.{name} IS NOT NULL AND t.{name} IS NULL)", name=name)
        for name in names
    ]
    query = fill(
        "SELECT {counts} FROM typed t JOIN vault.main.tenancies v USING (corporatie_id, overeenkomst_id) WHERE t.verdict = 'new'",
        counts=counts,
    )
    found = con.execute(query).fetchall()[0]
    for place, name in enumerate(names):
        filled, empty = found[2 * place : 2 * place + 2]
        if filled >= EMPTIED_FROM and empty > EMPTIED * filled:
            meaning = f"Known agreements that had a {name} and have none now. Ask whether the export lost the column."
            yield Figure(f"{name}.emptied.share", empty / filled, None, EMPTIED, "warning", meaning)
