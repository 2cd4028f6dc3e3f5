"""Read short, English and abbreviated headers by their stems: CONTRNR, BEGDAT, reported_at."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import cache
from typing import Any

from pipelines.installation.places import DATA

Reading = frozenset[str]
"""The stems of a header, without fillers."""
GENERIC = frozenset({"number", "date", "amount", "kind", "status", "reason"})
"""Stems that any column could have, so that alone they identify none."""
_FILLER = "filler"
_MOST_STEMS = 5


@cache
def vocabulary() -> dict[str, dict[str, Any]]:
    """Return the known headers, the stems and what columns may be called, as `data/presets/headers.toml` lists them."""
    return tomllib.loads((DATA / "presets" / "headers.toml").read_text(encoding="utf-8"))


@cache
def meanings(extract: str, column: str) -> frozenset[Reading]:
    """Return the readings of a header that holds a column of an extract."""
    listed = vocabulary()["meanings"]
    # An extract gives its own meaning to a name that others have too, such as begindatum.
    names = {**listed["every"], **listed.get(extract, {})}.get(column, ())
    return frozenset(frozenset(name.split()) for name in names)


def normal(name: str) -> str:
    """Return a header in lower case without accents, blanks and signs.

    Examples
    --------
    >>> normal("Reden beëindiging")
    'redenbeeindiging'
    """
    plain = unicodedata.normalize("NFKD", name.lower()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]", "", plain)


def readings(header: str) -> frozenset[Reading]:
    """Return each set of stems that a header can be cut into; empty if some part of it is unknown.

    Examples
    --------
    >>> [sorted(reading) for reading in readings("CONTRNR")]
    [['contract', 'number']]
    >>> [sorted(reading) for reading in readings("reported_at")]
    [['date', 'report']]
    """
    cut = (reading - {_FILLER} for reading in _cut(normal(header), _MOST_STEMS))
    return frozenset(reading for reading in cut if reading)


def is_generic(header: str) -> bool:
    """Return whether a header has no stem that says which column it is."""
    possible = readings(header)
    return bool(possible) and all(reading <= GENERIC for reading in possible)


@cache
def _cut(word: str, most: int) -> frozenset[Reading]:
    """Return each set of stems that a word consists of, from its first letter to its last; of `most` stems."""
    if not word:
        return frozenset({frozenset()})
    return frozenset(
        rest | {stem}
        for form, stems in _forms().items()
        if most and word.startswith(form)
        for rest in _cut(word[len(form) :], most - 1)
        for stem in stems
    )


@cache
def _forms() -> dict[str, frozenset[str]]:
    """Return the stems that each written form can mean."""
    forms: dict[str, set[str]] = {}
    for stem, written in vocabulary()["stems"].items():
        for form in written:
            forms.setdefault(normal(form), set()).add(stem)
    return {form: frozenset(stems) for form, stems in forms.items()}
