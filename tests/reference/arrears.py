"""Reference of rent arrears: the newest list, the spells in the lists of two years, the payment plan."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Any

from tests.reference.cut import Case, Row, answers

SOURCE = "huurachterstanden"
PHASES = [
    "geen",
    "herinnering",
    "aanmaning",
    "sommatie",
    "deurwaarder",
    "dagvaarding",
    "vonnis",
    "ontruiming_aangezegd",
]


def newest_list(case: Case) -> date | None:
    """The list that shows the current position: the newest, if it is at most 35 days old."""
    newest = max(case.lists, default=None)
    return newest if newest and case.age(newest) <= 35 else None


def list_of_then(case: Case, days: int) -> date | None:
    """The list of this many days back, or the newest before it that is at most 35 days older."""
    if newest_list(case) is None:
        return None
    return max((found for found in case.lists if days <= case.age(found) <= days + 35), default=None)


def now(case: Case) -> Row | None:
    """This agreement on the newest list; None: it owes nothing, or nobody knows."""
    newest = newest_list(case)
    return case.positions.get(newest) if newest else None


def owed(position: Row | None) -> float:
    """Return the euros owed; a credit is 0."""
    return max(position["saldo"] or 0.0, 0.0) if position else 0.0


def in_arrears(case: Case, peildatum: date) -> bool:
    """25 euro or more was open; less is a remainder."""
    return owed(case.positions.get(peildatum)) >= 25


def begin_of_spell(case: Case, peildatum: date) -> date | None:
    """The first of the unbroken row of lists in arrears that runs up to this one."""
    first = None
    for found in sorted((found for found in case.lists if found <= peildatum), reverse=True):
        if not in_arrears(case, found):
            break
        first = found
    return first


def arrears_since(case: Case, peildatum: date) -> date | None:
    """The oldest due date on the first list of the spell, or else that list; unknown where no list went before it.

    A due date of more than 62 days before is that of an old remainder, unless no earlier list shows this.
    """
    first = begin_of_spell(case, peildatum)
    if first is None:
        return None
    due = case.positions[first]["oudste_vervaldatum"]
    is_first_of_all = first == min(case.lists)
    if due is None:
        return None if is_first_of_all else first
    return min(due, first) if is_first_of_all or first - due <= timedelta(days=62) else first


def open_since(case: Case, peildatum: date) -> date | None:
    """Due date of the oldest open item, or else the start of the spell."""
    position = case.positions.get(peildatum)
    if owed(position) > 0 and position["oudste_vervaldatum"]:
        return position["oudste_vervaldatum"]
    return arrears_since(case, peildatum)


def months(case: Case, euro: float | None) -> float | None:
    rent = case.agreement["brutohuur"]
    return euro / rent if euro is not None and rent is not None and rent > 0 else None


def change(case: Case, days: int) -> float | None:
    then = list_of_then(case, days)
    return months(case, owed(now(case)) - owed(case.positions.get(then))) if then else None


@answers(SOURCE)
def arrears_euro(case: Case) -> float | None:
    return owed(now(case)) if newest_list(case) else None


@answers(SOURCE)
def arrears_months(case: Case) -> float | None:
    return months(case, arrears_euro(case))


@answers(SOURCE)
def oldest_open_days(case: Case) -> int | None:
    newest = newest_list(case)
    since = open_since(case, newest) if newest else None
    return max(case.age(since), 0) if since else None


@answers(SOURCE)
def arrears_change_3m(case: Case) -> float | None:
    return change(case, 91)


@answers(SOURCE)
def arrears_change_6m(case: Case) -> float | None:
    return change(case, 182)


def year(case: Case) -> list[date]:
    """The lists of the last 52 weeks."""
    return [peildatum for peildatum in case.lists if case.age(peildatum) < 364]


@answers(SOURCE)
def arrears_weeks_365d(case: Case) -> float | None:
    """The share of the lists in arrears, of the weeks since the oldest of them; each list stands for a week."""
    if newest_list(case) is None:
        return None
    lists = year(case)
    weeks = Fraction(min(case.age(min(lists)) + 7, 364), 7)
    return float(weeks * sum(in_arrears(case, peildatum) for peildatum in lists) / len(lists))


@answers(SOURCE)
def fact_list_each_week(case: Case) -> bool | None:
    """One list for each whole week of the last 52, counted from a week before the oldest of them."""
    if newest_list(case) is None or not case.positions:
        return None
    lists = year(case)
    return len(lists) > min(case.age(min(lists)) + 7, 364) / 7 - 1


@answers(SOURCE)
def arrears_returns_365d(case: Case) -> int | None:
    """Spells that began in the last 52 weeks, six weeks or more after the last list in arrears before."""
    if newest_list(case) is None:
        return None
    returns = 0
    for begin in year(case):
        earlier = [found for found in case.lists if found < begin and in_arrears(case, found)]
        begins = in_arrears(case, begin) and begin_of_spell(case, begin) == begin
        returns += begins and bool(earlier) and (begin - max(earlier)).days >= 42
    return returns


@answers(SOURCE)
def collection_phase(case: Case) -> int | None:
    if newest_list(case) is None:
        return None
    position = now(case)
    if position is None:
        return 0
    phase = position["incassofase"]
    return PHASES.index(phase) if phase in PHASES else None


def stopped(position: Row) -> bool:
    """The plan was cancelled (ANN) or not kept (VOL), and this is no mistake (VER) and no new plan (ACT)."""
    status = position["regeling_status_code"]
    return status not in ("VER", "ACT") and (status == "ANN" or position["regeling_eindereden_code"] == "VOL")


def plan_broken_on(case: Case) -> date | None:
    """The first list on which the plan is seen to have stopped, for the spell of now."""
    newest, position = newest_list(case), now(case)
    if newest is None or position is None or not in_arrears(case, newest):
        return None
    if not stopped(position) and position["regeling_status_code"] in ("ACT", "BEE", "BEV", "VER"):
        return None
    named = [case.positions[peildatum] for peildatum in sorted(case.positions)]
    stops = [row["peildatum"] for before, row in pairwise([None, *named])
             if stopped(row) and not (before and stopped(before))]  # fmt: skip
    begin = begin_of_spell(case, newest)
    return stops[-1] if stops and begin and stops[-1] >= begin else None


@answers(SOURCE, needs=("regeling_status_code",))
def plan_broken_days(case: Case) -> int | None:
    since = plan_broken_on(case)
    return case.age(since) if since else None


@answers(SOURCE, needs=("regeling_status_code",))
def plan_running(case: Case) -> int | None:
    if newest_list(case) is None:
        return None
    position = now(case)
    return int(bool(position) and position["regeling_status_code"] == "ACT")


def last_payment(case: Case) -> Row | None:
    """The position of who owes now and paid before."""
    position = now(case)
    if position is None or owed(position) == 0 or position["laatste_betaaldatum"] is None:
        return None
    return position if case.age(position["laatste_betaaldatum"]) >= 1 else None


@answers(SOURCE)
def last_payment_days(case: Case) -> int | None:
    paid = last_payment(case)
    return case.age(paid["laatste_betaaldatum"]) if paid else None


@answers(SOURCE, needs=("laatste_betaaldatum",))
def never_paid(case: Case) -> int | None:
    if newest_list(case) is None:
        return None
    position = now(case)
    return int(position is not None and owed(position) > 0 and position["laatste_betaaldatum"] is None)


@answers(SOURCE)
def fact_arrears_peildatum(case: Case) -> date | None:
    return newest_list(case)


@answers(SOURCE)
def fact_arrears_since(case: Case) -> date | None:
    newest = newest_list(case)
    return arrears_since(case, newest) if newest else None


@answers(SOURCE)
def fact_oldest_due_on(case: Case) -> date | None:
    position = now(case)
    return position["oudste_vervaldatum"] if owed(position) > 0 else None


@answers(SOURCE)
def fact_collection_phase(case: Case) -> str | None:
    position = now(case)
    return position["incassofase"] if position else None


@answers(SOURCE)
def fact_plan_broken_on(case: Case) -> date | None:
    return plan_broken_on(case)


@answers(SOURCE)
def fact_last_payment_on(case: Case) -> date | None:
    paid = last_payment(case)
    return paid["laatste_betaaldatum"] if paid else None


@answers(SOURCE)
def fact_last_payment_euro(case: Case) -> Any:
    paid = last_payment(case)
    return paid["laatste_betaling"] if paid else None
