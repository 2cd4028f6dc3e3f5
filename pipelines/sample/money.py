"""Simulate the rent: what falls due, what is paid and when, and the oldest month still open."""

from __future__ import annotations

import numpy as np

from pipelines.sample.households import NEVER, Households

ACTIVE, STOPPED, DONE, MISTAKEN = 1, 2, 3, 4  # payment plan: ACT, ANN, BEE, VER


def chance(score: np.ndarray) -> np.ndarray:
    """Return the logistic function."""
    return 1 / (1 + np.exp(-score))


def stress(h: Households) -> np.ndarray:
    """Return what keeps a household from paying: lack of money or unopened post."""
    return h.money + 0.75 * h.overload


def fall_due(h: Households, due: int, rng: np.random.Generator) -> None:
    """Charge the rent of the month on its first day and decide what each household will pay and when."""
    live = h.lived_in & (h.begin <= due)
    backlog = np.where(live, np.maximum(h.saldo, 0), 0.0)
    h.saldo = np.where(live, (h.saldo + h.rent).round(2), h.saldo)
    n = len(h.rent)
    burden = np.where(h.settled, 0.0, stress(h))
    u = rng.random(n)
    misses = chance(-6.4 + 2.8 * burden)
    some = chance(-5.9 + 2.6 * burden)
    none = live & ((u < misses) | h.disputed | h.never_pays)
    part = live & ~none & (u < misses + some)
    storno = live & ~none & ~part & h.debit & (rng.random(n) < 0.005 + 0.06 * h.strain)
    # Most pay at once. Careless households pay a week or two late every month, but always in full.
    late = np.minimum(rng.exponential(0.25, n), 4.0)
    late = np.where(h.careless, np.clip(rng.normal(11, 5, n), 2, 26), late)
    late = np.where(h.debit, 0.0, late) + np.where(storno, rng.uniform(9, 24, n), 0)
    short = 6.0 * np.minimum(h.money, 1.5) + 9.0 * h.strain
    late = np.minimum(late + np.where(part, rng.uniform(3, 20, n), short * rng.random(n)), 27)
    h.rent_comes = np.where(none, 0.0, np.where(part, h.rent * rng.uniform(0.3, 0.85, n), h.rent)).round(2)
    h.rent_comes_on = np.where(live & ~none, due + late.astype(np.int64), NEVER)
    _extra(h, due, backlog, none | part, burden, rng)


def _extra(
    h: Households,
    due: int,
    backlog: np.ndarray,
    short: np.ndarray,
    burden: np.ndarray,
    rng: np.random.Generator,
) -> None:
    """Decide what is paid this month on older debt: under a plan, spontaneously, or to show good will."""
    n = len(h.rent)
    owing = (backlog > 1.0) & ~h.let_be & ~h.never_pays
    plan = owing & (h.plan == ACTIVE)
    keeps = ~short & (rng.random(n) > chance(-4.2 + 1.9 * burden)) | h.settled
    h.missed = np.where(plan & ~keeps, h.missed + 1, np.where(plan, 0, h.missed))
    calm = owing & ~plan & ~h.disputed & (burden < 0.7) & (rng.random(n) < 0.85)
    gesture = owing & ~plan & ~calm & ~h.disputed & (rng.random(n) < 0.38 * np.exp(-0.7 * h.overload))
    repays = owing & h.repaying
    # A benefit paid in arrears, a tax refund or family occasionally pays all of it at once.
    windfall = owing & ~plan & ~h.disputed & (rng.random(n) < 0.07)
    wish = np.select(
        [windfall, plan & keeps, repays, calm, gesture],
        [
            backlog,
            np.where(backlog < 1.3 * h.term, backlog, h.term),
            h.rent * rng.uniform(0.4, 1.2, n),
            h.rent * rng.uniform(0.6, 1.6, n),
            h.rent * rng.uniform(0.1, 0.6, n),
        ],
        0.0,
    )
    h.extra_comes = np.minimum(wish, backlog).round(2)
    h.extra_comes_on = np.where(h.extra_comes > 0, due + rng.integers(2, 27, n), NEVER)


def receive(h: Households, before: int) -> None:
    """Book the payments that arrive before a day: the rent first, then older debt."""
    for amount, on in ((h.rent_comes, h.rent_comes_on), (h.extra_comes, h.extra_comes_on)):
        arrived = h.lived_in & (on < before)
        at = np.flatnonzero(arrived)
        at = at[(amount[at] > 0)]
        # Nobody pays more than they owe, except households that are always ahead.
        sums = np.where(
            h.ahead[at] > 0, amount[at], np.minimum(amount[at], np.maximum(h.saldo[at], 0))
        ).round(2)
        h.saldo[at] = (h.saldo[at] - sums).round(2)
        later = (sums > 0) & (on[at] >= h.paid_on[at])
        h.paid[at] = np.where(later, sums, h.paid[at])
        h.paid_on[at] = np.where(later, on[at], h.paid_on[at])
        on[arrived] = NEVER


def oldest_due(h: Households, last_due: int) -> np.ndarray:
    """Return the day on which the oldest open rent fell due; payments settle the oldest month first.

    A household with an `old_due` pays the current rent only, so that day stays.
    `last_due` is the first day of the last month charged. The result means nothing where no rent is owed.
    """
    months = np.maximum(np.ceil((h.saldo - 0.01) / h.rent), 1).astype(np.int64)
    month = np.datetime64(last_due, "D").astype("datetime64[M]") - (months - 1)
    due = np.maximum(month.astype("datetime64[D]").astype(np.int64), h.begin)
    return np.where(h.old_due < NEVER, h.old_due, due)
