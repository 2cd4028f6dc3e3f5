"""Match the headers of an unknown file with the columns of a contract, by name and by content."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from pipelines.drafting import stems
from pipelines.drafting.stems import normal
from pipelines.installation.contract_model import forbidden
from pipelines.installation.contracts import Column, Contract, contracts
from pipelines.installation.mapping import read_mapping
from pipelines.installation.places import DATA
from pipelines.parsing.codes import nearest_code

SURE = 0.8
"""Minimum confidence of a match to write it as a line of the mapping; below, it is a question."""
LEAST = 0.45
"""Minimum confidence of a match to mention it."""
_DATE = re.compile(r"\d{4}-\d{1,2}-\d{1,2}(?!\d).*|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}\b.*|(19|20)\d{6}")
_DAY = re.compile(r"(19|20)\d{2}-\d{1,2}-\d{1,2}(?!\d).*|\d{1,2}[-/.]\d{1,2}[-/.](19|20)\d{2}\b.*")
_DATES = re.compile(rf"({_DAY.pattern})|(19|20)\d{{6}}\b.*")
_FRACTION = re.compile(r"[-+(€ ]*\d[\d., ]*[.,]\d\d[-) ]*", re.I)
_AMOUNT = re.compile(r"[-+(€ ]*\d[\d., ]*([.,]-)?[-) ]*(CR|DR)?", re.I)
_SHAPES = {
    "postcode": re.compile(r"\d{4} ?[A-Za-z]{2}"),
    "email": re.compile(r"\S+@\S+\.\S+"),
    "telefoon": re.compile(r"[+(]?\d[\d ()-]{8,}"),
    "huisnummer": re.compile(r"\d{1,5}\b.{0,8}"),
}
_OTHER_KIND = 0.9
"""A column with more than this share of days, or of amounts with cents, holds nothing else."""
_DISTINCTIVE = ("postcode", "email")
"""Columns whose content alone is enough to ask about them."""


@dataclass(frozen=True)
class Match:
    """A header that may hold a column, with the confidence from 0 to 1 and the ground for it."""

    column: str
    header: str
    confidence: float
    basis: str


def choose_extract(samples: Mapping[str, Sequence[str]], among: Collection[str] = ()) -> str:
    """Return the extract, of all or `among` some, whose columns the headers fit best; required columns count double."""

    def fit(contract: Contract) -> float:
        confidences = {match.column: match.confidence for match in match_headers(contract, samples)}
        total = sum(
            confidences.get(name, 0) * (2 if column.required else 1)
            for name, column in contract.columns.items()
        )
        lacking = sum(
            c.required and n not in confidences
            for n, c in contract.columns.items()
            if n not in _given(contract)
        )
        return total - lacking

    return max((c for name, c in contracts().items() if not among or name in among), key=fit).extract


def _given(contract: Contract) -> set[str]:
    """Return the columns that may be absent from a file."""
    return {"corporatie_id", contract.snapshot or ""}


def match_headers(contract: Contract, samples: Mapping[str, Sequence[str]]) -> list[Match]:
    """Return the best match of each column, each header used once, in the order of the contract.

    Parameters
    ----------
    contract : Contract
        The extract.
    samples : mapping of str to sequence of str
        Filled values of each header.
    """
    every = sorted(
        (
            match
            for name, column in contract.columns.items()
            for header, values in samples.items()
            if not forbidden(header) and (match := _match(contract, name, column, header, values))
        ),
        key=lambda match: -match.confidence,
    )
    chosen: dict[str, Match] = {}
    for match in every:
        if match.column not in chosen and match.header not in {earlier.header for earlier in chosen.values()}:
            chosen[match.column] = match
    return [chosen[name] for name in contract.columns if name in chosen]


def likeliest(
    contract: Contract, names: Sequence[str], samples: Mapping[str, Sequence[str]], matches: Sequence[Match]
) -> list[Match]:
    """Return the likeliest unused header for each of these columns, by content and stems."""
    free = [h for h in samples if not forbidden(h) and h not in {match.header for match in matches}]
    likely: list[Match] = []
    for name in names:
        column = contract.columns[name]
        rated = [
            (_likeness(contract, name, header) + (_fit(name, column, samples[header]) or 0.0), header)
            for header in free
            if _fit(name, column, samples[header]) != 0 and samples[header]
        ]
        best, header = max(rated, default=(0.0, ""))
        if best > 0.5 or (best and not column.codes):
            likely.append(Match(name, header, round(min(LEAST, best / 4), 2), "the likeliest content"))
            free.remove(header)
    return likely


def _likeness(contract: Contract, name: str, header: str) -> float:
    """Return the largest share of stems that a header has in common with what the column may be called."""
    return max(
        (
            len(reading & meaning) / len(reading | meaning)
            for reading in stems.readings(header)
            for meaning in stems.meanings(contract.extract, name)
        ),
        default=0.0,
    )


def _match(contract: Contract, name: str, column: Column, header: str, values: Sequence[str]) -> Match | None:
    by_name = _by_name(contract, name, header)
    fit = _fit(name, column, values)
    if fit is not None and fit < 0.5:
        return None  # whatever the header says, these are not such values
    confidence, basis = by_name, "name"
    if fit is not None and by_name:
        confidence, basis = min(1.0, by_name + 0.1 * fit), "name and content"
    elif fit is not None and (name in _DISTINCTIVE or column.codes) and fit > 0.9:
        confidence, basis = 0.5, "content"
    return Match(name, header, round(confidence, 2), basis) if confidence >= LEAST else None


def _by_name(contract: Contract, name: str, header: str) -> float:
    word = normal(header)
    known = _names(contract.extract)[name]
    if word == normal(name):
        return 0.95
    if word in known:
        return 0.85
    readings, meanings = stems.readings(header), stems.meanings(contract.extract, name)
    if readings & meanings:
        return SURE
    close = difflib.SequenceMatcher(
        None, word, max(known, key=lambda k: difflib.SequenceMatcher(None, word, k).ratio())
    )
    if close.ratio() > 0.85 and len(word) > 5:
        return 0.7
    inside = [
        k
        for k in known
        if len(k) > 4 and (k in word or word in k) and len(word) > 4 and not stems.is_generic(k)
    ]
    wider = any(
        meaning < reading and not meaning <= stems.GENERIC for meaning in meanings for reading in readings
    )
    return 0.55 if inside or wider else 0.0


@cache
def _names(extract: str) -> dict[str, frozenset[str]]:
    """Return the headers that are known for each column of an extract."""
    listed = stems.vocabulary()["headers"]
    names = {}
    for name, column in contracts()[extract].columns.items():
        vera = column.vera.split(" ")[0].rpartition(".")[2]
        bare = name.removesuffix("_code").removesuffix("_id")
        names[name] = {
            normal(name),
            normal(bare),
            *([normal(vera)] if len(vera) > 4 else []),
            *listed.get(name, []),
        }
    for path in sorted((DATA / "presets" / "mappings").glob("*.toml")):
        for name, headers in read_mapping(path).of(extract).columns.items():
            names[name] |= {normal(headers)} if isinstance(headers, str) else set()
    return {name: frozenset(known) for name, known in names.items()}


def _fit(name: str, column: Column, values: Sequence[str]) -> float | None:
    """Return the share of the values that the column could hold; None where nothing can be said."""
    if not values:
        return None
    if name in _SHAPES:
        return _share(values, _SHAPES[name])
    # Days and amounts are not ids, names or codes, whatever the header resembles.
    if (
        column.type in ("text", "code", "choice", "bool")
        and max(_share(values, _DAY), _share(values, _FRACTION)) > _OTHER_KIND
    ):
        return 0.0
    if column.codes:
        known = {code.lower() for code in column.codes}
        distinct = set(values)
        if len(distinct) > 50:
            return 0.0
        return max(
            0.5, sum(v.lower() in known or bool(nearest_code(column, v)) for v in distinct) / len(distinct)
        )
    if column.type in ("date", "timestamp"):
        return _share(values, _DATE)
    if column.type == "dates":
        return _share(values, _DATES)
    if column.type == "euro":
        return _share(values, _AMOUNT) * (1 - _share(values, _DATE))
    return None


def _share(values: Sequence[str], pattern: re.Pattern[str]) -> float:
    return sum(bool(pattern.fullmatch(value.strip())) for value in values) / len(values)
