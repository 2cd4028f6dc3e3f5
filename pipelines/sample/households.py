"""Hold the state of the household in each home: character, hidden causes, ledger and collection file."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np
import pandas as pd

from pipelines.sample.demo import Demo
from pipelines.sample.town import Town

NEVER = 10_000_000  # a day number that is never reached: no end, no notice, no payment under way

_FLAGS = (
    "careless", "loud", "isolated", "busy", "complains", "debit", "settled", "disputed", "repaying",
    "never_pays", "institution", "let_be",
)  # fmt: skip
_AMOUNTS = ("rent", "saldo", "saldo_before", "ahead", "paid", "rent_comes", "extra_comes", "term")
_TROUBLES = ("money", "overload", "conflict", "loss", "reserve", "shows", "strain")
_LEVELS = ("frail_money", "frail_overload", "frail_conflict", "repairs", *_TROUBLES)


class Households:
    """The households of all homes: one element per home in every array. Most arrays are reset for a new household.

    Days are counted from 1970-01-01 and amounts are in euro. Levels have no unit: 0 is none and 1 is a burden.
    """

    # the agreement; -1 while the home is empty
    agreement: np.ndarray
    tenant: np.ndarray
    begin: np.ndarray
    end: np.ndarray
    # character of the household
    frail_money: np.ndarray
    frail_overload: np.ndarray
    frail_conflict: np.ndarray
    careless: np.ndarray
    loud: np.ndarray
    isolated: np.ndarray
    busy: np.ndarray
    complains: np.ndarray
    repairs: np.ndarray
    debit: np.ndarray
    bailiff_days: np.ndarray
    # in some worlds: pays no rent at all; a home that an institution rents for its clients
    never_pays: np.ndarray
    institution: np.ndarray
    # the hidden causes
    money: np.ndarray
    overload: np.ndarray
    conflict: np.ndarray
    # in some worlds: income lost, weeks of it that can still be borrowed, and the strain of that with its ceiling
    loss: np.ndarray
    reserve: np.ndarray
    shows: np.ndarray
    strain: np.ndarray
    # the ledger: a saldo above 0 is owed; a payment that has been decided is booked on its day
    rent: np.ndarray
    ahead: np.ndarray
    saldo: np.ndarray
    saldo_before: np.ndarray
    paid: np.ndarray
    paid_on: np.ndarray
    rent_comes: np.ndarray
    rent_comes_on: np.ndarray
    extra_comes: np.ndarray
    extra_comes_on: np.ndarray
    settled: np.ndarray
    disputed: np.ndarray
    # the collection file
    phase: np.ndarray
    phase_on: np.ndarray
    opened: np.ndarray
    plan: np.ndarray
    plan_on: np.ndarray
    term: np.ndarray
    missed: np.ndarray
    repaying: np.ndarray
    # in some worlds: the office does not pursue this debt, and the month in which a debt that stays fell due
    let_be: np.ndarray
    old_due: np.ndarray
    # the nuisance file
    complaints: np.ndarray
    complained_on: np.ndarray

    def __init__(self, town: Town) -> None:
        homes = len(town.rent)
        for name in Households.__annotations__:
            kind: type = (
                bool if name in _FLAGS else float if name in _AMOUNTS or name in _LEVELS else np.int64
            )
            setattr(self, name, np.zeros(homes, dtype=kind))
        self.agreement[:] = -1
        self.end[:] = NEVER
        self.rent[:] = town.rent

    @property
    def lived_in(self) -> np.ndarray:
        """Whether somebody lives in the home."""
        return self.agreement >= 0


def draw(h: Households, at: np.ndarray, demo: Demo, rng: np.random.Generator) -> None:
    """Draw new households for the homes `at`, with their character, no troubles and an empty ledger."""
    n = len(at)
    money, own, other = rng.standard_normal((3, n))
    overload = demo.link * money + np.sqrt(1 - demo.link**2) * own
    conflict = 0.35 * overload + 0.94 * other
    for name, z in (("money", money), ("overload", overload), ("conflict", conflict)):
        getattr(h, f"frail_{name}")[at] = np.exp(0.9 * z - 0.405)  # has mean 1
        getattr(h, name)[at] = 0.05 * rng.random(n)
    for name in ("careless", "loud", "isolated", "busy", "complains"):
        getattr(h, name)[at] = rng.random(n) < getattr(demo, name)
    h.repairs[at] = np.exp(0.5 * rng.standard_normal(n)) * np.where(h.isolated[at], 0.35, 1.0)
    h.debit[at] = (rng.random(n) < 0.62) & ~h.careless[at]
    ahead = rng.random(n) < 0.003
    h.ahead[at] = np.where(ahead, (h.rent[at] * rng.uniform(0.05, 1.0, n)).round(2), 0.0)
    h.bailiff_days[at] = rng.integers(demo.bailiff_days[0], demo.bailiff_days[1] + 1, n)
    for name in ("loss", "reserve", "shows", "strain"):
        getattr(h, name)[at] = 0.0
    for name in ("never_pays", "institution"):
        getattr(h, name)[at] = False
    empty_files(h, at)


def empty_files(h: Households, at: np.ndarray) -> None:
    """Reset the ledger, the collection file and the nuisance file of the homes `at`."""
    for name in ("saldo_before", "paid", "rent_comes", "extra_comes", "term"):
        getattr(h, name)[at] = 0.0
    for name in ("phase", "plan", "missed", "complaints"):
        getattr(h, name)[at] = 0
    for name in ("end", "rent_comes_on", "extra_comes_on", "opened", "old_due"):
        getattr(h, name)[at] = NEVER
    for name in ("paid_on", "phase_on", "plan_on", "complained_on"):
        getattr(h, name)[at] = -NEVER
    for name in ("settled", "disputed", "repaying", "let_be"):
        getattr(h, name)[at] = False
    h.saldo[at] = -h.ahead[at]


def carry_over(h: Households, old: np.ndarray, new: np.ndarray) -> None:
    """Copy the households of the homes `old` to `new`: the same people, habits and troubles."""
    habits = ("careless", "loud", "isolated", "busy", "complains", "repairs", "debit", "tenant")
    for name in (*habits, "frail_money", "frail_overload", "frail_conflict", *_TROUBLES):
        getattr(h, name)[new] = getattr(h, name)[old]


class Book:
    """Collect events in batches, column by column, and turn them into data frames at the end."""

    def __init__(self) -> None:
        self._batches: dict[str, list[dict[str, Any]]] = defaultdict(list)

    def add(self, table: str, **columns: Any) -> None:
        """Append a batch of rows from arrays of one length (possibly 0) and single values that hold for every row."""
        self._batches[table].append(columns)

    def frame(self, table: str) -> pd.DataFrame:
        """Return all rows of a table in the order they were added."""
        batches = self._batches[table]
        sizes = [
            next(len(values) for values in batch.values() if isinstance(values, np.ndarray))
            for batch in batches
        ]
        return pd.DataFrame(
            {
                name: np.concatenate(
                    [np.broadcast_to(batch[name], size) for batch, size in zip(batches, sizes, strict=True)]
                )
                for name in batches[0]
            }
        )
