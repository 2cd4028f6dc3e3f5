"""Find the code that a delivered word means, by the names in the VERA lists."""

from __future__ import annotations

import difflib
import re
import unicodedata
from dataclasses import dataclass

from pipelines.installation.contract_model import Column, code_names

SHORTEST = 5
"""Shorter words are only matched whole: AI is not MAI."""
_ALIKE = 0.85


@dataclass(frozen=True)
class Unmapped:
    """A value that neither the code list nor the mapping knows; it is kept with its row and counted.

    Where `hidden`, the value does not look like a code (`pipelines.parsing.hidden`): `value` then describes it.
    """

    column: str
    value: str
    rows: int
    nearest: str = ""
    hidden: bool = False

    @property
    def entry(self) -> str:
        """The line for the mapping file."""
        quoted = self.value.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{quoted}" = "{self.nearest or "..."}"'

    def mapping_line(self, extract: str) -> str:
        """Return the table of the mapping file to which it belongs, and its line there; empty if it is hidden."""
        return "" if self.hidden else f"[extracts.{extract}.codes.{self.column}] {self.entry}"


def nearest_code(column: Column, value: str) -> str:
    """Return the code whose name is or resembles a delivered value, or "" if none does or several do.

    Examples
    --------
    >>> from pipelines.installation.contracts import contracts
    >>> kind = contracts()["overlastmeldingen"].columns["zaaktypedetailsoort_code"]
    >>> nearest_code(kind, "geluids-overlast"), nearest_code(kind, "GE")
    ('GEL', '')
    """
    names: dict[str, set[str]] = {}
    for code, name in code_names(column).items():
        for part in (name, *name.split("/")):
            names.setdefault(_normal(part), set()).add(code)
    word = _normal(value)
    codes = names.get(word, set())
    if not codes and len(word) >= SHORTEST:
        alike = difflib.get_close_matches(word, names, n=3, cutoff=_ALIKE)
        begin = [
            name
            for name in names
            if len(name) >= SHORTEST and (name.startswith(word) or word.startswith(name))
        ]
        codes = {code for name in begin or alike for code in names[name]}
    return codes.pop() if len(codes) == 1 else ""


def named_codes(column: Column) -> str:
    """Return the codes that a mapping may use, each with its name where it has one.

    Examples
    --------
    >>> from pipelines.installation.contracts import contracts
    >>> named_codes(contracts()["huurovereenkomsten"].columns["eindereden_code"])
    'ONT Ontbinding, OPZ Opzegging, VER Vernietiging'
    """
    names = code_names(column)
    return ", ".join(
        code if names[code] == code else f"{code} {names[code]}" for code in column.accepted_codes
    )


def _normal(text: str) -> str:
    """Return a word without accents, capitals and signs."""
    plain = unicodedata.normalize("NFKD", text.lower()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]", "", plain)
