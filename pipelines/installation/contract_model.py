"""Define what a contract can contain: the model of a file in `data/contracts/` and the code lists it refers to."""

from __future__ import annotations

import csv
import fnmatch
import re
import tomllib
from functools import cache
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from pipelines.installation.places import DATA
from pipelines.installation.toml_models import Strict

REGISTER = "huurovereenkomsten"
"""The extract of tenancy agreements. The rows of every other extract belong to one of its agreements."""
POSITIONS = "huurachterstanden"
"""The extract of arrears lists, the only one that lists positions; the table `versions.peildata` holds their days. It has the
steps of collection, and some corporations do not deliver it."""

# Names become SQL identifiers, so nothing but these characters can enter a query from a contract.
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
# The name of a delivery's file begins with the name of its extract, up to the first digit.
ExtractName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z_]*[a-z]$")]
Rule = Annotated[str, StringConstraints(pattern=r"^peildatum( \+ \d+ (day|week|month|year)s?)?$")]


class Column(Strict):
    """One canonical column.

    `unknown` decides about a row whose code is neither in the list nor mapped: "keep" counts and reports the code,
    "quarantine" sets the row apart because it means nothing without the code. `replace` and `refuse` hold codes that
    are never accepted (GDPR art. 9). `latest` bounds a date by the delivery's peildatum. A placeholder such as ONBEKEND in a
    `person` column means nobody. A column that is not `kept` is used only while a delivery is read. `trims` holds signs that
    are removed from both ends, and `fills` signs with which a source fills up the front. `decides_scope` marks a column that
    decides who can be listed, and says in Dutch who cannot: a delivery that lost it stops at the gate
    (`pipelines/gate/lost_columns.py`), and a list without it says whom it may hold (`pipelines/delivery/freshness.py`).
    A date lies `not_before` the dates of these columns. A code in `not_with` contradicts a row in which the column beside it is
    filled. The gate doubts rows of which this is not true (`pipelines/gate/contradictions.py`).
    """

    type: Literal["text", "code", "choice", "date", "timestamp", "euro", "dates", "bool"] = Field(
        examples=['type = "text"']
    )
    description: str = Field(examples=['description = "What the column holds"'])
    vera: str = ""
    required: bool = False
    optional: bool = False
    identity: bool = False
    pseudonym: bool = False
    person: bool = False
    kept: bool = True
    trims: str = ""
    fills: str = ""
    list: str | None = None
    values: tuple[str, ...] = ()
    unknown: Literal["keep", "quarantine"] = "keep"
    replace: dict[str, str] = {}
    refuse: tuple[str, ...] = ()
    latest: Rule | None = None
    not_before: tuple[Name, ...] = ()
    not_with: dict[Name, tuple[str, ...]] = {}
    decides_scope: str = ""
    least: float | None = None
    most: float | None = None

    @property
    def codes(self) -> tuple[str, ...]:
        """The canonical values of a coded column; empty where any text is allowed."""
        return reference_lists()[self.list] if self.list else self.values

    @property
    def accepted_codes(self) -> tuple[str, ...]:
        """The codes that a mapping may use: those that are neither refused nor replaced."""
        return tuple(code for code in self.codes if code not in self.refuse and code not in self.replace)

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
    """Columns that become known on a date in the row itself, when the row comes from a first delivery."""

    on: Name = Field(examples=['on = "einddatum"'])
    columns: tuple[Name, ...] = Field(examples=['columns = ["einddatum"]'])


class KnownRule(Strict):
    """When a row counts as known; `pipelines/warehouse/versions.py` explains the three dates.

    `known` names either a registration moment, before which the row is never known, or a dated fact, which is known
    when delivered (in a first delivery: on its own date). Columns in `undated` are known only from the delivery with
    them.
    """

    known: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*( - 1 day)?$")] = Field(
        examples=['known = "datum"']
    )
    kind: Literal["registration", "fact"] = Field(examples=['kind = "registration"'])
    reveals: tuple[Reveal, ...] = ()
    undated: tuple[Name, ...] = ()

    @property
    def column(self) -> str:
        """The date or moment from which a row counts as known."""
        return self.known.split(" ")[0]


