"""Generate the SQL that types the rows of a delivery and lists for each row the reasons why it cannot count.

The SQL follows from the contract and the mapping. Values of the mapping enter as quoted literals, headers as quoted
identifiers. Types and reasons come from the same contract, so each rule is written once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from pipelines.installation.contracts import REGISTER, Column, Contract
from pipelines.installation.sql import Sql, day_literal, fill, join, literal, literals, read_sql
from pipelines.parsing.amounts import amount_sql, from_cents_sql
from pipelines.parsing.dates import DATES, EPOCH, DateForm, moment_sql, no_date_sql
from pipelines.parsing.identifiers import person_sql
from pipelines.parsing.source import Source
from pipelines.reading.delivery import Kind

TOTAL_ROW = "total row in"
"""Reason of a row that sums up others."""
TOO_LATE = "date too late"
"""Reason of a date after the day of the delivery."""
FOREIGN = "foreign"
"""Reason of a row that names a corporation other than the one in whose folder its file is."""
PART = "is_part"
"""Column that marks a row as part of another one (`Contract.whole`)."""
TOTAL = r"(?i)(^|\W)(sub|eind)?tota(al|le?n?|ls?)(\W|$)"
"""The pattern of a total row's id; a total must never become an agreement."""
_LETTER = "[A-Za-zÀ-ÖØ-öø-ɏḀ-ỿ]"  # `\\p{L}` would hold all alphabets, and takes DuckDB 5 milliseconds to compile each time
WORDS, WORDS_MOST = rf"^\D*{_LETTER}{{3}}\D*$|{_LETTER}{{3,}} ", 0.05
"""An id of words, such as `Gemiddeld`, also marks a total if nearly all ids are numbers."""
IDENTIFIER_LENGTH, TEXT_LENGTH = 64, 250


@dataclass(frozen=True)
class Forms:
    """How the amounts and the dates of each column of a delivery are written."""

    signs: Mapping[str, str]
    days: Mapping[str, DateForm]


def typed_sql(
    contract: Contract,
    source: Source,
    *,
    peildatum: date,
    forms: Forms,
    pepper: str,
    corporations: tuple[str, ...] = (),
) -> Sql:
    """Return the query on `texts` for line, reasons (list of text) and every canonical column with its type.

    A row of a corporation that is not in `corporations` cannot count; if that is empty, any corporation is accepted.
    """
    typed = [
        fill(
            "{value} AS {name}", value=_value(name, column, contract, source, forms.signs, pepper), name=name
        )
        for name, column in contract.columns.items()
    ]
    late = day_literal(peildatum)
    reasons: list[Sql] = []
    if corporations:
        elsewhere = fill("t.corporatie_id NOT IN ({own})", own=literals(corporations))
        reasons.append(_reason(elsewhere, f"{FOREIGN} corporatie_id"))
    for name, column in contract.columns.items():
        reasons += _reasons(name, column, source, late)
        # A right may not be lost for an odd number.
        if name == contract.own_id and not (contract.rights or contract.answers):
            reasons.append(_reason(_named_by_words(name), f"{TOTAL_ROW} {name}"))
    for names in contract.key_columns:
        # A row of a right that names nobody is loaded, so that an analyst can resolve it.
        if len(names) > 1 and not contract.rights:
            filled = fill("coalesce({names})", names=[fill("t.{name}", name=name) for name in names])
            reasons.append(_reason(fill("{filled} IS NULL", filled=filled), f"missing {' or '.join(names)}"))
    if contract.whole:
        part = fill(
            "t.{whole} IS DISTINCT FROM t.{own} AND t.{whole} IS NOT NULL",
            whole=contract.whole,
            own=contract.own_id,
        )
        typed.append(fill("{part} AS {name}", part=part, name=PART))
    kinds = [f"kind_{name}" for name in contract.columns if source.kind(name)]
    if contract.extract == REGISTER:
        typed.append(fill("{key} AS adres_key", key=_address_key(pepper)))
    dates = {name: f"date_{name}" for name in contract.columns if _is_dated(name, contract, source)}
    return fill(
        "SELECT * EXCLUDE ({spent}), [x FOR x IN [{reasons}] IF x IS NOT NULL] AS reasons FROM "
        "(SELECT t.line, {texts}, {typed} FROM (SELECT {read} FROM texts t) t) t",
        spent=[
            *(f"text_{name}" for name, column in contract.columns.items() if not column.replace),
            *kinds,
            *dates.values(),
        ],
        # A value and several reasons follow from each date: to write its SQL once halves the time to plan the query.
        read=[
            Sql("t.*"),
            *(
                fill("{date} AS {name}", date=_date(name, contract.columns[name], source, forms), name=date)
                for name, date in dates.items()
            ),
        ],
        reasons=reasons,
        texts=[
            *(fill("t.{name} AS {text}", name=name, text=f"text_{name}") for name in contract.columns),
            *kinds,
            *dates.values(),
        ],
        typed=typed,
    )


