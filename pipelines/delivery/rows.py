"""Generate the SQL that types the rows of a delivery and lists for each row the reasons why it cannot count.

The SQL follows from the contract and the mapping. Values of the mapping enter as quoted literals, headers as quoted
identifiers. Types and reasons come from the same contract, so each rule exists once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from pipelines.installation.calendar import AMSTERDAM
from pipelines.installation.contracts import REGISTER, Column, Contract
from pipelines.installation.mapping import ExtractMapping, Reading
from pipelines.installation.sql import Sql, fill, identifier, join, literal, literals, read_sql

ISO_FORMATS = (
    "%Y-%m-%d", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M",
    "%Y-%m-%d %H:%M:%S.%f", "%Y-%m-%dT%H:%M:%S.%f",
)  # fmt: skip
DUTCH_FORMATS = ("%d-%m-%Y", "%d-%m-%Y %H:%M", "%d-%m-%Y %H:%M:%S")
# What exports write where there is no date (Navision, SAP and SQL Server defaults).
NO_DATE = ("1753-01-01", "1900-01-01", "9999-12-31", "0001-01-01")
IDENTIFIER_LENGTH, TEXT_LENGTH = 64, 250
AMOUNT = {
    # One or two decimals, or padded with zeros as SQL exports do; three decimals could be a thousands separator.
    ",": r"^[-+]?(\d{1,3}(\.\d{3})+|\d+)(,(\d{1,2}|\d{2}0{2,}))?$",
    ".": r"^[-+]?(\d{1,3}(,\d{3})+|\d+)(\.(\d{1,2}|\d{2}0{2,}))?$",
    "typed": r"^[-+]?\d+(\.\d+)?([eE][-+]?\d+)?$",
}


@dataclass(frozen=True)
class Source:
    """Where each canonical column of one delivery comes from: header -> column, and constants."""

    headers: dict[str, str]
    constants: dict[str, str]
    reading: Reading
    mapping: ExtractMapping
    when_headers: dict[str, str] = field(default_factory=dict)

    def has(self, name: str) -> bool:
        """Return whether a canonical column is in the file or has a constant."""
        return name in self.headers or name in self.constants

    def text(self, name: str) -> Sql:
        """Return the delivered text of a canonical column; blanks and the source's null words are NULL."""
        if name in self.headers:
            return fill(
                "CASE WHEN lower({value}) NOT IN ({nulls}){condition} THEN {value} END",
                value=fill("trim({header}, chr(32) || chr(9) || chr(160))", header=self.headers[name]),
                nulls=literals(v.lower() for v in ("", *self.reading.null_values)),
                condition=self._condition(name),
            )
        return literal(self.constants[name]) if name in self.constants else Sql("NULL::VARCHAR")

    def _condition(self, name: str) -> Sql:
        when = self.mapping.when.get(name)
        if when is None:
            return Sql("")
        return fill(
            " AND lower(trim({header})) IN ({values})",
            header=self.when_headers[name],
            values=literals(v.strip().lower() for v in when.values),
        )


def decimal_sql(names: list[str]) -> Sql:
    """Return the query that counts the amounts of `texts` with a decimal comma, a decimal point or neither."""
    amounts = [
        fill("SELECT {amount} AS v FROM texts", amount=_bare_amount(identifier(name))) for name in names
    ]
    return fill(
        r"SELECT count(*) FILTER (regexp_matches(v, ',(\d{1,2}|\d{2}0{2,})$')), "
        r"count(*) FILTER (regexp_matches(v, '\.(\d{1,2}|\d{2}0{2,})$')), "
        r"count(*) FILTER (regexp_matches(v, '\d[.,]\d{3}$')), "
        "coalesce(bool_and(regexp_full_match(v, {number})), true) FROM ({amounts}) WHERE v IS NOT NULL",
        number=literal(AMOUNT["typed"]),
        amounts=join(amounts, " UNION ALL "),
    )


def text_sql(contract: Contract, source: Source) -> Sql:
    """Return the query for the line and the delivered text of every canonical column."""
    columns = [fill("{text} AS {name}", text=source.text(name), name=name) for name in contract.columns]
    return fill("SELECT line, {columns} FROM delivered", columns=columns)


