"""Define what was known of one agreement and how dates are counted, for every function of the reference."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property, wraps
from typing import Any

Row = dict[str, Any]
Tables = Mapping[str, Sequence[Row]]


def is_known(row: Row, as_of: date) -> bool:
    """A version counts when it was known before the day, and not yet replaced by then."""
    return row["known_from"] < as_of and (row.get("known_until") is None or row["known_until"] >= as_of)


def day(moment: date | datetime) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


@dataclass(frozen=True)
class Case:
    """One agreement on one as-of date, with what was known of it and of its corporation."""

    as_of: date
    agreement: Row
    corporation: Tables
    """The rows of its corporation that were known, by table."""
    available: frozenset[str]
    """The extracts that were ever delivered."""

    def rows(self, table: str) -> list[Row]:
        """The known rows about this agreement."""
        mine = self.agreement["overeenkomst_id"]
        return [row for row in self.corporation[table] if row["overeenkomst_id"] == mine]

    def lost(self, source: str, columns: Sequence[str]) -> bool:
        """Whether its corporation never delivered an extract, or the newest delivery lacked one of these columns."""
        lacking = {(row["extract"], row["name"]) for row in self.corporation.get("lacking", ())}
        return any((source, column) in lacking for column in (None, *columns))

    def age(self, moment: date | datetime) -> int:
        """Days before the as-of date: 1 is yesterday, 0 today, less is to come."""
        return (self.as_of - day(moment)).days

    def within(self, rows: Iterable[Row], on: str, days: int) -> list[Row]:
        """The rows of the last `days` days: yesterday is in, today is out, exactly that many days ago is in."""
        return [row for row in rows if row[on] is not None and 1 <= self.age(row[on]) <= days]

    def back(self, days: int) -> date:
        return self.as_of - timedelta(days=days)

    @cached_property
    def lists(self) -> list[date]:
        """The delivered lists of arrears of the last 730 days, oldest first; that of the as-of date counts."""
        actual = {row["peildatum"] for row in self.corporation["peildata"]}
        return sorted(peildatum for peildatum in actual if 0 <= self.age(peildatum) <= 730)

    @cached_property
    def positions(self) -> dict[date, Row]:
        """What each delivered list says of this agreement; it owed nothing on the lists that do not name it."""
        actual = {row["peildatum"]: row for row in self.rows("huurachterstanden")}
        return {peildatum: actual[peildatum] for peildatum in self.lists if peildatum in actual}


Answer = Callable[[Case], Any]

SIGNALS: dict[str, Answer] = {}
"""Every signal and fact of the reference by name."""


def answers(
    source: str | None = None, otherwise: Any = None, needs: Sequence[str] = ()
) -> Callable[[Answer], Answer]:
    """Register a function as the value of the column of its name.

    Without its source ever delivered the value is `otherwise`: NULL, not computable, unless it is a yes or no. The same
    holds for a signal where its corporation never delivered the source, or the newest delivery lacked a column that it needs.
    """

    def register(function: Answer) -> Answer:
        @wraps(function)
        def answer(case: Case) -> Any:
            if source is None:
                return function(case)
            lost = not function.__name__.startswith("fact_") and case.lost(source, needs)
            return otherwise if source not in case.available or lost else function(case)

        SIGNALS[function.__name__] = answer
        return answer

    return register
