"""Type the rows of a delivery in the engine: mapping, casts, codes, and for each row the reasons why it cannot count.

All SQL is generated from contract and mapping; values of the mapping enter as quoted literals, headers as quoted
identifiers. Reasons and types come from the same contract, so a rule exists in one place.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from pipelines.installation.contracts import Column, Contract
from pipelines.installation.mapping import ExtractMapping, Reading
from pipelines.warehouse.sql import identifier, literal

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

    def text(self, name: str) -> str:
        """Give the delivered text of a canonical column; blanks and the source's null words are NULL."""
        if name in self.headers:
            value = f"trim({identifier(self.headers[name])}, chr(32) || chr(9) || chr(160))"
            nulls = ", ".join(literal(v.lower()) for v in ("", *self.reading.null_values))
            return f"CASE WHEN lower({value}) NOT IN ({nulls}){self._condition(name)} THEN {value} END"
        return literal(self.constants[name]) if name in self.constants else "NULL::VARCHAR"

    def _condition(self, name: str) -> str:
        when = self.mapping.when.get(name)
        if when is None:
            return ""
        values = ", ".join(literal(v.strip().lower()) for v in when.values)
        return f" AND lower(trim({identifier(self.when_headers[name])})) IN ({values})"


def decimal_sql(names: list[str]) -> str:
    """Count, over the amount columns of `texts`, the values that show a decimal comma, a decimal point or neither."""
    values = " UNION ALL ".join(f"SELECT {_bare_amount(n)} AS v FROM texts" for n in names)
    return (
        r"SELECT count(*) FILTER (regexp_matches(v, ',(\d{1,2}|\d{2}0{2,})$')), "
        r"count(*) FILTER (regexp_matches(v, '\.(\d{1,2}|\d{2}0{2,})$')), "
        r"count(*) FILTER (regexp_matches(v, '\d[.,]\d{3}$')), "
        rf"coalesce(bool_and(regexp_full_match(v, '{AMOUNT['typed']}')), true) FROM ({values}) WHERE v IS NOT NULL"
    )


def text_sql(contract: Contract, source: Source) -> str:
    """Select line and the delivered text of every canonical column."""
    columns = ", ".join(f"{source.text(name)} AS {name}" for name in contract.columns)
    return f"SELECT line, {columns} FROM delivered"


def typed_sql(contract: Contract, source: Source, *, peildatum: date, decimal: str, pepper: str) -> str:
    """Select from `texts`: line, reasons (list of text), every canonical column typed, row and key hash."""
    values = {
        name: _value(name, column, source, decimal, pepper) for name, column in contract.columns.items()
    }
    typed = ", ".join(f"{value} AS {name}" for name, value in values.items())
    late = f"DATE '{peildatum.isoformat()}'"
    reasons: list[str] = []
    for name, column in contract.columns.items():
        reasons += _reasons(name, column, late)
    for key in contract.key:
        if "|" in key:
            names = [part.strip() for part in key.split("|")]
            reasons.append(
                f"CASE WHEN coalesce({', '.join('t.' + n for n in names)}) IS NULL THEN 'missing {' or '.join(names)}' END"
            )
    extra = ""
    if contract.extract == "huurovereenkomsten":
        extra = f", {_address_key(pepper)} AS adres_key"
    spent = ", ".join(f"text_{name}" for name, column in contract.columns.items() if not column.replace)
    return (
        f"SELECT * EXCLUDE ({spent}), [x FOR x IN [{', '.join(reasons)}] IF x IS NOT NULL] AS reasons FROM "
        f"(SELECT t.line, {', '.join(f't.{n} AS text_{n}' for n in contract.columns)}, {typed}{extra} FROM texts t) t"
    )


def hash_sql(names: list[str]) -> str:
    """Hash columns or expressions into 128 bits; NULL differs from every text."""
    parts = ", ".join(f"coalesce(CAST({name} AS VARCHAR), chr(30))" for name in names)
    return f"md5_number(concat_ws(chr(31), {parts}))"


def code_map(column: Column, local: dict[str, str]) -> dict[str, str]:
    """Map lower-case delivered values to canonical codes; the mapping goes before the list."""
    codes = {code.lower(): code for code in column.codes}
    codes |= {key.strip().lower(): value for key, value in local.items()}
    return {key: column.replace.get(code, code) for key, code in codes.items()}


def _value(name: str, column: Column, source: Source, decimal: str, pepper: str) -> str:
    text = f"t.{name}"
    if column.codes:
        pairs = code_map(column, source.mapping.codes.get(name, {}))
        entries = ", ".join(f"{literal(k)}: {literal(v)}" for k, v in pairs.items())
        return f"coalesce(MAP {{{entries}}}[lower({text})], {text})"
    if column.type == "date":
        return f"CAST({_timestamp(text, source.reading)} AS DATE)"
    if column.type == "timestamp":
        return _timestamp(text, source.reading)
    if column.type == "dates":
        parsed = _timestamp("trim(x)", source.reading)
        split = f"[x FOR x IN string_split({text}, '|') IF trim(x) <> '' AND NOT ({_is_sentinel('trim(x)')})]"
        days = f"list_transform({split}, lambda x: CAST({parsed} AS DATE))"
        # list_distinct drops NULL: a day that cannot be read must stay to be seen.
        unread = f"len(list_filter({days}, lambda x: x IS NULL)) > 0"
        return f"CASE WHEN {unread} THEN [NULL::DATE] ELSE list_sort(list_distinct({days})) END"
    if column.type == "euro":
        return _amount(text, decimal)
    if column.type == "bool":
        return (
            f"CASE WHEN lower({text}) IN ('ja','j','1','true','waar','yes','y') THEN true "
            f"WHEN lower({text}) IN ('nee','n','0','false','onwaar','no') THEN false END"
        )
    if column.pseudonym:
        return f"CASE WHEN {text} IS NOT NULL THEN left(sha256({literal(pepper)} || {text}), 32) END"
    return text