def typed_sql(contract: Contract, source: Source, *, peildatum: date, decimal: str, pepper: str) -> Sql:
    """Return the query on `texts` for line, reasons (list of text) and every canonical column with its type."""
    typed = [
        fill("{value} AS {name}", value=_value(name, column, source, decimal, pepper), name=name)
        for name, column in contract.columns.items()
    ]
    late = Sql(f"DATE '{peildatum.isoformat()}'")
    reasons: list[Sql] = []
    for name, column in contract.columns.items():
        reasons += _reasons(name, column, late)
    for names in contract.key_columns:
        if len(names) > 1:
            filled = fill("coalesce({names})", names=[fill("t.{name}", name=name) for name in names])
            reasons.append(_reason(fill("{filled} IS NULL", filled=filled), f"missing {' or '.join(names)}"))
    if contract.extract == REGISTER:
        typed.append(fill("{key} AS adres_key", key=_address_key(pepper)))
    return fill(
        "SELECT * EXCLUDE ({spent}), [x FOR x IN [{reasons}] IF x IS NOT NULL] AS reasons FROM "
        "(SELECT t.line, {texts}, {typed} FROM texts t) t",
        spent=[f"text_{name}" for name, column in contract.columns.items() if not column.replace],
        reasons=reasons,
        texts=[fill("t.{name} AS {text}", name=name, text=f"text_{name}") for name in contract.columns],
        typed=typed,
    )


def hash_sql(names: Iterable[str]) -> Sql:
    """Return the 128-bit hash of columns or expressions; NULL differs from every text."""
    parts = [fill("coalesce(CAST({name} AS VARCHAR), chr(30))", name=name) for name in names]
    return fill("md5_number(concat_ws(chr(31), {parts}))", parts=parts)


def code_map(column: Column, local: dict[str, str]) -> dict[str, str]:
    """Map lower-case delivered values to canonical codes; the mapping goes before the list."""
    codes = {code.lower(): code for code in column.codes}
    codes |= {key.strip().lower(): value for key, value in local.items()}
    return {key: column.replace.get(code, code) for key, code in codes.items()}


def _value(name: str, column: Column, source: Source, decimal: str, pepper: str) -> Sql:
    """Return a column of `texts` with its type; NULL where the text does not fit it."""
    text = fill("t.{name}", name=name)
    if column.codes:
        pairs = code_map(column, source.mapping.codes.get(name, {}))
        entries = [fill("{key}: {code}", key=literal(k), code=literal(v)) for k, v in pairs.items()]
        return fill("coalesce(MAP {entries}[lower({text})], {text})", entries=_braced(entries), text=text)
    if column.type == "date":
        return fill("CAST({moment} AS DATE)", moment=_timestamp(text, source.reading))
    if column.type == "timestamp":
        return _timestamp(text, source.reading)
    if column.type == "dates":
        return _dates(text, source.reading)
    if column.type == "euro":
        return _amount(text, decimal)
    if column.type == "bool":
        return fill(
            "CASE WHEN lower({text}) IN ('ja','j','1','true','waar','yes','y') THEN true "
            "WHEN lower({text}) IN ('nee','n','0','false','onwaar','no') THEN false END",
            text=text,
        )
    if column.pseudonym:
        return fill(
            "CASE WHEN {text} IS NOT NULL THEN left(sha256({pepper} || {text}), 32) END",
            pepper=literal(pepper),
            text=text,
        )
    return text


def _braced(entries: Iterable[Sql]) -> Sql:
    return Sql("{" + join(entries) + "}")


def _dates(text: Sql, reading: Reading) -> Sql:
    """Return several days, separated by "|", as a sorted list; a list of one NULL if one of them cannot be read."""
    one = Sql("trim(x)")
    days = fill(
        "list_transform([x FOR x IN string_split({text}, '|') IF trim(x) <> '' AND NOT ({sentinel})], "
        "lambda x: CAST({moment} AS DATE))",
        text=text,
        sentinel=_is_sentinel(one),
        moment=_timestamp(one, reading),
    )
    # list_distinct drops NULL, which would hide a day that cannot be read.
    return fill(
        "CASE WHEN len(list_filter({days}, lambda x: x IS NULL)) > 0 THEN [NULL::DATE] "
        "ELSE list_sort(list_distinct({days})) END",
        days=days,
    )


def _timestamp(text: Sql, reading: Reading) -> Sql:
    """Return a date or moment; a moment with an offset becomes Dutch local time, a no-date sentinel becomes NULL."""
    formats = [*reading.date_formats, *DUTCH_FORMATS] if reading.date_formats else DUTCH_FORMATS
    moment = fill(
        r"CASE WHEN regexp_matches({text}, '^\d{4}-\d\d-\d\dT.*(Z|[+-]\d\d:?\d\d)$') "
        "THEN timezone({zone}, TRY_CAST({text} AS TIMESTAMPTZ)) "
        r"WHEN regexp_matches({text}, '^\d{4}-\d\d-\d\d') THEN try_strptime({text}, [{iso}]) "
        "ELSE try_strptime({text}, [{formats}]) END",
        text=text,
        zone=literal(AMSTERDAM),
        iso=literals(ISO_FORMATS),
        formats=literals(formats),
    )
    return fill(
        "CASE WHEN CAST({moment} AS DATE) NOT IN ({sentinels}) THEN {moment} END",
        moment=moment,
        sentinels=[Sql(f"DATE '{day}'") for day in NO_DATE],
    )


