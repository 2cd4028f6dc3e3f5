"""Signals of stacking: how many families of signals are active at once, whether that number grows, and all events together.

Trouble in several fields at once weighs more than the sum. Combined with nuisance, money trouble went with eviction at
an odds ratio of 8 (van Laere 2009; the study is small and old, so it gives a direction and not a weight). Each family
has one simple rule for *active*. The same rule is used now and for 91 days before, so that the two can be compared. Both
use what is known now about those days.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import ibis
import ibis.expr.types as ir

from features.catalogue.arrears import due_on
from features.signal import PER_AGREEMENT, SEVERAL, Absence, Clause, Fact, Phrase, Signal, View

BACK_DAYS = 91
ACTIVE_EURO = 75.0
ACTIVE_OPEN_DAYS = 30
"""From € 75 and 30 days on, Dutch municipalities act on a signal of arrears (median threshold in the Divosa monitor; 30
to 100 days in the national covenant). Anything less is a late payment."""
ACTIVE_REPAIRS = 2
"""A single missed appointment or clogged drain happens to everybody."""
EVENTS = (
    "complaints_365d",
    "worries_365d",
    "not_home_365d",
    "damage_365d",
    "neglect_365d",
    "stornos_365d",
    "arrears_returns_365d",
)
"""Counts of a year whose sum is the number of events. A repair may count twice, as damage and as neglect."""


def _arrears(euro: ir.Value, due_on: ir.Value, at: ir.Value) -> ir.Value:
    """Return whether arrears are active: at least ``ACTIVE_EURO``, open for ``ACTIVE_OPEN_DAYS``."""
    return ((euro >= ACTIVE_EURO) & (at.delta(due_on, unit="day") >= ACTIVE_OPEN_DAYS)).fill_null(False)


def _repairs(telling: ir.Value, days_not_home: ir.Value) -> ir.Value:
    """Return whether repairs are active: at least two events of neglect, damage or nobody at home."""
    return telling.fill_null(0) + days_not_home.fill_null(0) >= ACTIVE_REPAIRS


def _active_then(t: ir.Table) -> ir.Value:
    """Count the families that were active 91 days before; arrears only if there is a list of that time."""
    then = (t.as_of.cast("date") - ibis.interval(days=BACK_DAYS)).cast("date")
    return (
        _arrears(t.aux_euro_3m, t.aux_due_on_3m, then).cast("int64")
        + (t.aux_complaints_then.fill_null(0) >= 1).cast("int64")
        + _repairs(t.aux_telling_then, t.aux_not_home_then).cast("int64")
        + (t.aux_worries_then.fill_null(0) >= 1).cast("int64")
    )


def _growth(t: ir.Table) -> ir.Value:
    """Return the families active now minus those active then; arrears with an unknown past are left out of both.

    The first family to become active is not stacking, so its growth is 0. Otherwise one complaint would count twice.
    """
    unknown = t.fact_arrears_active & t.latest_3m.isnull()
    growth = _active_now(t) - unknown.cast("int64") - _active_then(t)
    return ibis.ifelse(_active_now(t) >= 2, growth, ibis.least(growth, 0))


def _active_now(t: ir.Table) -> ir.Value:
    """Count the families that are active on the as-of date."""
    flags = (t.fact_arrears_active, t.fact_nuisance_active, t.fact_repairs_active, t.fact_worries_active)
    return sum((flag.cast("int64") for flag in flags), ibis.literal(0, type="int64"))


def _events(t: ir.Table) -> ir.Value:
    """Count the events of a year in every family; an extract that was not delivered adds nothing."""
    return sum((t[name].fill_null(0) for name in EVENTS), ibis.literal(0, type="int64"))


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
    _signal(
        name="events_365d",
        question="Hoeveel gebeurtenissen waren er in een jaar, alles bij elkaar?",
        reason=Phrase(
            "alles bij elkaar {value} gebeurtenis in een jaar",
            "alles bij elkaar {value} gebeurtenissen in een jaar",
        ),
        unit="gebeurtenissen",
        absence=Absence.ZERO,
        caveat="Overlastmeldingen, zorgen, dagen dat niemand opendeed, reparaties door schade of verwaarlozing, "
        "mislukte incasso's en achterstanden die terugkwamen. Wat niet geleverd is, telt als niets.",
        expression=_events,
        window_days=365,
    ),
)


def _flag(name: str, source: str, description: str, expression: Callable[[ir.Table], ir.Value]) -> Fact:
    """Return a fact that states whether a family is active."""
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
        "Requests of neglect or damage, and days on which nobody opened: at least two in the last 90 days",
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
        "Since when there are signals: the earliest of the begin of the current arrears and the first complaint, day "
        "not at home and worry (365 d)",
        lambda t: ibis.least(
            t.fact_arrears_since, t.fact_first_complaint_on, t.fact_first_not_home_on, t.fact_first_worry_on
        ),
        "date",
        view=PER_AGREEMENT,
    ),
)

VIEWS: tuple[View, ...] = ()
