"""Mapping files: how one source system's export becomes the canonical form, without code."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from pipelines.installation.contracts import Contract, contracts
from pipelines.installation.errors import ConfigurationError
from pipelines.installation.toml_models import Strict, nearest, read_toml

_CODES = frozenset("aAbBcdDfgGHIjmMnpSuUVwWxXyYzZ%-")


def _known_codes(form: str) -> str:
    """Refuse a date format with a code that the warehouse's engine does not know."""
    unknown = [code for code in re.findall(r"%(.?)", form) if code not in _CODES]
    if unknown:
        raise ValueError(f"unknown code '%{unknown[0]}' in date format {form!r}")
    return form


def _is_date(day: str) -> str:
    date.fromisoformat(day)
    return day


_COMBINED = {
    "sum": ("euro",),
    "first": ("text", "code", "choice", "date", "timestamp", "euro", "bool"),
    "earliest": ("date", "timestamp"),
    "earliest due": ("date",),
    "latest": ("date", "timestamp"),
    "dates": ("dates",),
    "furthest": ("choice",),
}
DateFormat = Annotated[str, AfterValidator(_known_codes)]
"""A format of strptime, such as `%d-%m-%Y %H:%M`."""
Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Day = Annotated[str, AfterValidator(_is_date)]
"""A date as yyyy-mm-dd."""


def day_order(form: str) -> str:
    """Return the order of year, month and day in a date format: "dmY", "mdY", "Ymd", "Ydm", or "" for another.

    Examples
    --------
    >>> day_order("%d-%m-%Y %H:%M"), day_order("%Y-%d-%m")
    ('dmY', 'Ydm')
    """
    names = {"y": "Y", "Y": "Y", "m": "m", "b": "m", "B": "m", "d": "d"}
    return "".join(names[code] for code in re.findall(r"%-?([a-zA-Z])", form) if code in names)


class Reading(Strict):
    """How the files of a source are written; "auto" is detected per file and reported."""

    encoding: Literal["auto", "utf-8", "windows-1252", "utf-16"] = Field(
        default="auto", description="Character encoding of CSV files"
    )
    delimiter: Literal["auto", ";", ",", "\t", "|"] = Field(
        default="auto", description="Sign between the columns of CSV files"
    )
    quote: str = Field(
        default='"', max_length=1, description="Sign around values; empty if the source never quotes"
    )
    decimal: Literal["auto", ",", "."] = Field(
        default="auto", description="Decimal sign; auto lets each column prove its own"
    )
    date_formats: tuple[DateFormat, ...] = Field(
        default=(), description="Formats that are tried first, such as `%d/%m/%y`, `%Y%m%d` or `%m-%d-%Y`"
    )
    no_dates: tuple[Day, ...] = Field(
        default=(),
        description="Days (yyyy-mm-dd) that mean that there is no date, besides those of the contract",
    )
    nobody: tuple[Word, ...] = Field(
        default=(),
        description="Numbers or words that stand for no person, such as DIVERSEN; ONBEKEND and 9999 are known",
    )
    null_values: tuple[str, ...] = Field(
        default=(), description="Words that mean that a value is empty, such as NULL"
    )
    sheet: str | None = Field(
        default=None, description="Worksheet that is read, if more than one has content"
    )
    sheets: tuple[Word, ...] = Field(
        default=(),
        description="Worksheets with one header that are read as one table, such as one per wijk; `*` stands for any text",
    )
    skip_lines: int = Field(
        default=0, ge=0, le=100, description="Lines or rows above the header, such as titles"
    )
    repeated_header: bool = Field(
        default=False, description="Pass over a header that is repeated, as on each page of a printed list"
    )
    total_words: tuple[Word, ...] = Field(
        default=(), description="Pass over rows whose id, or any value if it is empty, begins with one"
    )


Combination = Literal["sum", "first", "earliest", "earliest due", "latest", "dates", "furthest"]
"""How several rows with the same key become one value."""


class When(Strict):
    """A column of the file has one of some values; capitals and outer blanks do not matter."""

    column: str = Field(description="Header in the file")
    values: tuple[str, ...] = Field(min_length=1, description="Values that count")


class Address(Strict):
    """Where the file has the address of a home."""

    postcode: str = Field(description="Header of the postcode")
    number: str | Annotated[tuple[str, ...], Field(min_length=2)] = Field(
        description="Header of the number, or headers of number, letter and addition"
    )


class ExtractMapping(Strict):
    """How the file of one extract becomes its canonical columns; in the tables, the name is that of a canonical column."""

    columns: dict[str, str | Annotated[tuple[str, ...], Field(min_length=2)]] = Field(
        default={},
        description="Header that holds the column; several are joined with a blank, with ` + ` if the column has codes, "
        "or into one list of dates",
    )
    constants: dict[str, str] = Field(default={}, description="Value for every row")
    codes: dict[str, dict[str, str]] = Field(
        default={},
        description='Canonical code for each local value; `""` maps to nothing, and as a local value it is an empty cell',
    )
    when: dict[str, When] = Field(
        default={}, description="Take the column only from rows that meet the condition"
    )
    only: tuple[When, ...] = Field(default=(), description="Read only rows that meet each condition")
    skip: tuple[When, ...] = Field(default=(), description="Leave out rows that meet one of the conditions")
    combine: dict[str, Combination] = Field(
        default={},
        description="Make one row of the rows with one key: how to combine the column. Each required amount needs a rule; rows that "
        "differ in a column without a rule contradict each other and are quarantined. `first` takes the first filled value in the order of "
        "the file, `furthest` the one that stands last in the contract's list, such as the furthest step of collection. With "
        "`earliest due`, rows that are due after the day of the list are passed over",
    )
    address: Address | None = Field(
        default=None,
        description="Look up the home of a row without one by its address; an address at which the register knows no home, or more "
        "than one, is quarantined. The register must be loaded first",
    )
    decimals: dict[str, Literal[",", "."]] = Field(default={}, description="Decimal sign of one column")
    cents: tuple[str, ...] = Field(
        default=(),
        description="Columns whose amounts are delivered in whole cents, such as `123450` for € 1.234,50",
    )
    date_formats: dict[str, tuple[DateFormat, ...]] = Field(
        default={}, description="Date formats of one column"
    )
    reading: Reading | None = Field(
        default=None, description="Keys that differ from `[reading]` for this extract"
    )

    def headers_of(self, name: str) -> tuple[str, ...]:
        """Return the headers that a canonical column is read from."""
        headers = self.columns.get(name, name)
        return (headers,) if isinstance(headers, str) else headers