def _bare_amount(text: Sql) -> Sql:
    """Return an amount without currency and blanks, and with its minus sign in front."""
    return fill(
        "regexp_replace(regexp_replace(replace(replace({text}, '€', ''), 'EUR', ''), "
        r"'[\s' || chr(160) || ']', '', 'g'), '^([^-].*)-$', '-\1')",
        text=text,
    )


def _amount(text: Sql, decimal: str) -> Sql:
    bare = _bare_amount(text)
    plain = {
        ",": fill("replace(replace({bare}, '.', ''), ',', '.')", bare=bare),
        ".": fill("replace({bare}, ',', '')", bare=bare),
        "typed": bare,
    }[decimal]
    return fill(
        "CASE WHEN regexp_full_match({bare}, {pattern}) THEN round(TRY_CAST({plain} AS DOUBLE), 2) END",
        bare=bare,
        pattern=literal(AMOUNT[decimal]),
        plain=plain,
    )


def _is_sentinel(text: Sql) -> Sql:
    days = [*NO_DATE, *(f"{day[8:]}-{day[5:7]}-{day[:4]}" for day in NO_DATE)]
    return join(
        (fill("starts_with({text}, {day})", text=text, day=literal(day)) for day in days), between=" OR "
    )


def _reason(condition: Sql, reason: str) -> Sql:
    """Return a reason where a condition holds, else NULL."""
    return fill("CASE WHEN {condition} THEN {reason} END", condition=condition, reason=literal(reason))


def _reasons(name: str, column: Column, late: Sql) -> list[Sql]:
    """Return the expressions that name what is wrong with one column of a row."""
    reasons: list[Sql] = []

    def refuse(condition: str, reason: str, **parts: Sql | float) -> None:
        text, value = fill("t.{name}", name=f"text_{name}"), fill("t.{name}", name=name)
        own = {key: part for key, part in {"text": text, "value": value}.items() if f"{{{key}}}" in condition}
        reasons.append(_reason(fill(condition, **own, **parts), f"{reason} {name}"))

    if column.required:
        refuse("{text} IS NULL", "missing")
    if column.type in ("date", "timestamp"):
        sentinel = _is_sentinel(fill("t.{name}", name=f"text_{name}"))
        unread = "{text} IS NOT NULL AND {value} IS NULL AND "
        refuse(unread + "NOT ({sentinel})", "bad date", sentinel=sentinel)
        if column.required:
            refuse(unread + "({sentinel})", "missing", sentinel=sentinel)
        refuse("CAST({value} AS DATE) < DATE '1901-01-01'", "bad date")
    if column.type == "dates":
        refuse("len({value}) = 1 AND {value}[1] IS NULL OR list_min({value}) < DATE '1901-01-01'", "bad date")
    if column.latest:
        bound = late
        if " + " in column.latest:
            bound = fill("{late} + INTERVAL {more}", late=late, more=literal(column.latest.split(" + ")[1]))
        day = "list_max({value})" if column.type == "dates" else "CAST({value} AS DATE)"
        refuse(day + " > {bound}", "date too late", bound=bound)
    if column.type == "euro":
        refuse("{text} IS NOT NULL AND {value} IS NULL", "bad amount")
        if column.least is not None and column.most is not None:
            refuse(
                "{value} NOT BETWEEN {least} AND {most}",
                "amount out of range",
                least=column.least,
                most=column.most,
            )
    if column.type == "bool":
        refuse("{text} IS NOT NULL AND {value} IS NULL", "bad yes/no")
    if column.codes and column.unknown == "quarantine":
        known = literals(column.codes)
        refuse("{text} IS NOT NULL AND {value} NOT IN ({known})", "unknown code", known=known)
    if column.refuse:
        refuse("{value} IN ({refused})", "forbidden content", refused=literals(column.refuse))
    if column.type in ("text", "code", "choice"):
        most = TEXT_LENGTH if column.identity or not name.endswith("_id") else IDENTIFIER_LENGTH
        refuse("len({text}) > {most}", "too long", most=most)
    return reasons


def _address_key(pepper: str) -> Sql:
    """Return a hash of the postal address with the installation's secret; equal addresses get equal keys."""
    return fill(read_sql(__package__, "address_key"), pepper=literal(pepper))
