"""Hide values of coded columns that do not look like a code: a name or a diagnosis can be typed into any column.

An unmapped code leaves the vault: the analyst sees it on the quality page, in the run report and in the portal, and puts it
into the mapping. So only a value that looks like a code is shown. For any other value the report gives its length and its
line; the row itself has `UNKNOWN` in its place, and the delivered row is kept in the quarantine.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import duckdb

from pipelines.installation.contracts import Contract
from pipelines.installation.sql import Sql, fill, join, literal, literals
from pipelines.parsing import rows
from pipelines.parsing.source import Source

UNKNOWN = "?"
"""The warehouse holds this instead of a hidden value."""
SHORT = re.compile(r"[A-Z0-9][A-Z0-9_./-]{0,11}")
"""A single word of capitals and digits, as systems write codes: shown even if it occurs once."""
LONGEST = 30
MOST = 20
"""Maximum number of different unmapped values in a column of codes: one with more holds texts, unless its values are repeated."""
IDENTIFYING = re.compile(r"\d[\d .-]{5,}\d|@")
"""Seven digits or more, as of a telephone or citizen service number, or an e-mail address."""
DESCRIBED = "a value of "
"""The beginning of what a report shows instead of a value; no code contains blanks."""
WORD = re.compile(r"[^\W_]+([_./-][^\W_]+)*")
LEAST_REPEATS = 3
"""In a column with more values, only a single word (`wet_leak`) that occurs in at least this many rows is shown, as a code."""
NAME_LETTERS = 3
"""Shorter words of names are initials and particles, which codes contain too."""


@dataclass(frozen=True)
class Hidden:
    """A value that is not shown: its column, its length in characters, the first line it is on, and its rows."""

    column: str
    length: int
    line: int
    rows: int

    @property
    def described(self) -> str:
        """What a report says in place of the value."""
        return f"{DESCRIBED}{self.length} characters, line {self.line}"


def looks_like_a_code(value: str, occurrences: int, names: frozenset[str]) -> bool:
    """Return whether an unmapped value may be shown.

    Parameters
    ----------
    value : str
        As delivered.
    occurrences : int
        Number of rows of the delivery with this value.
    names : frozenset of str
        Words of the names in the register, in lower case.

    Examples
    --------
    >>> looks_like_a_code("X99", 1, frozenset()), looks_like_a_code("X99 Jansen", 1, frozenset())
    (True, False)
    """
    if len(value) > LONGEST or IDENTIFYING.search(value) or names & set(words(value)):
        return False
    return occurrences > 1 or bool(SHORT.fullmatch(value))


def _is_word(value: str, occurrences: int) -> bool:
    return bool(WORD.fullmatch(value)) and occurrences >= LEAST_REPEATS


def words(text: str) -> Iterator[str]:
    """Yield the words of a text that a name could consist of, in lower case."""
    return (word for word in re.findall(r"[^\W\d_]+", text.lower()) if len(word) >= NAME_LETTERS)


def hide(con: duckdb.DuckDBPyConnection, contract: Contract, source: Source) -> tuple[Hidden, ...]:
    """Replace the values of coded columns in the temporary table `texts` that do not look like a code with `UNKNOWN`.

    Returns
    -------
    tuple of Hidden
        One per value, those of the first lines first.
    """
    hidden: list[Hidden] = []
    for name, column in contract.columns.items():
        if not column.codes or name not in source.headers:
            continue
        known = rows.code_map(column, source.mapping.codes.get(name, {}))
        query = fill(
            "SELECT {name}, count(*), min(line) FROM texts WHERE lower({name}) NOT IN ({known}) GROUP BY 1 ORDER BY 3",
            name=name,
            known=literals(known),
        )
        values = con.execute(query).fetchall()
        names = _names(con, contract) if values else frozenset()
        # A long list of codes, such as of defects, repeats itself; a column of texts has about as many values as rows.
        repeats = len(values) <= len(column.codes) and sum(
            number for _, number, _ in values
        ) >= LEAST_REPEATS * len(values)
        private = [
            (value, Hidden(name, len(value), line, number))
            for value, number, line in values
            if not looks_like_a_code(value, number, names)
            or (len(values) > MOST and not (repeats and _is_word(value, number)))
        ]
        if private:
            con.execute(
                "CREATE OR REPLACE TEMP TABLE private AS SELECT unnest(?::VARCHAR[]) AS value",
                [[v for v, _ in private]],
            )
            update = "UPDATE texts SET {name} = {unknown} WHERE {name} IN (SELECT value FROM private)"
            con.execute(fill(update, name=name, unknown=literal(UNKNOWN)))
            hidden += [value for _, value in private]
    return tuple(hidden)


def hides_sql(contract: Contract) -> Sql:
    """Return the SQL list of reasons for the columns of a row of `typed` whose value is hidden."""
    reasons = {
        name: literal(f"hidden value {name}") for name, column in contract.columns.items() if column.codes
    }
    hides = [
        fill(
            "CASE WHEN typed.{name} = {unknown} THEN {reason} END",
            name=name,
            unknown=literal(UNKNOWN),
            reason=reason,
        )
        for name, reason in reasons.items()
    ]
    return fill("list_filter(CAST([{hides}] AS VARCHAR[]), lambda x: x IS NOT NULL)", hides=join(hides))


def _names(con: duckdb.DuckDBPyConnection, contract: Contract) -> frozenset[str]:
    """Return the words of all names in the vault, if it is attached, and in the delivery itself."""
    queries = (
        ["SELECT DISTINCT naam FROM texts WHERE naam IS NOT NULL"] if "naam" in contract.identity else []
    )
    vault = (
        "SELECT count(*) > 0 FROM duckdb_tables() WHERE database_name = 'vault' AND table_name = 'tenancies'"
    )
    if con.execute(vault).fetchall()[0][0]:
        queries.append("SELECT DISTINCT naam FROM vault.main.tenancies WHERE naam IS NOT NULL")
    return frozenset(
        word for query in queries for (name,) in con.execute(query).fetchall() for word in words(name)
    )
