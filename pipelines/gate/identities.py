"""Judge the names and addresses of a register beside those in the vault: a figure for the gate where they are others or damaged.

An export in one encoding that is read in another and written again stays a good file. The coach then reads CrÃªpelaan. A corporation
that has such a value in its own system keeps it, so only values that are new are counted. A figure is only judged when something was found.
"""

from __future__ import annotations

from collections.abc import Iterator

import duckdb

from pipelines.gate.questions import Question, ask
from pipelines.gate.verdicts import Figure
from pipelines.installation.contracts import REGISTER
from pipelines.installation.settings import Gates
from pipelines.installation.sql import Sql, fill, join, literal
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
EMPTIED, EMPTIED_FROM = 0.9, 10
"""Share of the known names or addresses that may be empty now, and the number from which it is judged."""
SHAPES = {
    "postcode": (r"^[1-9]\d{3} ?[A-Za-z]{2}$", "a Dutch postcode"),
    "huisnummer": (r"^\d", "a number"),
    "telefoon": (r"\d{6,}|(\d\W*){8,}", "a telephone number"),
    "email": (r"@", "an e-mail address"),
    "naam": (r"^[^\d@]*$", "a name"),
    "straatnaam": (r"[A-Za-z]{3}", "a street"),
}
OTHER, OTHER_FROM, SHIFTED = 0.5, 5, 5
"""Share of the values that may look otherwise, the number from which it is judged, and the known values that may lose their look."""
CUT, CUT_FROM = 0.2, 5
"""Share of the different texts that may be as long as the longest, and the number of them from which it is judged."""
CUT_TEXTS = ("naam", "straatnaam", "woonplaats", "email", "telefoon")
ONE, ONE_FROM = 0.5, 20
"""Share of the homes that may have one address or one telephone, and the number of homes from which it is judged."""
HOMES = {"adres_key": "address", "telefoon": "telephone number"}
KNOWN_FROM, CHANGED = 20, 0.2
"""Number of known agreements from which they are compared, and the share of them that may have another value than before."""
WORDS = {"naam": ("naam",), "adres": ("straatnaam", "huisnummer")}
"""What is another one if a column of it has no word or number in common with before."""


def figures(con: duckdb.DuckDBPyConnection, batch: Batch, gates: Gates) -> Iterator[Figure]:
    """Yield the figures about names and addresses of a register, from the temporary table `typed` t and the vault v."""
    if batch.contract.extract != REGISTER:
        return
    has = batch.source.has
    texts = [name for name in TEXTS if has(name) and name != "wijk"]
    shaped = [name for name in SHAPES if name in batch.source.headers]
    questions = [
        *(_damaged(name, gates) for name in texts),
        *(_lost_letters(name) for name in texts),
        *(_other_shape(name) for name in shaped),
        *(_emptied(name) for name, column in batch.contract.columns.items() if column.identity),
        *(_cut(con, name) for name in CUT_TEXTS if name in batch.source.headers),
        *(_other_words(name) for name, parts in WORDS.items() if all(map(has, parts))),
        *(_one(con, name, what) for name, what in HOMES.items()),
    ]
    rows = "typed t LEFT JOIN vault.main.tenancies v USING (corporatie_id, overeenkomst_id) WHERE t.verdict = 'new'"
    yield from ask(con, Sql(rows), questions)


def of_wijken(batch: Batch, gates: Gates) -> list[Question]:
    """Return the questions about the names of wijken, which are in the warehouse and not in the vault."""
    return [_damaged("wijk", gates), _lost_letters("wijk")] if batch.source.has("wijk") else []


def _damaged(name: str, gates: Gates) -> Question:
    """Count the values that look damaged and that the agreement did not have before."""

    def answer(rows: int, damaged: int) -> Iterator[Figure]:
        if damaged > gates.tolerated_rows:
            meaning = f"Share of the values of {name} that are new and look damaged. {MEND[TEXTS[name]]}"
            yield Figure(f"{name}.damaged.share", damaged / rows, None, 0, "warning", meaning)

    looks = "CASE WHEN t.{name} IS DISTINCT FROM v.{name} THEN regexp_matches(t.{name}, {pattern}) END"
    return Question(
        (
            fill("count(t.{name})", name=name),
            fill(f"count(*) FILTER ({looks})", name=name, pattern=literal(TEXTS[name])),
        ),
        answer,
    )


def _lost_letters(name: str) -> Question:
    """Count the known values with letters outside ASCII, and those of them that have none now."""

    def answer(rows: int, lost: int) -> Iterator[Figure]:
        if lost >= LOST_FROM and lost > LOST * rows:
            meaning = f"Share of the values of {name} with letters such as ê or ç that have none now. {MEND[DAMAGE]}"
            yield Figure(f"{name}.letters_lost.share", lost / rows, None, LOST, "warning", meaning)

    has = "t.{name} IS NOT NULL AND strlen(v.{name}) > length(v.{name})"  # more bytes than characters
    return Question(
        (
            fill(f"count(*) FILTER ({has})", name=name),
            fill(f"count(*) FILTER ({has} AND strlen(t.{{name}}) = length(t.{{name}}))", name=name),
        ),
        answer,
    )


