"""Reference of stacking: which families are active now, and which were 91 days ago."""

from __future__ import annotations

from datetime import date

from tests.reference.arrears import SOURCE as ARREARS
from tests.reference.arrears import (
    arrears_returns_365d,
    fact_arrears_since,
    list_of_then,
    newest_list,
    open_since,
    owed,
)
from tests.reference.cut import Case, answers
from tests.reference.nuisance import SOURCE as COMPLAINTS
from tests.reference.nuisance import complaints, complaints_365d, fact_first_complaint_on
from tests.reference.others import WORRIES, fact_first_worry_on, stornos_365d, worries, worries_365d
from tests.reference.repairs import SOURCE as REPAIRS
from tests.reference.repairs import (
    damage_365d,
    days_not_home,
    fact_first_not_home_on,
    neglect_365d,
    not_home_90d,
    not_home_365d,
    telling,
)


def arrears_active(case: Case, peildatum: date | None, on: date) -> bool:
    """75 euro or more on a list, open for 30 days or longer on a day."""
    if peildatum is None or owed(case.positions.get(peildatum)) < 75:
        return False
    since = open_since(case, peildatum)
    return since is not None and (on - since).days >= 30


@answers(ARREARS, otherwise=False)
def fact_arrears_active(case: Case) -> bool:
    return arrears_active(case, newest_list(case), case.as_of)


@answers(COMPLAINTS, otherwise=False)
def fact_nuisance_active(case: Case) -> bool:
    return bool(complaints(case, 1, 90))


@answers(REPAIRS, otherwise=False)
def fact_repairs_active(case: Case) -> bool:
    return telling(case, 1, 90) + (not_home_90d(case) or 0) >= 2


@answers(WORRIES, otherwise=False)
def fact_worries_active(case: Case) -> bool:
    return bool(worries(case, 90))


@answers(ARREARS, otherwise=False)
def arrears_active_then(case: Case) -> bool:
    return arrears_active(case, list_of_then(case, 91), case.back(91))


@answers(COMPLAINTS, otherwise=False)
def nuisance_active_then(case: Case) -> bool:
    return bool(complaints(case, 92, 181))


@answers(REPAIRS, otherwise=False)
def repairs_active_then(case: Case) -> bool:
    return telling(case, 92, 181) + len(days_not_home(case, 92, 181)) >= 2


@answers(WORRIES, otherwise=False)
def worries_active_then(case: Case) -> bool:
    return any(92 <= case.age(row["gebeurd_op"]) <= 181 for row in worries(case))


NOW = (fact_arrears_active, fact_nuisance_active, fact_repairs_active, fact_worries_active)
THEN = (arrears_active_then, nuisance_active_then, repairs_active_then, worries_active_then)


@answers()
def active_families(case: Case) -> int:
    return sum(is_active(case) for is_active in NOW)


@answers()
def families_growth(case: Case) -> int:
    """Active now less active 91 days ago; arrears only if a list shows that time; a first family is not growth."""
    growth = active_families(case) - sum(was_active(case) for was_active in THEN)
    if fact_arrears_active(case) and list_of_then(case, 91) is None:
        growth -= 1
    return growth if active_families(case) >= 2 else min(growth, 0)


@answers()
def events_365d(case: Case) -> int:
    """Every event of a year, whatever its family."""
    counts = (complaints_365d, worries_365d, not_home_365d, damage_365d, neglect_365d, stornos_365d)
    return sum(count(case) or 0 for count in (*counts, arrears_returns_365d))


@answers()
def fact_first_signal_on(case: Case) -> date | None:
    firsts = (fact_arrears_since, fact_first_complaint_on, fact_first_not_home_on, fact_first_worry_on)
    return min((day for first in firsts if (day := first(case))), default=None)