def code_map(column: Column, local: dict[str, str]) -> dict[str, str]:
    """Map lower-case delivered values to canonical codes; the mapping overrides the list."""
    codes = {code.lower(): code for code in column.codes}
    codes |= {key.strip().lower(): value for key, value in local.items()}
    return {key: column.replace.get(code, code) for key, code in codes.items()}


def _value(
    name: str, column: Column, contract: Contract, source: Source, signs: Mapping[str, str], pepper: str
) -> Sql:
    """Return a column of `texts` with its type; NULL where the text does not fit it."""
    if _is_absent(name, column, source):
        return fill("NULL::{type}", type=Sql(column.sql_type))
    text = fill("t.{name}", name=name)
    if contract.whole and name == contract.own_id:
        text = fill("coalesce(t.{whole}, t.{name})", whole=contract.whole, name=name)
    if column.trims:
        text = fill("nullif(trim({text}, {signs}), '')", text=text, signs=literal(column.trims))
    if column.fills:
        text = fill("nullif(ltrim({text}, {signs}), '')", text=text, signs=literal(column.fills))
    if column.person:
        text = person_sql(text, contract, source.reading.nobody, required=column.required)
    if column.codes:
        pairs = code_map(column, source.mapping.codes.get(name, {}))
        entries = [fill("{key}: {code}", key=literal(k), code=literal(v)) for k, v in pairs.items()]
        mapped = fill("coalesce(MAP {entries}[lower({text})], {text})", entries=_braced(entries), text=text)
        return fill("nullif({mapped}, '')", mapped=mapped)
    if column.type in ("date", "timestamp"):
        return fill(
            "CASE WHEN CAST(t.{moment} AS DATE) NOT IN ({none}) THEN CAST(t.{moment} AS {type}) END",
            moment=f"date_{name}",
            none=no_date_sql(source.reading.no_dates),
            type=Sql(column.sql_type),
        )
    if column.type == "dates":
        # list_distinct drops NULL, which would hide a day that cannot be read.
        return fill(
            "CASE WHEN len(list_filter(t.{days}, lambda x: x IS NULL)) > 0 THEN [NULL::DATE] "
            "ELSE list_sort(list_distinct(t.{days})) END",
            days=f"date_{name}",
        )
    if column.type == "euro":
        amount = amount_sql(text, source.kind_in_texts(name), signs[name])
        return from_cents_sql(amount) if name in source.mapping.cents else amount
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


def _is_absent(name: str, column: Column, source: Source) -> bool:
    """Return whether every value of a column is NULL and may be: planning its checks takes longer than a small delivery.

    A text never is: homes are found by an address, and their ids come into a column that was not delivered.
    """
    return not (source.has(name) or column.required or column.type == "text")


def _is_dated(name: str, contract: Contract, source: Source) -> bool:
    column = contract.columns[name]
    return column.type in DATES and not _is_absent(name, column, source)


def _braced(entries: Iterable[Sql]) -> Sql:
    return Sql("{" + join(entries) + "}")


