"""Judge the identifiers of a delivery: those that a spreadsheet rounded, and placeholders for nobody."""

from __future__ import annotations

import duckdb

from pipelines.installation.contracts import Contract
from pipelines.installation.errors import DeliveryError
from pipelines.installation.sql import Sql, fill, join, literal, literals
from pipelines.parsing.source import Source
from pipelines.reading.delivery import Kind

_SCIENTIFIC = r"^\d([.,]\d+)?E\+\d\d+$"
DIGITS = 15
"""A number cell keeps this many digits; the others become zeros."""


def identifier_columns(contract: Contract, source: Source) -> list[str]:
    """Return the delivered columns that hold identifiers, apart from the corporation."""
    return [name for name in contract.columns if name.endswith("_id") and name in source.headers]


def refuse_rounded(con: duckdb.DuckDBPyConnection, file: str, contract: Contract, source: Source) -> None:
    """Refuse a delivery with identifiers that a spreadsheet rounded, from the temporary table `texts`.

    Real identifiers that differ become equal when rounded, so different tenants would become one.

    Raises
    ------
    DeliveryError
        An identifier is written as `1,00235E+11`, or a number cell holds one of more than `DIGITS` digits.
    """
    for name in identifier_columns(contract, source):
        rounded = [fill("regexp_matches({name}, {form})", name=name, form=literal(_SCIENTIFIC))]
        if kind := source.kind_in_texts(name):
            rounded.append(
                fill(
                    "{kind} = {number} AND abs(TRY_CAST({name} AS DOUBLE)) >= {most}",
                    kind=kind,
                    number=literal(Kind.NUMBER),
                    name=name,
                    most=10**DIGITS,
                )
            )
        query = fill(
            "SELECT count(*), min(line) FROM texts t WHERE {rounded}", rounded=Sql(join(rounded, " OR "))
        )
        count, line = con.execute(query).fetchall()[0]
        if count:
            raise DeliveryError(
                file,
                f"a spreadsheet rounded {count} identifiers.",
                line=line,
                column=source.headers[name],
                mend="Export them as text; in Excel, format the column as text before the numbers come in.",
            )


_NOBODY = (
    r"(?i)^(onbekend\w*|anonie?m\w*|anonymous|unknown|n\.?v\.?t\.?|geen|leeg|leegstand|dummy|test|diverse?n?|niemand|null|none|nan"
    r"|x+|[-?.*#/_]+|[a-z]{0,5}[-_ ]?0+|9{4,})$"
)
MOST_HOMES = 5
"""More homes than this at once make it doubtful that a tenant number is one person."""


def person_sql(text: Sql, contract: Contract, nobody: tuple[str, ...], *, required: bool) -> Sql:
    """Return the id of a person in `texts` t. A placeholder such as ONBEKEND means nobody.

    If a row must have a person, each agreement with a placeholder gets a separate person, so that their tenants are never
    taken for one household. Otherwise the person is unknown.
    """
    placeholder = nobody_sql(text, nobody)
    own = fill("{text} || ' ' || t.{own}", text=text, own=contract.own_id) if required else Sql("NULL")
    return fill(
        "CASE WHEN {placeholder} THEN {own} ELSE {text} END", placeholder=placeholder, own=own, text=text
    )


def nobody_sql(text: Sql, nobody: tuple[str, ...]) -> Sql:
    """Return the condition that a text is a placeholder for nobody; `nobody` holds the words of the mapping."""
    words = [fill("regexp_matches({text}, {form})", text=text, form=literal(_NOBODY))]
    if nobody:
        words.append(
            fill(
                "lower({text}) IN ({words})",
                text=text,
                words=literals(word.strip().lower() for word in nobody),
            )
        )
    return Sql("(" + join(words, " OR ") + ")")


def canonical_sql(text: Sql) -> Sql:
    """Return an id without leading zeros, prefix, signs and blanks, in capitals: what a spreadsheet or a person may drop."""
    bare = fill("upper(regexp_replace({text}, '[^A-Za-z0-9]', '', 'g'))", text=text)
    return fill("coalesce(nullif(regexp_replace({bare}, '^[A-Z]*0*', ''), ''), {bare})", bare=bare)
