"""Reference of nuisance: complaints about the agreement, each once, and who reported them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tests.reference.cut import Case, answers

SOURCE = "overlastmeldingen"
HEAVY = {"AGR", "VUI", "STA"}


@dataclass(frozen=True)
class Complaint:
    case: str
    on: date
    age: int
    kind: str
    reporter: str | None

    @property
    def counts_once(self) -> tuple[str, str]:
        """Who or what counts once: the reporter, all quarrels without one together, else the complaint."""
        if self.reporter is not None:
            return "reporter", self.reporter
        return ("quarrel", "") if self.kind == "RUZ" else ("complaint", self.case)


def complaints(case: Case, first: int = 1, last: int = 365) -> list[Complaint]:
    """The complaints that are `first` to `last` days old: none cancelled, no other business, each zaak once."""
    rows = [
        row
        for row in case.within(case.rows(SOURCE), "gebeurd_op", 365)
        if row["status_code"] != "GEA" and row["zaaktypesoort_code"] not in ("WOO", "FIN", "ORG")
    ]
    actual = []
    for zaak in {row["zaak_id"] for row in rows}:
        same = [row for row in rows if row["zaak_id"] == zaak]
        on = min(row["gebeurd_op"] for row in same)
        kind = max(row["zaaktypedetailsoort_code"] or "" for row in same)
        reporter = max((row["melder_id"] for row in same if row["melder_id"] is not None), default=None)
        actual.append(Complaint(zaak, on, case.age(on), kind, reporter))
    return [complaint for complaint in actual if first <= complaint.age <= last]


def separate(case: Case, first: int, last: int) -> int:
    return len({complaint.counts_once for complaint in complaints(case, first, last)})


def of_kind(case: Case, kinds: set[str], days: int = 365) -> int:
    return sum(complaint.kind in kinds for complaint in complaints(case, 1, days))


@answers(SOURCE)
def complaints_30d(case: Case) -> int:
    return len(complaints(case, 1, 30))


@answers(SOURCE)
def complaints_90d(case: Case) -> int:
    return len(complaints(case, 1, 90))


@answers(SOURCE)
def complaints_365d(case: Case) -> int:
    return len(complaints(case))


@answers(SOURCE)
def complaints_separate_90d(case: Case) -> int:
    return separate(case, 1, 90)


@answers(SOURCE)
def complaints_separate_365d(case: Case) -> int:
    return separate(case, 1, 365)


@answers(SOURCE)
def complaints_rise_90d(case: Case) -> int | None:
    """Unknown where the first complaint of the corporation is younger than what is compared."""
    ages = [case.age(row["gebeurd_op"]) for row in case.corporation[SOURCE]]
    if max(ages, default=0) < 180:
        return None
    return separate(case, 1, 90) - separate(case, 91, 180)


@answers(SOURCE, needs=("melder_id",))
def reporters_365d(case: Case) -> int:
    return len({complaint.reporter for complaint in complaints(case)} - {None})


@answers(SOURCE, needs=("zaaktypedetailsoort_code",))
def heavy_90d(case: Case) -> int:
    return of_kind(case, HEAVY, 90)


@answers(SOURCE, needs=("zaaktypedetailsoort_code",))
def heavy_365d(case: Case) -> int:
    return of_kind(case, HEAVY)


@answers(SOURCE, needs=("zaaktypedetailsoort_code",))
def noise_365d(case: Case) -> int:
    return of_kind(case, {"GEL"})


@answers(SOURCE, needs=("zaaktypedetailsoort_code",))
def filth_365d(case: Case) -> int:
    return of_kind(case, {"VUI"})


@answers(SOURCE, needs=("zaaktypedetailsoort_code",))
def stench_365d(case: Case) -> int:
    return of_kind(case, {"STA"})


@answers(SOURCE, needs=("zaaktypedetailsoort_code",))
def aggression_365d(case: Case) -> int:
    return of_kind(case, {"AGR"})


@answers(SOURCE, needs=("zaaktypedetailsoort_code",))
def quarrels_365d(case: Case) -> int:
    return of_kind(case, {"RUZ"})


@answers(SOURCE)
def fact_first_complaint_on(case: Case) -> date | None:
    return min((complaint.on for complaint in complaints(case)), default=None)


@answers(SOURCE)
def fact_last_complaint_on(case: Case) -> date | None:
    return max((complaint.on for complaint in complaints(case)), default=None)


@answers(SOURCE)
def fact_last_heavy_on(case: Case) -> date | None:
    return max((complaint.on for complaint in complaints(case) if complaint.kind in HEAVY), default=None)
