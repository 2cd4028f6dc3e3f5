"""Simulate repair requests and visits, caused by wear, age, neglect and damage; some tenants report nothing."""

from __future__ import annotations

import numpy as np

from pipelines.sample.households import NEVER, Book, Households
from pipelines.sample.nuisance import DAY, pick
from pipelines.sample.town import Town

_WEAR = (
    ("LEK", 0.16), ("VS1", 0.09), ("KLE", 0.10), ("SLU", 0.08), ("STO", 0.13), ("DEF", 0.13), ("DRP", 0.08),
    ("TOC", 0.04), ("LOS", 0.07), ("SDE", 0.03), ("VOC", 0.03), ("SCH", 0.03), ("MUI", 0.01), ("GLA", 0.01),
    ("SKW", 0.01),
)  # fmt: skip
_DAMP = (("SCH", 0.5), ("VOC", 0.4), ("TOC", 0.1))  # an old house is damp, whoever lives there
_NEGLECT = (
    ("SCH", 0.24),
    ("STI", 0.18),
    ("KKL", 0.13),
    ("MUI", 0.12),
    ("RAT", 0.06),
    ("VS1", 0.14),
    ("VS0", 0.13),
)
_DAMAGE = (("GLA", 0.28), ("BS1", 0.30), ("BS2", 0.12), ("BEK", 0.10), ("SDE", 0.20))


def week(
    h: Households, town: Town, book: Book, monday: int, noticed: np.ndarray, rng: np.random.Generator
) -> None:
    """Report what broke in a week, make the yearly boiler visits, and inspect homes whose tenant gave notice."""
    n = len(h.rent)
    open_ = h.lived_in
    quiet = h.repairs * np.exp(-0.35 * h.overload)
    sources = (
        (_WEAR, ("SLT", "OUD"), 0.10, (0.75 + 0.014 * town.age) * quiet),
        (_DAMP, ("OUD",), 0.04, 0.0025 * town.age * quiet),
        (_NEGLECT, ("SLT", "BEW"), 0.0, 2.0 * np.clip(h.overload - 0.5, 0, 2)),
        (_DAMAGE, ("BEW", "VAN"), 0.0, 0.45 * np.clip(h.conflict - 0.4, 0, 2)),
    )
    for kinds, causes, by_tenant, yearly in sources:
        at = np.flatnonzero(open_ & (rng.random(n) < yearly / 52))
        cause = rng.choice(causes, len(at))
        cause = np.where(rng.random(len(at)) < by_tenant * 0.5, "BEW", cause)
        _visit(h, book, at, "REP", pick(kinds, len(at), rng), cause, monday, rng)
    boiler = np.flatnonzero(open_ & (town.boiler_week == (monday // 7) % 52))
    _visit(h, book, boiler, "PLN", np.full(len(boiler), ""), np.full(len(boiler), ""), monday, rng)
    for sort in ("INS", "MUT"):
        _visit(h, book, noticed, sort, np.full(len(noticed), ""), np.full(len(noticed), ""), monday, rng)


def _visit(
    h: Households,
    book: Book,
    at: np.ndarray,
    sort: str,
    defect: np.ndarray,
    cause: np.ndarray,
    monday: int,
    rng: np.random.Generator,
) -> None:
    """Register requests and make up to three appointments for each: nobody opens, or the work is done."""
    n = len(at)
    away = 0.03 + 0.13 * h.busy[at] + 0.10 * h.isolated[at]
    away = away + 0.40 * np.clip(h.overload[at] - 0.4, 0, 2.5) + 0.04 * np.clip(h.money[at] - 0.5, 0, 2)
    away = away + 0.15 * h.strain[at]
    away = np.minimum(away, 0.75) if sort in ("REP", "PLN") else np.zeros(n)
    reported = monday * DAY + rng.integers(0, 5, n) * DAY + rng.integers(450, 1050, n)
    visit = _workday(reported // DAY + rng.integers(1, 15, n))
    missed = np.full((3, n), NEVER)
    waiting = np.ones(n, dtype=bool)
    for attempt in range(3):
        gone = waiting & (rng.random(n) < away)
        missed[attempt] = np.where(gone, visit, NEVER)
        visit = np.where(gone, _workday(visit + rng.integers(7, 18, n)), visit)
        waiting = gone
    # After three visits without access the request is cancelled; a few others are withdrawn.
    cancelled = waiting | (rng.random(n) < 0.03)
    book.add(
        "repairs",
        home=at,
        agreement=h.agreement[at],
        sort=sort,
        defect=defect,
        cause=np.where(rng.random(n) < 0.25, "", cause),
        reported=reported,
        started=reported // DAY + rng.integers(0, 3, n),
        done=np.where(cancelled, NEVER, visit),
        closed=visit + rng.integers(3, 21, n),
        cancelled=cancelled,
        missed_1=missed[0],
        missed_2=missed[1],
        missed_3=missed[2],
        by_agreement=rng.random(n),
    )


def _workday(day: np.ndarray) -> np.ndarray:
    """Move days in a weekend to the next Monday (1970-01-01 was a Thursday); leave the others as they are."""
    return day + np.where((day + 3) % 7 > 4, 7 - (day + 3) % 7, 0)
