"""Mapping files: how one source system's export becomes the canonical form, without code."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

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
}
DateFormat = Annotated[str, AfterValidator(_known_codes)]
"""A format of strptime, such as `%d-%m-%Y %H:%M`."""
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

    encoding: Literal["auto", "utf-8", "windows-1252", "utf-16"] = "auto"
    delimiter: Literal["auto", ";", ",", "\t", "|"] = "auto"
    quote: str = Field(default='"', max_length=1)
    decimal: Literal["auto", ",", "."] = "auto"
    date_formats: tuple[DateFormat, ...] = ()
    no_dates: tuple[Day, ...] = ()
    nobody: tuple[str, ...] = ()
    null_values: tuple[str, ...] = ()
    sheet: str | None = None
    skip_lines: Annotated[int, Field(ge=0, le=100)] = 0
    repeated_header: bool = False
    total_words: tuple[str, ...] = ()


Combination = Literal["sum", "first", "earliest", "earliest due", "latest", "dates"]
"""How several rows of one key become one value."""


class When(Strict):
    """Take a column only from rows in which another one has a certain value.

    A visit at which nobody opened is, in most systems, an appointment with a completion code of the corporation's own.
    """

    column: str
    values: tuple[str, ...] = Field(min_length=1)


class ExtractMapping(Strict):
    """One extract of a source.

    `columns` maps canonical name -> header in the file (a column left out has its canonical name), `constants`
    canonical name -> value for every row, `codes` canonical name -> {local value -> canonical value}, `when`
    canonical name -> the rows that it is taken from. `decimals` and `date_formats` say for one column what `[reading]`
    says for all. `combine` says how the rows of one key become one row; rows that differ in another column contradict
    each other.
    """

    columns: dict[str, str] = {}
    constants: dict[str, str] = {}
    codes: dict[str, dict[str, str]] = {}
    when: dict[str, When] = {}
    combine: dict[str, Combination] = {}
    decimals: dict[str, Literal[",", "."]] = {}
    date_formats: dict[str, tuple[DateFormat, ...]] = {}
    reading: Reading | None = None


class Mapping(Strict):
    """One mapping file of `mappings/`."""

    name: str
    description: str = ""
    reading: Reading = Reading()
    extracts: dict[str, ExtractMapping] = {}

    def of(self, extract: str) -> ExtractMapping:
        """Return the mapping of one extract; an extract that is not named is in canonical form."""
        return self.extracts.get(extract, ExtractMapping())

    def reading_of(self, extract: str) -> Reading:
        """Return how the files of one extract are written."""
        return self.of(extract).reading or self.reading


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
        ("date_formats", part.date_formats),
    ):
        for name in names:
            if name not in contract.columns:
                raise ConfigurationError(
                    f"{section}: unknown column {name!r}{nearest(name, list(contract.columns))}.", where=where
                )
    for name, codes in part.codes.items():
        valid = contract.columns[name].codes
        if not valid:
            raise ConfigurationError(f"codes.{name}: this column has no fixed values to map to.", where=where)
        for local, code in codes.items():
            if code not in valid:
                raise ConfigurationError(
                    f"codes.{name}: {local!r} maps to unknown value {code!r}{nearest(code, list(valid))}.",
                    where=where,
                )
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
    for name in part.decimals:
        if contract.columns[name].type != "euro":
            raise ConfigurationError(f"decimals.{name}: this column does not hold amounts.", where=where)
    for name in part.date_formats:
        if contract.columns[name].type not in ("date", "timestamp", "dates"):
            raise ConfigurationError(f"date_formats.{name}: this column does not hold dates.", where=where)
    twice = set(part.columns) & set(part.constants)
    if twice:
        raise ConfigurationError(f"{', '.join(sorted(twice))}: both a column and a constant.", where=where)
