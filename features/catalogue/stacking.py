"""Stacking: how many families of signals are active at once, and whether that grows.

Trouble in several fields at once tells more than the sum: with nuisance, money trouble went with eviction at
an odds ratio of 8 (van Laere 2009; small and old, so a direction and not a weight). Each family has one
plain rule for *active*, the same now and 91 days before, so that the difference compares like with like.
Both look at what is known now about those days.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import ibis
import ibis.expr.types as ir

from features.catalogue.arrears import due_on
from features.signal import PER_AGREEMENT, SEVERAL, Absence, Clause, Fact, Signal, View

BACK_DAYS = 91
ACTIVE_EURO = 75.0
ACTIVE_OPEN_DAYS = 30
"""€ 75 and 30 days: from there on Dutch municipalities take up a signal of arrears (median threshold in the
Divosa monitor; 30 to 100 days in the national covenant). Less is a late payment."""
ACTIVE_REPAIRS = 2
"""One missed appointment or one clogged drain happens to everybody."""


def _arrears(euro: ir.Value, due_on: ir.Value, at: ir.Value) -> ir.Value:
    """Whether arrears are active: an amount that matters, open for a month."""
    return ((euro >= ACTIVE_EURO) & (at.delta(due_on, unit="day") >= ACTIVE_OPEN_DAYS)).fill_null(False)


def _repairs(telling: ir.Value, days_not_home: ir.Value) -> ir.Value:
    """Whether repairs are active: two or more of neglect, damage and not at home."""
    return telling.fill_null(0) + days_not_home.fill_null(0) >= ACTIVE_REPAIRS


def _active_then(t: ir.Table) -> ir.Value:
    """Count the families that were active 91 days before; arrears only if there is a list of then."""
    then = (t.as_of.cast("date") - ibis.interval(days=BACK_DAYS)).cast("date")
    return (
        _arrears(t.aux_euro_3m, t.aux_due_on_3m, then).cast("int64")
        + (t.aux_complaints_then.fill_null(0) >= 1).cast("int64")
        + _repairs(t.aux_telling_then, t.aux_not_home_then).cast("int64")
        + (t.aux_worries_then.fill_null(0) >= 1).cast("int64")
    )


def _growth(t: ir.Table) -> ir.Value:
    """Families active now less those active then; arrears with an unknown past are left out of both.

    The first family to become active is no stacking: that growth is 0, or one complaint would count twice.
    """
    unknown = t.fact_arrears_active & t.latest_3m.isnull()
    growth = _active_now(t) - unknown.cast("int64") - _active_then(t)
    return ibis.ifelse(_active_now(t) >= 2, growth, ibis.least(growth, 0))


def _active_now(t: ir.Table) -> ir.Value:
    """Count the families that are active on the as-of date."""
    flags = (t.fact_arrears_active, t.fact_nuisance_active, t.fact_repairs_active, t.fact_worries_active)
    return sum((flag.cast("int64") for flag in flags), ibis.literal(0, type="int64"))


_signal = partial(
    Signal, source=SEVERAL, family="stacking", direction=+1, view=PER_AGREEMENT, unit="soorten (0–4)"
)

SIGNALS = (
    _signal(
        name="active_families",
        question="Op hoeveel gebieden tegelijk speelt nu iets?",
        reason=Clause.STACKING,
        absence=Absence.ZERO,
        caveat="Huur (ten minste € 75, 30 dagen), overlast (1 melding in 90 dagen), reparaties (2 "
        "signalen in 90 dagen) en zorgen (1 in 90 dagen). Wat niet geleverd is, telt als niets: het kan "
        "er meer zijn.",
        expression=_active_now,
        window_days=90,
    ),
    _signal(
        name="families_growth",
        question="Op hoeveel gebieden tegelijk speelt nu meer dan 91 dagen terug?",
        reason=Clause.STACKING,
        absence=Absence.ZERO,
        caveat="Het eerste gebied is nog geen stapeling en telt als 0. "
        "Vergelijkt met wat nu over toen bekend is; late meldingen tellen bij de dag waarop het "
        "gebeurde.",
        expression=_growth,
        window_days=181,
    ),
)


def _flag(name: str, source: str, description: str, expression: Callable[[ir.Table], ir.Value]) -> Fact:
    """Make a fact whether a family is active."""
    return Fact(name, source, description, expression, "boolean", view=PER_AGREEMENT, otherwise=False)


FACTS = (
    _flag(
        "fact_arrears_active",
        "huurachterstanden",
        "€ 75 or more, open for 30 days or longer",
        lambda t: _arrears(t.arrears_euro, due_on(t), t.as_of),
    ),
    _flag(
        "fact_nuisance_active",
        "overlastmeldingen",
        "A complaint in the last 90 days",
        lambda t: t.aux_complaints_now.fill_null(0) >= 1,
    ),
    _flag(
        "fact_repairs_active",
        "reparatieverzoeken",
        "Requests of neglect or damage (or both) and days not at home: two or more in the last 90 days",
        lambda t: _repairs(t.aux_telling_now, t.not_home_90d),
    ),
    _flag(
        "fact_worries_active",
        "meldingen_medewerkers",
        "A worry in the last 90 days",
        lambda t: t.worries_90d.fill_null(0) >= 1,
    ),
    Fact(
        "fact_first_signal_on",
        SEVERAL,
        "Since when: the first of the present arrears, and of complaints, days not at home and worries "
        "in 365 d",
        lambda t: ibis.least(
            t.fact_arrears_since, t.fact_first_complaint_on, t.fact_first_not_home_on, t.fact_first_worry_on
        ),
        "date",
        view=PER_AGREEMENT,
    ),
)

VIEWS: tuple[View, ...] = ()
