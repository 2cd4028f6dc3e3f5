"""The extract contracts of `data/contracts/`: columns, types, codes, keys and what is never accepted."""

from __future__ import annotations

import csv
import fnmatch
import re
import tomllib
from functools import cache
from typing import Annotated, Literal

from pydantic import StringConstraints, model_validator

from pipelines.installation.places import DATA
from pipelines.installation.toml_models import Strict, read_toml

# Names become SQL identifiers: nothing else than these characters can enter a query from a contract.
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
Rule = Annotated[str, StringConstraints(pattern=r"^peildatum( \+ \d+ (day|week|month|year)s?)?$")]


class Column(Strict):
    """One canonical column.

    `unknown` says what happens to a row whose code is neither in the list nor mapped: "keep" counts and reports it,
    "quarantine" sets the row apart because nothing can be said without it. `replace` and `refuse` hold codes that
    are never accepted (GDPR art. 9). `latest` bounds a date by the delivery's peildatum.
    """

    type: Literal["text", "code", "choice", "date", "timestamp", "euro", "dates", "bool"]
    description: str
    vera: str = ""
    required: bool = False
    optional: bool = False
    identity: bool = False
    pseudonym: bool = False
    list: str | None = None
    values: tuple[str, ...] = ()
    unknown: Literal["keep", "quarantine"] = "keep"
    replace: dict[str, str] = {}
    refuse: tuple[str, ...] = ()
    latest: Rule | None = None
    least: float | None = None
    most: float | None = None

    @property
    def codes(self) -> tuple[str, ...]:
        """The canonical values of a coded column; empty where any text is allowed."""
        return reference_lists()[self.list] if self.list else self.values

    @property
    def sql_type(self) -> str:
        """The column's type in the warehouse."""
        return {
            "date": "DATE",
            "timestamp": "TIMESTAMP",
            "euro": "DOUBLE",
            "dates": "DATE[]",
            "bool": "BOOLEAN",
        }.get(self.type, "VARCHAR")


class Reveal(Strict):
    """A dated fact inside a row: in a first delivery its columns count as known from that date."""

    on: Name
    columns: tuple[Name, ...]


class KnownRule(Strict):
    """When a row counts as known; see `pipelines/warehouse/versions.py` for the three dates.

    `known` is a registration moment (never known earlier) or a dated fact (known when delivered; in a first
    delivery on its own date). `undated` columns are known only from the delivery that shows them.
    """

    known: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*( - 1 day)?$")]
    kind: Literal["registration", "fact"]
    reveals: tuple[Reveal, ...] = ()
    undated: tuple[Name, ...] = ()


class Contract(Strict):
    """One extract: what a delivery of it holds."""

    extract: Name
    title: str
    entity: str
    required: bool
    key: tuple[str, ...]
    agreement: Name | None = None
    home: Name | None = None
    tenant: Name | None = None
    event: str | None = None
    snapshot: Name | None = None
    control_total: Name | None = None
    history: KnownRule
    columns: dict[Name, Column]

    @model_validator(mode="after")
    def _names_exist(self) -> Contract:
        named = [part.strip() for key in self.key for part in key.split("|")]
        named += [self.history.known.split(" ")[0], *self.history.undated]
        named += [name for reveal in self.history.reveals for name in (reveal.on, *reveal.columns)]
        named += [n for n in (self.agreement, self.home, self.tenant, self.snapshot, self.control_total) if n]
        named += [part.strip() for part in (self.event or "").split("|") if part]
        unknown = sorted(set(named) - set(self.columns))
        if unknown:
            raise ValueError(f"names columns that the contract lacks: {', '.join(unknown)}")
        return self

    @property
    def identity(self) -> tuple[str, ...]:
        """Columns that identify a person: they go to the vault only."""
        return tuple(name for name, column in self.columns.items() if column.identity)

    @property
    def content(self) -> tuple[str, ...]:
        """Columns of the warehouse, in order."""
        return tuple(name for name, column in self.columns.items() if not column.identity)


@cache
def contracts() -> dict[str, Contract]:
    """Read every contract, in the order in which deliveries must be loaded (the register first)."""
    read = [
        read_toml(path, Contract)
        for path in sorted((DATA / "contracts").glob("*.toml"))
        if path.stem != "forbidden"
    ]
    return {
        c.extract: c
        for c in sorted(
            read, key=lambda c: (c.agreement is not None or bool(c.home), not c.required, c.extract)
        )
    }


@cache
def reference_lists() -> dict[str, tuple[str, ...]]:
    """Read the frozen VERA reference lists: list -> codes, expired ones included since old rows hold them."""
    lists: dict[str, list[str]] = {}
    with (DATA / "vera" / "referentiedata.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter=";"):
            lists.setdefault(row["soort"], []).append(row["code"])
    return {name: tuple(codes) for name, codes in lists.items()}


@cache
def _forbidden_patterns() -> dict[str, str]:
    return dict(tomllib.loads((DATA / "contracts" / "forbidden.toml").read_text(encoding="utf-8"))["columns"])


def forbidden(column: str) -> str | None:
    """Say why a delivered column is never accepted, or None.

    Parameters
    ----------
    column : str
        The header as delivered.

    Returns
    -------
    str or None
        The kind of data ("gender", "free text", ...), or None where the column may be read.
    """
    bare = re.sub(r"[\s._\-/()]+", "", column.lower())
    return next(
        (why for pattern, why in _forbidden_patterns().items() if fnmatch.fnmatchcase(bare, pattern)), None
    )
