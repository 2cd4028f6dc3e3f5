"""Generate the SQL that takes the delivered text of every canonical column, before it gets a type (`rows.py`)."""

from __future__ import annotations

from pipelines.installation.contracts import Column, Contract
from pipelines.installation.sql import Sql, fill, literal
from pipelines.parsing.dates import DATES
from pipelines.parsing.source import Source

NO_ID = (
    r"(?i)^(0+|-+|null|none|nan|<na>|n/?a|n\.?v\.?t\.?|"
    r"#(n/a|n/b|ref!|verw!|value!|waarde!|name\?|naam\?|null!|leeg!|div/0!|deel/0!|num!|getal!))$"
)
"""Words that databases, pandas and spreadsheets write into a column of ids when there is no id.

Read as an id, a `0` in `hoofdzaak_id` would make all complaints about a home parts of one.
"""


def text_sql(contract: Contract, source: Source) -> Sql:
    """Return the query for the line and the delivered text of every canonical column."""
    columns = [
        fill("{text} AS {name}", text=_text(name, column, source), name=name)
        for name, column in contract.columns.items()
    ]
    for name in contract.columns:
        if kind := source.kind(name):
            columns.append(fill("{kind} AS {name}", kind=kind, name=f"kind_{name}"))
    return fill("SELECT line, {columns} FROM delivered", columns=columns)


def _text(name: str, column: Column, source: Source) -> Sql:
    """Return the delivered text of a column; in a column of ids, words that mean "no id" are NULL.

    Unicode is normalised to NFC, so a change in how an export writes accents changes no value.
    """
    text = source.text(name)
    formats = source.mapping.date_formats.get(name, source.reading.date_formats)
    if column.type == "dates" and not any(" " in form for form in formats):
        text = _separated(text)
    if column.type in DATES and name in source.headers:
        return _filled(text)
    if column.type == "text" and name in source.headers:
        text = fill("nfc_normalize({text})", text=text)
    # A placeholder in a column of persons means nobody; `person_sql` counts it.
    if not name.endswith("_id") or column.type != "text" or column.person or name not in source.headers:
        return text
    return fill(
        "CASE WHEN NOT regexp_matches({text}, {none}) THEN {text} END", text=text, none=literal(NO_ID)
    )


def _separated(text: Sql) -> Sql:
    """Return the dates of one cell with `|` between them, also if a comma, semicolon, line break, blank or "en" is between them.

    Before a separator stands a digit and after it a whole date, so a time, and a comma before a fraction of a second, stay.
    """
    year = r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{4}"
    pattern = rf"(\d)(?:\s*[,;]\s*|\s+)(?:(?:en|and|&|\+)\s+)?((?:{year})\b)|(\d)\s*[,;]?\s+(?:(?:en|and|&|\+)\s+)?(\d{{8}}\b)"
    return fill(
        "regexp_replace({text}, {pattern}, {replacement}, 'g')",
        text=text,
        pattern=literal(pattern),
        replacement=literal(r"\1\3|\2\4"),
    )


def _filled(text: Sql) -> Sql:
    """Return the text of a date, or NULL for one of zeros only, as SAP (`00.00.0000`, `00000000`) and MySQL write that there is none."""
    return fill("CASE WHEN ltrim({text}, '0./-: T|') <> '' THEN {text} END", text=text)
