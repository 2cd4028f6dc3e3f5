"""Convert delivered amounts to euro, with the decimal sign that the values of each column prove."""

from __future__ import annotations

import duckdb

from pipelines.installation.contracts import Contract
from pipelines.installation.sql import Sql, fill, literal, literals, read_sql
from pipelines.parsing.conventions import SHOWN, Choice, Evidence, Example, settle
from pipelines.parsing.source import Source
from pipelines.reading.delivery import Kind

_WHOLE = {
    ",": r"(?:[1-9]\d{0,2}(?:\.\d{3})+|[1-9]\d{0,2}(?: \d{3})+|\d+)",
    ".": r"(?:[1-9]\d{0,2}(?:,\d{3})+|[1-9]\d{0,2}(?: \d{3})+|\d+)",
}
# One or two decimals, or padded with zeros as SQL exports do. Three decimals could be a group of thousands.
AMOUNT = {
    sign: rf"^[-+]?(?:{whole}(?:[{sign}](?:\d{{1,2}}|\d{{2}}0+))?|[{sign}]\d{{1,2}})$"
    for sign, whole in _WHOLE.items()
}
_FITS = {sign: rf"^[-+]?(?:{whole}(?:[{sign}]\d+)?|[{sign}]\d+)$" for sign, whole in _WHOLE.items()}
_NUMBER = r"^[-+]?\d+(\.\d+)?([eE][-+]?\d+)?$"
_SIGNS = (",", ".")
_NUMBERS = literals((Kind.NUMBER, Kind.EXACT))


def amount_sql(text: Sql, kind: Sql | None, sign: str) -> Sql:
    """Return an amount in euro; NULL where the text is not an amount with this decimal sign.

    A cell that holds a number needs no decimal sign, and a boolean or a date is not an amount. `kind` is None where all
    values are text.
    """
    bare = bare_sql(text)
    typed = fill(
        "CASE WHEN regexp_full_match({bare}, {pattern}) THEN round(TRY_CAST({plain} AS DOUBLE), 2) END",
        bare=bare,
        pattern=literal(AMOUNT[sign]),
        plain=_plain(bare, sign),
    )
    if kind is None:
        return typed
    return fill(
        "CASE WHEN {kind} = {as_text} THEN {typed} WHEN {kind} IN ({numbers}) AND regexp_full_match({text}, {number}) "
        "THEN round(TRY_CAST({text} AS DOUBLE), 2) END",
        kind=kind,
        as_text=literal(Kind.TEXT),
        typed=typed,
        numbers=_NUMBERS,
        text=text,
        number=literal(_NUMBER),
    )


def from_cents_sql(cents: Sql) -> Sql:
    """Return an amount in euro from one in whole cents; NULL where it has a fraction, because then it is not in cents."""
    return fill("CASE WHEN {cents} = round({cents}) THEN round({cents} / 100, 2) END", cents=cents)


def bare_sql(text: Sql) -> Sql:
    r"""Return an amount without currency and outer blanks, and with a minus sign in front if it is negative.

    `-45,00`, `45,00-`, `(45,00)` and `45,00 CR` are negative; `45,00 DR` is positive. `650,-` is 650. An amount with two signs
    keeps one of them, so that no pattern fits it.
    """
    steps = (
        (r"[\s\x{00A0}\x{2007}\x{2009}\x{202F}]+", " "),
        (r"[\x{2212}\x{2013}]", "-"),
        (r"(?i)€|EURO?", ""),
        (r"^ +| +$", ""),
        (r"[.,]-{1,2}( ?\)?)$", r"\1"),
        (r"^\( ?([^-+()A-Za-z]*\d) ?\)$", r"-\1"),
        (r"^([^-+()A-Za-z]*\d) ?-$", r"-\1"),
        (r"(?i)^([^-+()A-Za-z]*\d) ?(?:CR?|CREDIT)$", r"-\1"),
        (r"(?i)^([^-+()A-Za-z]*\d) ?(?:DR?|DB|DEBIT|DEBET)$", r"\1"),
        (r"^([-+]) +", r"\1"),
    )
    bare = text
    for pattern, replacement in steps:
        bare = fill(
            "regexp_replace({bare}, {pattern}, {replacement}, 'g')",
            bare=bare,
            pattern=literal(pattern),
            replacement=literal(replacement),
        )
    # Most amounts are bare already, and one test costs less than ten replacements.
    return fill(
        "CASE WHEN regexp_full_match({text}, {plain}) THEN {text} ELSE {bare} END",
        text=text,
        plain=literal(r"-?\d+([.,]\d+)?"),
        bare=bare,
    )


def decimal_signs(
    con: duckdb.DuckDBPyConnection, file: str, contract: Contract, source: Source
) -> dict[str, str]:
    """Settle the decimal sign of each column with amounts, from the temporary table `texts`.

    Returns
    -------
    dict
        Column -> "," or ".".

    Raises
    ------
    DeliveryError
        See `pipelines.parsing.conventions.settle`.
    """
    signs = {}
    for name, column in contract.columns.items():
        if column.type == "euro":
            declared = source.mapping.decimals.get(name, source.reading.decimal)
            at = None if declared == "auto" else _SIGNS.index(declared)
            if name in source.headers:
                at = settle(file, _evidence(con, name, source), _choice(contract, name), declared=at)
            signs[name] = _SIGNS[1 if at is None else at]
    return signs


def _choice(contract: Contract, name: str) -> Choice:
    table = f"[extracts.{contract.extract}.decimals]"
    return Choice(("decimal comma", "decimal point"), (f'{table} {name} = ","', f'{table} {name} = "."'))


def _evidence(con: duckdb.DuckDBPyConnection, name: str, source: Source) -> Evidence:
    kind = source.kind_in_texts(name)
    is_text = fill("{kind} = {as_text}", kind=kind, as_text=literal(Kind.TEXT)) if kind else Sql("true")
    bare = bare_sql(fill("{name}", name=name))
    query = fill(
        read_sql(__package__, "amount_evidence"),
        example=Sql("{'line': line, 'bare': bare, 'comma': as_comma, 'point': as_point}"),
        shown=SHOWN,
        comma=literal(_FITS[","]),
        point=literal(_FITS["."]),
        as_comma=_plain(Sql("bare"), ","),
        as_point=_plain(Sql("bare"), "."),
        bare=bare,
        name=name,
        is_text=is_text,
    )
    commas, comma_line, points, point_line, undecided, examples = con.execute(query).fetchall()[0]
    return Evidence(
        source.headers[name],
        (commas, points),
        (comma_line, point_line),
        undecided,
        tuple(
            Example(e["line"], e["bare"], (f"{e['comma']:.2f}", f"{e['point']:.2f}")) for e in examples or ()
        ),
    )


def _plain(bare: Sql, sign: str) -> Sql:
    """Return the amount as SQL writes a number."""
    other = "." if sign == "," else ","
    return fill(
        "replace(replace(replace({bare}, ' ', ''), {other}, ''), ',', '.')", bare=bare, other=literal(other)
    )
