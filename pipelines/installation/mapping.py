"""Mapping files: how one source system's export becomes the canonical form, without code."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field

from pipelines.installation.contracts import Contract, contracts
from pipelines.installation.errors import ConfigurationError
from pipelines.installation.toml_models import Strict, nearest, read_toml


class Reading(Strict):
    """How the files of a source are written; "auto" is detected per file and said in the report."""

    encoding: Literal["auto", "utf-8", "windows-1252", "utf-16"] = "auto"
    delimiter: Literal["auto", ";", ",", "\t", "|"] = "auto"
    quote: str = Field(default='"', max_length=1)
    decimal: Literal["auto", ",", "."] = "auto"
    date_formats: tuple[str, ...] = ()
    null_values: tuple[str, ...] = ()
    sheet: str | None = None


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
    canonical name -> the rows that it is taken from.
    """

    columns: dict[str, str] = {}
    constants: dict[str, str] = {}
    codes: dict[str, dict[str, str]] = {}
    when: dict[str, When] = {}
    reading: Reading | None = None


class Mapping(Strict):
    """One mapping file of `mappings/`."""

    name: str
    description: str = ""
    reading: Reading = Reading()
    extracts: dict[str, ExtractMapping] = {}

    def of(self, extract: str) -> ExtractMapping:
        """Give the mapping of one extract; an extract that is not named is in canonical form."""
        return self.extracts.get(extract, ExtractMapping())

    def reading_of(self, extract: str) -> Reading:
        """Give how the files of one extract are written."""
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
        _check_extract(part, contracts()[extract], f"{path}, extracts.{extract}")
    return mapping


def _check_extract(part: ExtractMapping, contract: Contract, where: str) -> None:
    for section, names in (
        ("columns", part.columns),
        ("constants", part.constants),
        ("codes", part.codes),
        ("when", part.when),
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
    twice = set(part.columns) & set(part.constants)
    if twice:
        raise ConfigurationError(f"{', '.join(sorted(twice))}: both a column and a constant.", where=where)
