"""Simulate how the corporation collects arrears: letters, payment plans, bailiff, court, eviction.

People decide, so steps come late and unevenly. Each step depends on the age of the file. A plan or an occasional
payment keeps a file at the office. A file goes to the bailiff soonest if the tenant cannot be reached, pays nothing and
has complaints on file. Evictions over nuisance are decided last.
"""

from __future__ import annotations

import numpy as np

from pipelines.sample.households import NEVER, Households
from pipelines.sample.money import ACTIVE, DONE, MISTAKEN, STOPPED, stress
from pipelines.sample.moving import Moves

NONE, REMINDER, NOTICE, SUMMONS, BAILIFF, COURT, VERDICT, EVICTION = range(8)  # the order of incassofase


def week(h: Households, moves: Moves, monday: int, rng: np.random.Generator) -> None:
    """Take the collection steps of the week that ends just before `monday`."""
    owing = h.lived_in & (h.saldo > 5.0)
    cleared = h.lived_in & ~owing & (h.opened < NEVER)
    h.plan[cleared & (h.plan == ACTIVE)] = DONE
    h.phase[cleared], h.opened[cleared], h.old_due[cleared] = NONE, NEVER, NEVER
    h.repaying[cleared] = h.settled[cleared] = h.disputed[cleared] = False
    h.missed[cleared] = 0
    h.plan[cleared & (monday - h.plan_on > 365)] = 0
    new = owing & (h.opened == NEVER)
    h.opened[new], h.saldo_before[new] = monday - 1, 0.0
    pursued = owing & ~h.let_be
    _letters(h, pursued, monday, rng)
    _plans(h, pursued, monday, rng)
    _settlements(h, pursued, monday, rng)
    _bailiff(h, pursued, monday, rng)
    _court(h, moves, pursued, monday, rng)
    _nuisance(h, moves, monday, rng)
    h.saldo_before += (h.saldo - h.saldo_before) / 8  # a moving average over about two months


def _to(h: Households, at: np.ndarray, phase: int, monday: int) -> None:
    h.phase[at] = phase
    h.phase_on[at] = monday - 1


def _letters(h: Households, owing: np.ndarray, monday: int, rng: np.random.Generator) -> None:
    """Send reminder, notice and summons after about 10, 24 and 45 days; small debts do not reach the later ones."""
    n = len(h.rent)
    age = monday - h.opened + rng.integers(-3, 4, n)
    rents = h.saldo / h.rent
    free = owing & (h.plan != ACTIVE) & ~h.disputed
    for phase, days, least in ((REMINDER, 10, 0.02), (NOTICE, 24, 0.25), (SUMMONS, 45, 0.7)):
        at = free & (h.phase == phase - 1) & (age >= days) & (rents >= least)
        _to(h, at, phase, monday)


def _reached(h: Households) -> np.ndarray:
    """Return how easily each household can be reached; 1 is an ordinary household, 0 answers nothing."""
    return np.exp(-1.2 * h.overload) * np.where(h.isolated, 0.6, 1.0) * ~h.never_pays


def _plans(h: Households, owing: np.ndarray, monday: int, rng: np.random.Generator) -> None:
    """Agree on a plan with households that can be reached; stop a plan after two missed terms in a row."""
    n = len(h.rent)
    broken = owing & (h.plan == ACTIVE) & (h.missed >= 2) & ~h.settled & (rng.random(n) < 0.4)
    h.plan[broken], h.plan_on[broken], h.missed[broken] = STOPPED, monday - 1, 0
    again = np.where(h.plan == STOPPED, 0.35, 1.0)
    chance = np.select([h.phase == REMINDER, h.phase == NOTICE, h.phase == SUMMONS], [0.02, 0.08, 0.22], 0.0)
    agree = owing & (h.plan != ACTIVE) & ~h.disputed & ~h.careless & (h.saldo > 0.6 * h.rent)
    agree &= rng.random(n) < chance * again * _reached(h)
    terms = np.where(h.saldo < 1.2 * h.rent, rng.integers(3, 7, n), rng.integers(9, 22, n))
    h.term = np.where(agree, np.maximum(h.saldo / terms, 40.0).round(0), h.term)
    h.plan[agree], h.plan_on[agree], h.missed[agree] = ACTIVE, monday - 1, 0
    wrong = owing & (h.plan == 0) & (h.phase >= NOTICE) & (rng.random(n) < 0.0006)
    h.plan[wrong] = MISTAKEN


def _settlements(h: Households, owing: np.ndarray, monday: int, rng: np.random.Generator) -> None:
    """Put a few large, old debts that are safe from eviction into debt settlement; end disputes by a ruling."""
    n = len(h.rent)
    starts = owing & (h.phase >= NOTICE) & (h.phase <= BAILIFF) & ~h.settled & (h.saldo > 2.0 * h.rent)
    starts &= rng.random(n) < 0.02 * _reached(h)
    _settle(h, starts, monday, rng)
    ended = h.disputed & ((rng.random(n) < 1 / 16) | ((h.opened < NEVER) & (monday - h.opened > 300)))
    h.disputed[ended] = False
    h.extra_comes = np.where(ended, h.saldo, h.extra_comes)
    h.extra_comes_on = np.where(ended, monday + 2, h.extra_comes_on)


