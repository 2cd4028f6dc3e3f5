"""Reference of repairs: requests of the tenant, visits where nobody opened, and silence."""

from __future__ import annotations

from collections import Counter
from datetime import date

from tests.reference.cut import Case, Row, answers, day

SOURCE = "reparatieverzoeken"
NEGLECT = {"SCH", "STI", "KKL", "MUI", "RAT", "VLO", "WAN", "VS0", "VS1", "VS2"}
NOT_ASKED = {"PLN", "MUT", "INS", "PRJ", "WMO", "WOV", "LEE"}


def not_cancelled(rows: list[Row]) -> list[Row]:
    return [row for row in rows if row["status_code"] != "GEA"]


def asked(case: Case, days: int) -> list[Row]:
    """The tenant's requests in the last `days` days; the landlord's own work is left out."""
    rows = case.within(not_cancelled(case.rows(SOURCE)), "gebeurd_op", days)
    return [row for row in rows if row["onderhoudsoort_code"] not in NOT_ASKED]


def neglect(rows: list[Row]) -> list[Row]:
    return [row for row in rows if row["defectsoort_code"] in NEGLECT]


def damage(rows: list[Row]) -> list[Row]:
    return [row for row in rows if row["defectoorzaak_code"] in ("BEW", "VAN")]


def telling(case: Case, first: int, last: int) -> int:
    """Requests of neglect or damage, or both, that are `first` to `last` days old."""
    return sum(
        1 for row in asked(case, 365) if first <= case.age(row["gebeurd_op"]) <= last
        and (neglect([row]) or damage([row]))
    )  # fmt: skip


def days_not_home(case: Case, first: int = 1, last: int = 365) -> list[date]:
    """Days on which nobody opened, each once, including planned work, but not for a home between tenants."""
    visits = {
        visit
        for row in not_cancelled(case.rows(SOURCE))
        if case.age(row["gebeurd_op"]) >= 1 and row["onderhoudsoort_code"] != "MUT"
        for visit in row["niet_thuis_datums"] or []
        if visit is not None
    }
    return sorted(visit for visit in visits if first <= case.age(visit) <= last)


def most_frequent(case: Case) -> tuple[int, str]:
    """How often the most frequent defect was reported, and which; of two the last in the alphabet."""
    counts = Counter(row["defectsoort_code"] for row in asked(case, 365) if row["defectsoort_code"])
    return max(((times, defect) for defect, times in counts.items()), default=(0, ""))


@answers(SOURCE, needs=("niet_thuis_datums",))
def not_home_90d(case: Case) -> int:
    return len(days_not_home(case, 1, 90))


@answers(SOURCE, needs=("niet_thuis_datums",))
def not_home_365d(case: Case) -> int:
    return len(days_not_home(case))


@answers(SOURCE, needs=("defectsoort_code",))
def neglect_365d(case: Case) -> int:
    return len(neglect(asked(case, 365)))


@answers(SOURCE, needs=("defectoorzaak_code",))
def damage_365d(case: Case) -> int:
    return len(damage(asked(case, 365)))


@answers(SOURCE, needs=("defectsoort_code",))
def same_defect_365d(case: Case) -> int:
    return most_frequent(case)[0]


@answers(SOURCE)
def silent_days(case: Case) -> int | None:
    """Since the last sign, or since the tenancy began; at most 730, and only if silence can be determined."""
    recorded = [
        row["gebeurd_op"]
        for row in not_cancelled(case.corporation[SOURCE])
        if case.age(row["gebeurd_op"]) >= 1
    ]
    tenancy = case.age(case.agreement["begindatum"])
    if tenancy < 365 or not recorded or case.age(min(recorded)) < 730:
        return None
    sign = fact_last_sign_on(case)
    return min(case.age(sign) if sign else 730, tenancy, 730)


@answers(SOURCE)
def fact_not_home_on(case: Case) -> list[date] | None:
    return days_not_home(case)[-3:] or None


@answers(SOURCE)
def fact_first_not_home_on(case: Case) -> date | None:
    return min(days_not_home(case), default=None)


@answers(SOURCE)
def fact_neglect_kinds(case: Case) -> list[str] | None:
    return sorted({row["defectsoort_code"] for row in neglect(asked(case, 365))}) or None


@answers(SOURCE)
def fact_last_neglect_on(case: Case) -> date | None:
    return max((row["gebeurd_op"] for row in neglect(asked(case, 365))), default=None)


@answers(SOURCE)
def fact_last_damage_on(case: Case) -> date | None:
    return max((row["gebeurd_op"] for row in damage(asked(case, 365))), default=None)


@answers(SOURCE)
def fact_same_defect_kind(case: Case) -> str | None:
    return most_frequent(case)[1] or None


@answers(SOURCE)
def fact_last_sign_on(case: Case) -> date | None:
    """The last request of the tenant, or contact with somebody, of the last 730 days."""
    signs = [row["gebeurd_op"] for row in asked(case, 730)]
    if "contactmomenten" in case.available:
        signs += [day(row["datum"]) for row in case.within(case.rows("contactmomenten"), "datum", 730)]
    return max(signs, default=None)
