"""Reference of worries, failed direct debits and the safety note."""

from __future__ import annotations

from datetime import date

from tests.reference.cut import Case, Row, answers

WORRIES, LEDGER, FLAGS = "meldingen_medewerkers", "boekingen", "signaleringen"


def worries(case: Case, days: int = 365) -> list[Row]:
    return case.within(case.rows(WORRIES), "gebeurd_op", days)


def stornos(case: Case, days: int) -> list[Row]:
    """Failed direct debits of the last `days` days."""
    return [
        row for row in case.within(case.rows(LEDGER), "boekdatum", days) if row["detailsoort_code"] == "STO"
    ]


@answers(WORRIES)
def worries_90d(case: Case) -> int:
    return len(worries(case, 90))


@answers(WORRIES)
def worries_365d(case: Case) -> int:
    return len(worries(case))


@answers(WORRIES)
def fact_worries(case: Case) -> list[str] | None:
    return sorted({row["zorg"] for row in worries(case) if row["zorg"] is not None}) or None


@answers(WORRIES)
def fact_worry_sources(case: Case) -> list[str] | None:
    return sorted({row["bron"] for row in worries(case) if row["bron"] is not None}) or None


@answers(WORRIES)
def fact_first_worry_on(case: Case) -> date | None:
    return min((row["gebeurd_op"] for row in worries(case)), default=None)


@answers(WORRIES)
def fact_last_worry_on(case: Case) -> date | None:
    return max((row["gebeurd_op"] for row in worries(case)), default=None)


@answers(LEDGER)
def stornos_90d(case: Case) -> int:
    return len(stornos(case, 90))


@answers(LEDGER)
def stornos_365d(case: Case) -> int:
    return len(stornos(case, 365))


@answers(LEDGER)
def fact_last_storno_on(case: Case) -> date | None:
    return max((row["boekdatum"] for row in stornos(case, 365)), default=None)


@answers(FLAGS, otherwise=False)
def fact_safety_pair(case: Case) -> bool:
    """A flag BEZ began before the as-of date and did not end before it."""
    return any(
        row["detailsoort_code"] == "BEZ" and case.age(row["begindatum"]) >= 1
        and (row["einddatum"] is None or row["einddatum"] >= case.as_of)
        for row in case.rows(FLAGS)
    )  # fmt: skip