def _settle(h: Households, at: np.ndarray, monday: int, rng: np.random.Generator) -> None:
    h.settled[at], h.plan[at], h.plan_on[at], h.repaying[at] = True, ACTIVE, monday - 1, False
    h.phase[at] = np.minimum(h.phase[at], SUMMONS)
    h.term = np.where(at, h.saldo / rng.uniform(15, 36, len(h.rent)).round(0), h.term)


def _bailiff(h: Households, owing: np.ndarray, monday: int, rng: np.random.Generator) -> None:
    """Hand old files without payments to the bailiff. The office sees each as a failure, so it hesitates."""
    n = len(h.rent)
    ripe = owing & (h.phase == SUMMONS) & (h.plan != ACTIVE) & ~h.disputed & (h.saldo > 1.5 * h.rent)
    ripe &= monday - h.opened >= h.bailiff_days
    ripe &= (h.plan != STOPPED) | (monday - h.plan_on > 21)
    moving = monday - h.paid_on < 35
    growing = h.saldo > 1.15 * h.saldo_before
    nuisance = (monday >= h.complained_on) & (monday - h.complained_on < 182)
    pace = 0.18 * (h.saldo / h.rent - 0.5) * np.where(moving, 0.25, 1.0) * np.where(growing, 1.3, 0.7)
    handed = ripe & (rng.random(n) < pace * np.where(nuisance, 1.7, 1.0) * np.where(h.overload > 1, 1.3, 1.0))
    _to(h, handed, BAILIFF, monday)


def _court(h: Households, moves: Moves, owing: np.ndarray, monday: int, rng: np.random.Generator) -> None:
    """Take files without payments to court and at last evict; some tenants flee before that."""
    n = len(h.rent)
    late = owing & (h.phase >= BAILIFF)
    since = monday - h.phase_on
    # Some pay off after all, often with help that comes late.
    turn = late & ~h.repaying & (rng.random(n) < 0.055 * np.where(stress(h) < 1, 2.0, 0.8))
    h.repaying |= turn
    h.money[turn] *= 0.3
    stuck = late & ~h.repaying
    for phase, weeks, pace in ((COURT, 5, 0.075), (VERDICT, 4, 0.150), (EVICTION, 3, 0.060)):
        step = stuck & (h.phase == phase - 1) & (since > 7 * weeks) & (rng.random(n) < pace)
        _to(h, step, phase, monday)
        stuck &= ~step
    stays = h.lived_in & (h.end == NEVER)
    out = stuck & stays & (h.phase == EVICTION) & (since > 28) & (rng.random(n) < 0.03)
    fled = owing & stays & ~out & (h.phase >= SUMMONS) & (h.plan != ACTIVE)
    fled &= rng.random(n) < 0.00035 * np.maximum(h.money - 0.5, 0) * (1 + h.overload)
    _leave(moves, np.flatnonzero(out), "ONT", monday, rng)
    _leave(moves, np.flatnonzero(fled), "NOO", monday, rng)


def _nuisance(h: Households, moves: Moves, monday: int, rng: np.random.Generator) -> None:
    """Evict over nuisance. This is rare: it takes many complaints and lasting conflict."""
    n = len(h.rent)
    thick = h.lived_in & (h.end == NEVER) & (h.complaints >= 4) & (monday - h.complained_on < 120)
    out = thick & (h.conflict > 1.0) & (rng.random(n) < 0.0016 * h.conflict)
    _leave(moves, np.flatnonzero(out), "ONT", monday, rng)


def _leave(moves: Moves, at: np.ndarray, detail: str, monday: int, rng: np.random.Generator) -> None:
    if len(at):
        end = monday + rng.integers(0, 6, len(at))
        moves.leave(
            at, end, notice=NEVER, known=end + rng.integers(0, 4, len(at)), reason="ONT", detail=detail
        )


def start_files(
    h: Households, settled: float, disputed: float, monday: int, rng: np.random.Generator
) -> None:
    """Start some households with a frozen debt or a dispute that dates from before the history."""
    n = len(h.rent)
    frozen = h.lived_in & (rng.random(n) < settled) & (h.ahead == 0)
    h.saldo = np.where(frozen, (h.rent * rng.uniform(1.5, 4.0, n)).round(2), h.saldo)
    h.opened[frozen], h.phase[frozen] = monday - 200, SUMMONS
    _settle(h, frozen, monday, rng)
    h.disputed = h.lived_in & ~frozen & (rng.random(n) < disputed) & (h.ahead == 0)


def new_disputes(h: Households, disputed: float, rng: np.random.Generator) -> None:
    """Let some households withhold the rent for about 16 weeks, over repairs or a rent increase."""
    h.disputed |= (
        h.lived_in & (h.ahead == 0) & ~h.settled & ~h.let_be & (rng.random(len(h.rent)) < disputed / 16)
    )
