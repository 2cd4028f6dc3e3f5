"""Define the tables of the star: their grain, their columns in order, and how they relate.

Column names are a promise to the reports that use them: add columns at the end, and rename none.
"""

from __future__ import annotations

from dataclasses import dataclass

from features.catalogue import SIGNALS

AGREEMENT_KEY = "agreement_key"


@dataclass(frozen=True)
class Column:
    """A column of the star, with its DuckDB type and meaning."""

    name: str
    kind: str
    meaning: str


@dataclass(frozen=True)
class Table:
    """A table of the star.

    Parameters
    ----------
    name : str
        Name of the folder (weekly tables) or of the file.
    grain : str
        What one row stands for.
    weekly : bool
        Whether the table has one file per list, which stays as it is; other tables are written again each time.
    columns : tuple of Column
        In the order of the file.
    """

    name: str
    grain: str
    weekly: bool
    columns: tuple[Column, ...]


@dataclass(frozen=True)
class Relation:
    """A many-to-one relation: rows of `table` point to one row of `to_table` by these columns."""

    table: str
    column: str
    to_table: str
    to_column: str


LIST_DATE = Column("list_date", "DATE", "The Monday of the list; only what was known before it counts")
AGREEMENT = Column(
    AGREEMENT_KEY,
    "VARCHAR",
    "Pseudonym of the tenancy agreement; the same in every export of this installation",
)
CORPORATION = Column("corporation_id", "VARCHAR", "The corporation that delivers")

TABLES = (
    Table("dim_agreement", "a tenancy agreement that was weighed for a list", False, (
        AGREEMENT,
        CORPORATION,
        Column("home_key", "VARCHAR", "Pseudonym of the home; stays when tenants change"),
        Column("district", "VARCHAR", "Neighbourhood (wijk), as delivered"),
        Column("home_kind", "VARCHAR", "VERA code of the kind of home"),
        Column("begin_date", "DATE", "First day of the agreement"),
        Column("end_date", "DATE", "Last day; empty while it runs"),
        Column("end_reason", "VARCHAR", "VERA code of why it ended"),
        Column("rent_euro", "DOUBLE", "Gross rent per month"),
    )),
    Table("dim_list", "a weekly list", False, (
        LIST_DATE,
        Column("model", "VARCHAR", "Name and version of the scorecard"),
        Column("minimum_points", "INTEGER", "Points from which an agreement can be listed"),
        Column("exploration_places", "INTEGER", "Places drawn by lot, per coach"),
        Column("trial", "VARCHAR", "Name of the trial by lot, if one ran"),
        Column("agreements", "BIGINT", "Agreements that were weighed"),
        Column("listed", "BIGINT", "Addresses on the list"),
    )),
    Table("dim_signal", "a signal of the catalogue", False, (
        Column("signal", "VARCHAR", "Name, as in fact_trend and as column of fact_signal"),
        Column("family", "VARCHAR", "Family of signals"),
        Column("unit", "VARCHAR", "Unit of the value"),
        Column("question", "VARCHAR", "The question that it answers, in Dutch"),
        Column("direction", "BIGINT", "1 more is worse, -1 more is better, 0 neither"),
    )),
    Table("fact_delivery", "a delivery that was loaded", False, (
        Column("delivery_id", "INTEGER", "Number of the delivery"),
        Column("extract", "VARCHAR", "The extract"),
        Column("reference_date", "DATE", "Peildatum: the day as of which the source was read"),
        Column("version", "INTEGER", "A higher version of a peildatum replaces a lower one"),
        Column("rows_read", "BIGINT", "Rows in the file"),
        Column("rows_new", "BIGINT", "Rows that were not there before"),
        Column("rows_same", "BIGINT", "Rows that an earlier delivery showed too"),
        Column("rows_duplicate", "BIGINT", "Rows that the file has twice"),
        Column("rows_set_apart", "BIGINT", "Rows that could not be used"),
    )),
    Table("fact_decision", "an agreement in a list: what was decided about it", True, (
        LIST_DATE,
        AGREEMENT,
        Column("outcome", "VARCHAR", "top or exploration (listed by rank, by lot), or why it was not listed"),
        Column("coach", "VARCHAR", "Name of the coach's list, as in the settings"),
        Column("place", "INTEGER", "Place on the list"),
        Column("arm", "VARCHAR", "Arm of the trial: now or wait"),
        Column("chance", "DOUBLE", "Chance of being listed, by the lots of that week"),
    )),
    Table("fact_score", "an agreement in a list that has a score", True, (
        LIST_DATE,
        AGREEMENT,
        Column("score", "INTEGER", "Sum of points; ten points double the odds"),
        Column("rank", "INTEGER", "1 is first"),
    )),
    Table("fact_signal", "an agreement in a list: the value of each signal", True, (
        LIST_DATE,
        AGREEMENT,
        *(
            Column(signal.name, "DOUBLE", f"{signal.question} ({signal.unit}); empty: cannot be computed")
            for signal in SIGNALS
        ),
    )),
    Table("fact_trend", "a signal in a list, per corporation and district", True, (
        LIST_DATE,
        CORPORATION,
        Column("district", "VARCHAR", "Neighbourhood (wijk); small ones together, see `[figures]` in the settings"),
        Column("signal", "VARCHAR", "The signal"),
        Column("agreements", "BIGINT", "Agreements for which it can be computed"),
        Column("above_zero", "BIGINT", "Of these, agreements with a value above 0"),
        Column("mean_value", "DOUBLE", "Mean value"),
    )),
)  # fmt: skip

RELATIONS = (
    *(
        Relation(table.name, column, target, column)
        for table in TABLES
        if table.weekly
        for column, target in ((LIST_DATE.name, "dim_list"), (AGREEMENT_KEY, "dim_agreement"))
        if column in {each.name for each in table.columns}
    ),
    Relation("fact_trend", "signal", "dim_signal", "signal"),
)


def named(name: str) -> Table:
    """Return the table with this name."""
    (match,) = (table for table in TABLES if table.name == name)
    return match
