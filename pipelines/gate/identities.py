"""Compare the names and addresses of a register with those in the vault, i, and doubt those that were replaced or damaged.

If an export is read in the wrong encoding and written again, the file stays valid, but the coach reads CrÃªpelaan. A corporation may
have such a value in its own system, so only new values are counted.
"""

from __future__ import annotations

from collections.abc import Iterator

from pipelines.gate.doubt import Doubt, Examined, count, share, warn
from pipelines.gate.verdicts import Figure
from pipelines.installation.sql import literal

SECOND_BYTE = r"\x{80}-\x{BF}€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ"
"""The characters that the second byte of a letter in UTF-8 becomes in Windows-1252."""
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
"""The day into which a spreadsheet turns house number 2-2."""
TEXTS = {"naam": DAMAGE, "straatnaam": DAMAGE, "woonplaats": DAMAGE, "wijk": DAMAGE, "huisnummer": DAY}
MEND = {
    DAMAGE: "Export the register in UTF-8, and do not open and save it in between.",
    DAY: "A spreadsheet turned them into days: export the column as text.",
}
LOST, LOST_FROM = 0.5, 3
"""Maximum share of values that may lose all letters such as ê or ç, and minimum number of such values to judge it."""
EMPTIED, EMPTIED_FROM = 0.9, 10
"""Maximum share of known names or addresses that may become empty, and minimum number of them to judge it."""
SHAPES = {
    "postcode": (r"^[1-9]\d{3} ?[A-Za-z]{2}$", "a Dutch postcode"),
    "huisnummer": (r"^\d", "a number"),
    "telefoon": (r"\d{6,}|(\d\W*){8,}", "a telephone number"),
    "email": (r"@", "an e-mail address"),
    "naam": (r"^[^\d@]*$", "a name"),
    "straatnaam": (r"[A-Za-z]{3}", "a street"),
}
OTHER, OTHER_FROM, SHIFTED = 0.5, 5, 5
"""Maximum share of values without the usual shape, minimum number of values to judge it, and maximum number that may lose it."""
CUT, CUT_FROM = 0.2, 5
"""Maximum share of known texts that may shrink to their beginning, and minimum number of them to judge it."""
CUT_TEXTS = ("naam", "straatnaam", "woonplaats", "email", "telefoon")
ONE, ONE_FROM = 0.5, 20
"""Maximum share of homes with one and the same address or telephone, and minimum number of homes to judge it."""
HOMES = {"adres_key": "address", "telefoon": "telephone number"}
KNOWN_FROM, CHANGED = 20, 0.2
"""Minimum number of known agreements to compare them, and maximum share of them whose value may change."""
WORDS = {"naam": ("naam",), "adres": ("straatnaam", "huisnummer")}
"""A name or an address counts as replaced if one of its columns has no word or number in common with its earlier value."""


def doubts(it: Examined) -> Iterator[Doubt]:
    """Yield the doubts about names and addresses: rows t of the delivery, beside those of the vault i."""
    for name in TEXTS:
        if it.has(name) and name != "wijk":
            yield from damaged(it, name, beside="i")
    for name, (shape, meant) in SHAPES.items():
        if name in it.batch.source.headers:
            yield _other_shape(name, shape, meant)
    for name, column in it.contract.columns.items():
        if column.identity:
            meaning = f"Known agreements that had a {name} and have none now. Ask whether the export lost the column."
            yield share(
                f"{name}.emptied.share",
                f"i.{name} IS NOT NULL",
                f"t.{name} IS NULL",
                meaning,
                most=EMPTIED,
                least=EMPTIED_FROM,
            )
    for name in CUT_TEXTS:
        if name in it.batch.source.headers:
            yield _cut(name)
    for name, parts in WORDS.items():
        if all(map(it.has, parts)):
            other = " OR ".join(map(_other_words, parts))
            yield changed(name, f"t.{parts[0]} IS NOT NULL AND i.{parts[0]} IS NOT NULL", other)
    for name, home_fact in HOMES.items():
        yield _shared_by_homes(it, name, home_fact)