class Contract(Strict):
    """The contract of one extract: what a delivery of it holds, and how the weekly run treats it.

    `dutch_name` is the plural with its article, as it appears in a Dutch sentence. A `required` extract is expected
    each week unless the settings choose otherwise. If `monitored`, `waakvlam monitor` compares the number of rows with
    a reference. `newest_row_days` limits how old the newest row of a delivery may be. `whole` is the column with the
    id of the row that this row is a part of. `rights` marks an extract that is judged row by row, because a lost row
    takes away a right or a safety warning; `rights_when` limits this to rows with these codes
    (`pipelines/warehouse/unresolved.py`). Rows of an extract that `answers` say which agreement such a lost row is about.
    `entries` is the column with the amounts of a ledger (`pipelines/gate/ledger.py`).
    """

    extract: ExtractName = Field(examples=['extract = "overlastmeldingen"'])
    title: str = Field(examples=['title = "Overlastmeldingen"'])
    dutch_name: str = Field(examples=['dutch_name = "de overlastmeldingen"'])
    entity: str = Field(examples=['entity = "local"'])
    required: bool = Field(examples=["required = false"])
    monitored: bool = Field(examples=["monitored = false"])
    key: tuple[str, ...] = Field(examples=['key = ["corporatie_id", "melding_id"]'], min_length=1)
    agreement: Name | None = None
    home: Name | None = None
    tenant: Name | None = None
    event: str | None = None
    snapshot: Name | None = None
    control_total: Name | None = None
    whole: Name | None = None
    entries: Name | None = None
    rights: Literal["objection", "safety", "contact", "worry"] | None = None
    rights_when: dict[Name, str] = {}
    answers: bool = False
    newest_row_days: Annotated[int, Field(ge=0)] | None = None
    history: KnownRule = Field(examples=["[history]"])
    columns: dict[Name, Column] = Field(examples=["[columns]"])

    @property
    def key_columns(self) -> tuple[tuple[str, ...], ...]:
        """The parts of the key; of a part with several columns, the first filled one counts."""
        return tuple(_alternatives(part) for part in self.key)

    @property
    def event_columns(self) -> tuple[str, ...]:
        """The columns with the date of the event: the first that is filled counts. May be empty."""
        return _alternatives(self.event) if self.event else ()

    @property
    def accumulates(self) -> bool:
        """Whether its deliveries add up, so that one may hold changes only, or nothing: neither positions nor a register."""
        return self.snapshot is None and self.extract != REGISTER

    @property
    def happens(self) -> bool:
        """Whether its rows are dated events at a home or of a tenant, and not what came of a list: contacts, objections, answers."""
        return self.accumulates and self.monitored

    @property
    def date_column(self) -> str:
        """The column of the staged table by which rows are counted over time."""
        return "gebeurd_op" if self.event else self.snapshot or self.history.column

    @property
    def is_resolved(self) -> bool:
        """Whether the agreement of a row is looked up by home or tenant instead of read from the row."""
        return bool(self.home or self.tenant)

    @property
    def identity(self) -> tuple[str, ...]:
        """The columns that identify a person, which are stored only in the vault."""
        return tuple(name for name, column in self.columns.items() if column.identity)

    @property
    def content(self) -> tuple[str, ...]:
        """The columns stored in the warehouse, in order."""
        return tuple(name for name, column in self.columns.items() if column.kept and not column.identity)

    @property
    def own_id(self) -> str:
        """The column that identifies a row within its corporation."""
        return next(names[0] for names in self.key_columns if names != ("corporatie_id",))


def _alternatives(names: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in names.split("|"))


@cache
def reference_rows() -> tuple[dict[str, str], ...]:
    """Read the frozen VERA reference lists: list, code, name, parent and whether it expired."""
    with (DATA / "vera" / "referentiedata.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file, delimiter=";"))


@cache
def reference_lists() -> dict[str, tuple[str, ...]]:
    """Return the codes of each VERA list by its name, including expired codes because old rows contain them."""
    lists: dict[str, list[str]] = {}
    for row in reference_rows():
        lists.setdefault(row["soort"], []).append(row["code"])
    return {name: tuple(codes) for name, codes in lists.items()}


def code_names(column: Column) -> dict[str, str]:
    """Return the codes of a column with their names; a choice is its own name."""
    if not column.list:
        return {value: value for value in column.values}
    return {row["code"]: row["naam"] for row in reference_rows() if row["soort"] == column.list}


@cache
def code_parents(code_list: str) -> dict[str, tuple[str, str]]:
    """Return the codes of a VERA list that belong to a code of another list, with that list and that code."""
    rows = [row for row in reference_rows() if row["soort"] == code_list and row["parent"]]
    parents = {row["code"]: row["parent"].split(".", 1) for row in rows}
    return {code: (parent[0], parent[1]) for code, parent in parents.items() if len(parent) == 2}


@cache
def _forbidden_patterns() -> dict[str, str]:
    return dict(tomllib.loads((DATA / "contracts" / "forbidden.toml").read_text(encoding="utf-8"))["columns"])


def forbidden(column: str) -> str | None:
    """Return the reason why a delivered column is never accepted, or None if it may be read.

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