def _emptied(name: str) -> Question:
    """Count the values that were filled in the vault, and those of them that are empty now."""

    def answer(filled: int, empty: int) -> Iterator[Figure]:
        if filled >= EMPTIED_FROM and empty > EMPTIED * filled:
            meaning = f"Known agreements that had a {name} and have none now. Ask whether the export lost the column."
            yield Figure(f"{name}.emptied.share", empty / filled, None, EMPTIED, "warning", meaning)

    return Question(
        (
            fill("count(v.{name})", name=name),
            fill("count(*) FILTER (v.{name} IS NOT NULL AND t.{name} IS NULL)", name=name),
        ),
        answer,
    )


def _other_shape(name: str) -> Question:
    """Count the new values that do not look like what the column should hold, and those of them that replace one which did."""

    def answer(rows: int, other: int, shifted: int) -> Iterator[Figure]:
        if rows >= OTHER_FROM and (other > OTHER * rows or shifted > SHIFTED):
            share = max(other, shifted) / rows
            meaning = (
                f"Share of the values of {name} that do not look like {SHAPES[name][1]}: "
                "perhaps columns are swapped, shifted or cut off."
            )
            yield Figure(
                f"{name}.other_shape.share", share, None, min(OTHER, share * 0.99), "warning", meaning
            )

    # What a corporation has in its own system comes each week, and is new once.
    other = fill(
        "CASE WHEN t.{name} IS DISTINCT FROM v.{name} THEN NOT regexp_matches(t.{name}, {shape}) END",
        name=name,
        shape=literal(SHAPES[name][0]),
    )
    known = fill(
        "CASE WHEN t.{name} <> v.{name} THEN regexp_matches(v.{name}, {shape}) END",
        name=name,
        shape=literal(SHAPES[name][0]),
    )
    return Question(
        (
            fill("count(t.{name})", name=name),
            fill("count(*) FILTER ({other})", other=other),
            fill("count(*) FILTER ({other} AND {known})", other=other, known=known),
        ),
        answer,
    )


def changed(name: str, compared: int, other: int) -> Iterator[Figure]:
    """Yield the share of the known agreements with another value in a column that seldom changes, if it is high."""
    if compared >= KNOWN_FROM and other > CHANGED * compared:
        meaning = f"Known agreements with another {name} than before: perhaps a column was sorted or shifted without the others."
        yield Figure(f"{name}.changed.share", other / compared, None, CHANGED, "warning", meaning)


def _other_words(name: str) -> Question:
    """Count the known names or addresses, and those without a word or number in common with before."""
    first = WORDS[name][0]
    words = r"regexp_extract_all(strip_accents(lower({text})), '[a-z]{3,}|\d+')"
    others = []
    for part in WORDS[name]:
        new, old = (fill(words, text=fill("{t}.{part}", t=table, part=part)) for table in "tv")
        others.append(
            fill(
                "CASE WHEN t.{part} <> v.{part} THEN len({new}) > 0 AND len({old}) > 0 AND NOT list_has_any({new}, {old}) END",
                part=part, new=new, old=old,
            )
        )  # fmt: skip
    both = fill("t.{first} IS NOT NULL AND v.{first} IS NOT NULL", first=first)
    return Question(
        (
            fill("count(*) FILTER ({both})", both=both),
            fill("count(*) FILTER ({both} AND ({other}))", both=both, other=join(others, " OR ")),
        ),
        lambda compared, other: changed(name, compared, other),
    )


def _cut(con: duckdb.DuckDBPyConnection, name: str) -> Question:
    """Look for texts of which many have exactly the largest length, where longer ones were known."""

    def answer(most: int | None, before: int | None) -> Iterator[Figure]:
        if most is None or before is None or before <= most:
            return
        query = fill(
            "SELECT count(*), count(*) FILTER (len(v) = $most), "
            "(SELECT count(DISTINCT {name}) FROM vault.main.tenancies WHERE len({name}) > $most) "
            "FROM (SELECT DISTINCT {name} AS v FROM typed WHERE verdict = 'new' AND {name} IS NOT NULL)",
            name=name,
        )
        values, longest, longer = con.execute(query, {"most": most}).fetchall()[0]
        if values >= CUT_FROM and longest > CUT * values and longer > CUT * values:
            meaning = f"Share of the texts in {name} with exactly {most} characters, of which longer ones were known: they seem cut off."
            yield Figure(f"{name}.cut.share", longest / values, None, CUT, "warning", meaning)

    return Question((fill("max(len(t.{name}))", name=name), fill("max(len(v.{name}))", name=name)), answer)


def _one(con: duckdb.DuckDBPyConnection, name: str, what: str) -> Question:
    """Look for the address or telephone of most homes, where there are half as many as homes at most."""

    def answer(rows: int, values: int) -> Iterator[Figure]:
        # The number of values is an estimate, within a few per cent.
        if not rows or values > 1 + 1.1 * (1 - ONE) * rows:
            return
        query = fill(
            "SELECT coalesce(max(n), 0), coalesce(sum(n), 0) FROM (SELECT count(DISTINCT eenheid_id) AS n FROM typed "
            "WHERE verdict = 'new' AND {name} IS NOT NULL GROUP BY {name})",
            name=name,
        )
        most, homes = con.execute(query).fetchall()[0]
        if homes >= ONE_FROM and most > ONE * homes:
            meaning = f"Share of the homes with one and the same {what}: perhaps the export is of a test environment."
            yield Figure(f"{name}.same.share", most / homes, None, ONE, "warning", meaning)

    return Question(
        (fill("count(t.{name})", name=name), fill("approx_count_distinct(t.{name})", name=name)), answer
    )