def damaged(it: Examined, name: str, *, beside: str) -> Iterator[Doubt]:
    """Doubt values that look damaged and that the agreement did not have before, and known values that lost all letters such as ê."""
    pattern, old = TEXTS[name], f"{beside}.{name}"
    looks = f"CASE WHEN t.{name} IS DISTINCT FROM {old} THEN regexp_matches(t.{name}, {literal(pattern)}) END"
    meaning = f"Share of the values of {name} that are new and look damaged. {MEND[pattern]}"
    yield share(f"{name}.damaged.share", f"t.{name} IS NOT NULL", looks, meaning, few=it.gates.tolerated_rows)
    had = f"t.{name} IS NOT NULL AND strlen({old}) > length({old})"  # more bytes than characters
    meaning = f"Share of the values of {name} with letters such as ê or ç that have none now. {MEND[DAMAGE]}"
    lost = f"strlen(t.{name}) = length(t.{name})"
    yield share(f"{name}.letters_lost.share", had, lost, meaning, most=LOST, few=LOST_FROM - 1)


def changed(name: str, known: str, other: str) -> Doubt:
    """Doubt known agreements whose value changed in a column that seldom changes."""
    meaning = f"Known agreements with another {name} than before: perhaps a column was sorted or shifted without the others."
    return share(f"{name}.changed.share", known, other, meaning, most=CHANGED, least=KNOWN_FROM)


def _other_words(name: str) -> str:
    """Return the condition that a text has no word or number in common with its earlier value."""
    new, old = (f"regexp_extract_all(strip_accents(lower({t}.{name})), '[a-z]{{3,}}|\\d+')" for t in "ti")
    return f"CASE WHEN t.{name} <> i.{name} THEN len({new}) > 0 AND len({old}) > 0 AND NOT list_has_any({new}, {old}) END"


def _other_shape(name: str, shape: str, meant: str) -> Doubt:
    """Doubt new values without the shape that the column should have: most of them, or some that replace a value with that shape."""

    def says(rows: int, other: int, shifted: int) -> Iterator[Figure]:
        if rows >= OTHER_FROM and (other > OTHER * rows or shifted > SHIFTED):
            value = max(other, shifted) / rows
            meaning = f"Share of the values of {name} that do not look like {meant}: perhaps columns are swapped, shifted or cut off."
            yield warn(f"{name}.other_shape.share", value, meaning, most=min(OTHER, value * 0.99))

    # A value from the corporation's own system comes each week, so it is new only once.
    other = f"CASE WHEN t.{name} IS DISTINCT FROM i.{name} THEN NOT regexp_matches(t.{name}, {literal(shape)}) END"
    replaced = f"CASE WHEN t.{name} <> i.{name} THEN regexp_matches(i.{name}, {literal(shape)}) END"
    return Doubt((f"count(t.{name})", count(other), count(f"{other} AND {replaced}")), says)


def _cut(name: str) -> Doubt:
    """Doubt texts of which only the beginning is left."""
    meaning = f"Share of the known texts in {name} of which only the beginning is left: they seem cut off."
    known, cut = (
        f"t.{name} IS NOT NULL AND i.{name} IS NOT NULL",
        f"t.{name} <> i.{name} AND starts_with(i.{name}, t.{name})",
    )
    return share(f"{name}.cut.share", known, cut, meaning, most=CUT, least=CUT_FROM)


def _shared_by_homes(it: Examined, name: str, home_fact: str) -> Doubt:
    """Doubt an address or telephone that most homes have in common."""

    def says(rows: int, values: int) -> Iterator[Figure]:
        # The number of values is an estimate, within a few per cent.
        if not rows or values > 1 + 1.1 * (1 - ONE) * rows:
            return
        most, homes = it.row(
            "SELECT coalesce(max(n), 0), coalesce(sum(n), 0) FROM (SELECT count(DISTINCT eenheid_id) AS n FROM typed "
            "WHERE verdict = 'new' AND {name} IS NOT NULL GROUP BY {name})",
            name=name,
        )
        if homes >= ONE_FROM and most > ONE * homes:
            meaning = f"Share of the homes with one and the same {home_fact}: perhaps the export is of a test environment."
            yield warn(f"{name}.same.share", most / homes, meaning, most=ONE)

    return Doubt((f"count(t.{name})", f"approx_count_distinct(t.{name})"), says)