def _date(name: str, column: Column, source: Source, forms: Forms) -> Sql:
    """Return the moment in a column of `texts`, also if it means no date; of a list, separated by "|", all days that do not.

    A day of a list that cannot be read is NULL.
    """
    text, form = fill("t.{name}", name=name), forms.days[name]
    if column.type != "dates":
        return moment_sql(text, source.kind_in_texts(name), form)
    return fill(
        "[d FOR d IN list_transform([x FOR x IN string_split({text}, '|') IF ltrim(x, '0./-: T') <> ''], "
        "lambda x: CAST({moment} AS DATE)) IF d IS NULL OR d NOT IN ({none})]",
        text=text,
        moment=moment_sql(Sql("trim(x)"), None, form),
        none=no_date_sql(source.reading.no_dates),
    )


def _reason(condition: Sql, reason: str) -> Sql:
    """Return a reason where a condition holds, else NULL."""
    return fill("CASE WHEN {condition} THEN {reason} END", condition=condition, reason=literal(reason))


def _reasons(name: str, column: Column, source: Source, late: Sql) -> list[Sql]:
    """Return the expressions that name what is wrong with one column of a row."""
    reasons: list[Sql] = []
    if _is_absent(name, column, source):
        return reasons

    def refuse(condition: str, reason: str, **parts: Sql | float) -> None:
        text, value = fill("t.{name}", name=f"text_{name}"), fill("t.{name}", name=name)
        own = {key: part for key, part in {"text": text, "value": value}.items() if f"{{{key}}}" in condition}
        reasons.append(_reason(fill(condition, **own, **parts), f"{reason} {name}"))

    if column.required:
        refuse("{text} IS NULL", "missing")
    if column.type in ("date", "timestamp"):
        moment = fill("t.{name}", name=f"date_{name}")
        refuse("{text} IS NOT NULL AND {value} IS NULL AND {moment} IS NULL", "bad date", moment=moment)
        if column.required:
            refuse(
                "{text} IS NOT NULL AND {value} IS NULL AND {moment} IS NOT NULL", "missing", moment=moment
            )
        else:
            refuse("CAST({value} AS DATE) = {epoch}", "perhaps no date in", epoch=day_literal(EPOCH))
        refuse("CAST({value} AS DATE) < DATE '1901-01-01'", "bad date")
    if column.type == "dates":
        refuse("len({value}) = 1 AND {value}[1] IS NULL OR list_min({value}) < DATE '1901-01-01'", "bad date")
    if column.latest:
        bound = late
        if " + " in column.latest:
            bound = fill("{late} + INTERVAL {more}", late=late, more=literal(column.latest.split(" + ")[1]))
        day = "list_max({value})" if column.type == "dates" else "CAST({value} AS DATE)"
        refuse(day + " > {bound}", TOO_LATE, bound=bound)
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
    if column.type == "text" and (kind := source.kind_in_texts(name)):
        refuse("{kind} IN ({other})", "not a text in", kind=kind, other=literals((Kind.BOOLEAN, Kind.DATE)))
    if name.endswith("_id") and column.type == "text":
        refuse("regexp_matches({text}, {total})", TOTAL_ROW, total=literal(TOTAL))
    if column.refuse:
        refuse("{value} IN ({refused})", "forbidden content", refused=literals(column.refuse))
    if column.type in ("text", "code", "choice"):
        most = TEXT_LENGTH if column.identity or not name.endswith("_id") else IDENTIFIER_LENGTH
        refuse("len({text}) > {most}", "too long", most=most)
    return reasons


def _named_by_words(name: str) -> Sql:
    """Return the condition that an id has words where nearly all others have none; `TOTAL` has a reason of its own."""
    return fill(
        "regexp_matches(t.{text}, {words}) AND NOT regexp_matches(t.{text}, {total}) "
        "AND (SELECT avg(regexp_matches({name}, {words})::INT) FROM texts) <= {most}",
        text=f"text_{name}",
        name=name,
        words=literal(WORDS),
        total=literal(TOTAL),
        most=WORDS_MOST,
    )


def _address_key(pepper: str) -> Sql:
    """Return a hash of the postal address with the installation's secret; equal addresses get equal keys."""
    return fill(read_sql(__package__, "address_key"), pepper=literal(pepper))