class Mapping(Strict):
    """One mapping file of `mappings/`."""

    name: str = Field(description="The name that reports show; the same as that of the file")
    description: str = Field(default="", description="Which source system it reads")
    reading: Reading = Field(default=Reading(), description="How the files are written")
    extracts: dict[str, ExtractMapping] = Field(
        default={}, description="One table per extract that differs from the canonical form"
    )

    def of(self, extract: str) -> ExtractMapping:
        """Return the mapping of one extract; an extract that is not named is in canonical form."""
        return self.extracts.get(extract, ExtractMapping())

    def reading_of(self, extract: str) -> Reading:
        """Return how the files of one extract are written: what it sets itself, and `[reading]` for the other keys."""
        own = self.of(extract).reading
        return (
            self.reading.model_copy(update={name: getattr(own, name) for name in own.model_fields_set})
            if own
            else self.reading
        )


def read_mapping(path: Path) -> Mapping:
    """Read and check one mapping file.

    Raises
    ------
    ConfigurationError
        Wrong TOML, an extract, column or code that no contract knows, each with the nearest valid name.
    """
    mapping = read_toml(path, Mapping)
    for extract, part in mapping.extracts.items():
        if extract not in contracts():
            raise ConfigurationError(
                f"unknown extract {extract!r}{nearest(extract, list(contracts()))}.", where=str(path)
            )
        where = f"{path}, extracts.{extract}"
        _check_extract(part, contracts()[extract], where)
        for forms in ((part.reading or mapping.reading).date_formats, *part.date_formats.values()):
            _check_orders(forms, where)
    _check_orders(mapping.reading.date_formats, f"{path}, reading")
    return mapping


def _check_orders(formats: tuple[str, ...], where: str) -> None:
    """Refuse formats that put the day first and formats that put the month first in one list."""
    orders = set(map(day_order, formats))
    if orders >= {"dmY", "mdY"} or orders >= {"Ymd", "Ydm"}:
        raise ConfigurationError(
            "date_formats: one puts the day before the month and another the month before the day. "
            "Keep one, and give the other column its own under [extracts.<extract>.date_formats].",
            where=where,
        )


def _check_extract(part: ExtractMapping, contract: Contract, where: str) -> None:
    for section, names in (
        ("columns", part.columns),
        ("constants", part.constants),
        ("codes", part.codes),
        ("when", part.when),
        ("combine", part.combine),
        ("decimals", part.decimals),
        ("cents", part.cents),
        ("date_formats", part.date_formats),
    ):
        for name in names:
            if name not in contract.columns:
                raise ConfigurationError(
                    f"{section}: unknown column {name!r}{nearest(name, list(contract.columns))}.", where=where
                )
    _check_codes(part, contract, where)
    _check_combine(part, contract, where)
    for section, name in [
        *(("decimals", name) for name in part.decimals),
        *(("cents", name) for name in part.cents),
    ]:
        if contract.columns[name].type != "euro":
            raise ConfigurationError(f"{section}.{name}: this column does not hold amounts.", where=where)
    for name in part.date_formats:
        if contract.columns[name].type not in ("date", "timestamp", "dates"):
            raise ConfigurationError(f"date_formats.{name}: this column does not hold dates.", where=where)
    if part.address and not contract.home:
        raise ConfigurationError("address: the rows of this extract are not about a home.", where=where)
    twice = set(part.columns) & set(part.constants)
    if twice:
        raise ConfigurationError(f"{', '.join(sorted(twice))}: both a column and a constant.", where=where)


def _check_codes(part: ExtractMapping, contract: Contract, where: str) -> None:
    for name, codes in part.codes.items():
        valid = contract.columns[name].codes
        if not valid:
            raise ConfigurationError(f"codes.{name}: this column has no fixed values to map to.", where=where)
        for local, code in codes.items():
            if code == "" and contract.columns[name].required:
                raise ConfigurationError(
                    f"codes.{name}: {local!r} maps to nothing, but each row needs a value.", where=where
                )
            if code not in ("", *valid):
                raise ConfigurationError(
                    f"codes.{name}: {local!r} maps to unknown value {code!r}{nearest(code, list(valid))}.",
                    where=where,
                )


def _check_combine(part: ExtractMapping, contract: Contract, where: str) -> None:
    for name, column in contract.columns.items():
        if part.combine and column.type == "euro" and column.required and name not in part.combine:
            raise ConfigurationError(
                f'combine: {name} has no rule, so equal amounts would count once: add `{name} = "sum"`, or "first".',
                where=where,
            )
    for name, rule in part.combine.items():
        kinds = _COMBINED[rule]
        if contract.columns[name].type not in kinds or (
            rule == "earliest due" and not contract.control_total
        ):
            raise ConfigurationError(
                f"combine.{name}: {rule!r} needs a column of type {' or '.join(kinds)}, not {contract.columns[name].type}.",
                where=where,
            )