def _timestamp(text: str, reading: Reading) -> str:
    """Parse a date or moment; a moment with an offset becomes Dutch local time, no-date sentinels become NULL."""
    formats = [*reading.date_formats, *DUTCH_FORMATS] if reading.date_formats else list(DUTCH_FORMATS)
    listed = ", ".join(literal(f) for f in formats)
    iso = ", ".join(literal(f) for f in ISO_FORMATS)
    moment = (
        rf"CASE WHEN regexp_matches({text}, '^\d{{4}}-\d\d-\d\dT.*(Z|[+-]\d\d:?\d\d)$') "
        f"THEN timezone('Europe/Amsterdam', TRY_CAST({text} AS TIMESTAMPTZ)) "
        rf"WHEN regexp_matches({text}, '^\d{{4}}-\d\d-\d\d') THEN try_strptime({text}, [{iso}]) "
        f"ELSE try_strptime({text}, [{listed}]) END"
    )
    sentinels = ", ".join(f"DATE '{d}'" for d in NO_DATE)
    return f"CASE WHEN CAST({moment} AS DATE) NOT IN ({sentinels}) THEN {moment} END"


def _bare_amount(text: str) -> str:
    bare = rf"regexp_replace(replace(replace({text}, '€', ''), 'EUR', ''), '[\s' || chr(160) || ']', '', 'g')"
    return rf"regexp_replace({bare}, '^([^-].*)-$', '-\1')"


def _amount(text: str, decimal: str) -> str:
    bare = _bare_amount(text)
    plain = {
        ",": f"replace(replace({bare}, '.', ''), ',', '.')",
        ".": f"replace({bare}, ',', '')",
        "typed": bare,
    }[decimal]
    return f"CASE WHEN regexp_full_match({bare}, '{AMOUNT[decimal]}') THEN round(TRY_CAST({plain} AS DOUBLE), 2) END"


def _is_sentinel(text: str) -> str:
    days = [f"{d[8:]}-{d[5:7]}-{d[:4]}" for d in NO_DATE]
    return " OR ".join(f"starts_with({text}, '{d}')" for d in [*NO_DATE, *days])


def _reasons(name: str, column: Column, late: str) -> list[str]:
    """Give the CASE expressions that name what is wrong with one column of a row."""
    text, rules = f"t.text_{name}", []
    if column.required:
        rules.append(f"CASE WHEN {text} IS NULL THEN 'missing {name}' END")
    if column.type in ("date", "timestamp"):
        rules.append(
            f"CASE WHEN {text} IS NOT NULL AND t.{name} IS NULL AND NOT ({_is_sentinel(text)}) THEN 'bad date {name}' END"
        )
        if column.required:
            rules.append(
                f"CASE WHEN {text} IS NOT NULL AND t.{name} IS NULL AND ({_is_sentinel(text)}) THEN 'missing {name}' END"
            )
        rules.append(f"CASE WHEN CAST(t.{name} AS DATE) < DATE '1901-01-01' THEN 'bad date {name}' END")
    if column.type == "dates":
        unread = f"len(t.{name}) = 1 AND t.{name}[1] IS NULL"
        rules.append(
            f"CASE WHEN {unread} OR list_min(t.{name}) < DATE '1901-01-01' THEN 'bad date {name}' END"
        )
    if column.latest:
        bound = late + (f" + INTERVAL '{column.latest.split(' + ')[1]}'" if " + " in column.latest else "")
        day = f"list_max(t.{name})" if column.type == "dates" else f"CAST(t.{name} AS DATE)"
        rules.append(f"CASE WHEN {day} > {bound} THEN 'date too late {name}' END")
    if column.type == "euro":
        rules.append(f"CASE WHEN {text} IS NOT NULL AND t.{name} IS NULL THEN 'bad amount {name}' END")
        if column.least is not None and column.most is not None:
            rules.append(
                f"CASE WHEN t.{name} NOT BETWEEN {column.least} AND {column.most} THEN 'amount out of range {name}' END"
            )
    if column.type == "bool":
        rules.append(f"CASE WHEN {text} IS NOT NULL AND t.{name} IS NULL THEN 'bad yes/no {name}' END")
    if column.codes and column.unknown == "quarantine":
        known = ", ".join(literal(c) for c in column.codes)
        rules.append(
            f"CASE WHEN {text} IS NOT NULL AND t.{name} NOT IN ({known}) THEN 'unknown code {name}' END"
        )
    if column.refuse:
        refused = ", ".join(literal(c) for c in column.refuse)
        rules.append(f"CASE WHEN t.{name} IN ({refused}) THEN 'forbidden content {name}' END")
    if column.type in ("text", "code", "choice"):
        most = TEXT_LENGTH if column.identity or not name.endswith("_id") else IDENTIFIER_LENGTH
        rules.append(f"CASE WHEN len({text}) > {most} THEN 'too long {name}' END")
    return rules


def _address_key(pepper: str) -> str:
    """Hash the postal address with the installation's secret: equal addresses meet, none can be read back."""
    area = "coalesce(replace(t.postcode, ' ', ''), t.straatnaam || '/' || coalesce(t.woonplaats, ''))"
    rest = "t.huisnummer, coalesce(t.huisletter, ''), coalesce(t.huisnummertoevoeging, '')"
    parts = f"upper(concat_ws('|', {area}, {rest}))"
    given = "t.huisnummer IS NOT NULL AND (t.postcode IS NOT NULL OR t.straatnaam IS NOT NULL)"
    return f"CASE WHEN {given} THEN left(sha256({literal(pepper)} || {parts}), 32) END"
