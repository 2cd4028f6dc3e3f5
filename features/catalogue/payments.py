"""Signals of failed direct debits, from the rent ledger (``boekingen``, optional)."""

from __future__ import annotations

from functools import partial

import ibis.expr.types as ir

from features.known import Known, happened
from features.signal import Absence, Clause, Fact, Signal, View

SOURCE = "boekingen"


def stornos(known: Known) -> ir.Table:
    """Return the failed direct debits (BOEKINGDETAILSOORT STO) of the last year, by booking date."""
    booked = known(SOURCE)
    return happened(booked.filter(booked.detailsoort_code == "STO"), "boekdatum", 365)


_signal = partial(Signal, source=SOURCE, family="arrears", absence=Absence.ZERO, direction=+1, unit="keer")

SIGNALS = (
    _signal(
        name="stornos_90d",
        question="Hoe vaak mislukte een automatische incasso in 90 dagen?",
        reason=Clause.STORNOS,
        window_days=90,
        caveat="Alleen met het grootboek, en alleen bij wie automatisch betaalt.",
        expression=lambda t: t.count(where=t.days <= 90),
    ),
    _signal(
        name="stornos_365d",
        question="Hoe vaak mislukte een automatische incasso in een jaar?",
        reason=Clause.STORNOS,
        window_days=365,
        caveat="Alleen met het grootboek, en alleen bij wie automatisch betaalt.",
        expression=lambda t: t.count(),
    ),
)

FACTS = (
    Fact(
        "fact_last_storno_on", SOURCE, "Last failed direct debit (365 d)", lambda t: t.boekdatum.max(), "date"
    ),
)

VIEWS = (
    View(SOURCE, SOURCE, stornos, "Entries of a failed direct debit (STO), by booking date.", "arrears"),
)
