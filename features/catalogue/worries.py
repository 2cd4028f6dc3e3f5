"""Signals of worries that a caretaker, tradesman or partner passed on (``meldingen_medewerkers``, optional)."""

from __future__ import annotations

from functools import partial

import ibis.expr.types as ir

from features.known import Known, happened
from features.signal import Absence, Clause, Fact, Signal, View, listed

SOURCE = "meldingen_medewerkers"


def worries(known: Known) -> ir.Table:
    """Return the worries of the last year, by the day on which they were passed on."""
    return happened(known(SOURCE), "gebeurd_op", 365)


_signal = partial(
    Signal, source=SOURCE, family="worries", absence=Absence.ZERO, direction=+1, unit="meldingen"
)

SIGNALS = (
    _signal(
        name="worries_90d",
        question="Hoe vaak gaf een medewerker of partner een zorg door in 90 dagen?",
        reason=Clause.WORRIES,
        window_days=90,
        caveat="Alleen waar medewerkers zorgen vastleggen; geen melding zegt daar weinig.",
        expression=lambda t: t.count(where=t.days <= 90),
    ),
    _signal(
        name="worries_365d",
        question="Hoe vaak gaf een medewerker of partner een zorg door in een jaar?",
        reason=Clause.WORRIES,
        window_days=365,
        caveat="Alleen waar medewerkers zorgen vastleggen; geen melding zegt daar weinig.",
        expression=lambda t: t.count(),
    ),
)

FACTS = (
    Fact(
        "fact_worries",
        SOURCE,
        "The worries (365 d), each once, sorted (zorg)",
        lambda t: listed(t.zorg.collect(distinct=True)),
        "array<string>",
    ),
    Fact(
        "fact_worry_sources",
        SOURCE,
        "The sources of the worries (365 d), each once, sorted (bron)",
        lambda t: listed(t.bron.collect(distinct=True)),
        "array<string>",
    ),
    Fact("fact_first_worry_on", SOURCE, "First worry within 365 d", lambda t: t.gebeurd_op.min(), "date"),
    Fact("fact_last_worry_on", SOURCE, "Last worry within 365 d", lambda t: t.gebeurd_op.max(), "date"),
    Fact(
        "aux_worries_then",
        SOURCE,
        "In the 90 d before the date 91 d back",
        lambda t: t.count(where=(t.days > 91) & (t.days <= 181)),
        "int64",
    ),
)

VIEWS = (View(SOURCE, SOURCE, worries, "Worries, by the day on which they were passed on.", "worries"),)
