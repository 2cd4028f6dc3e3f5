"""The safety note *bezoek met twee* (``signaleringen``, optional). It is printed for the coach and never scored."""

from __future__ import annotations

import ibis.expr.types as ir

from features.known import Known
from features.signal import Fact, Signal, View

SOURCE = "signaleringen"


def pair_visits(known: Known) -> ir.Table:
    """Return the flags *bezoek met twee* (SIGNALERINGDETAILSOORT BEZ) that are valid on the as-of date."""
    flags = known(SOURCE)
    holds = (flags.begindatum < flags.as_of) & (flags.einddatum.isnull() | (flags.einddatum >= flags.as_of))
    return flags.filter(flags.detailsoort_code == "BEZ", holds)


SIGNALS: tuple[Signal, ...] = ()

FACTS = (
    Fact(
        "fact_safety_pair",
        SOURCE,
        "Whether a flag *bezoek met twee* is valid",
        lambda t: t.count() > 0,
        "boolean",
        otherwise=False,
    ),
)

COUNTS = """\
Flags *bezoek met twee* (BEZ) that began before the as-of date and did not end before it."""

VIEWS = (View(SOURCE, SOURCE, pair_visits, COUNTS),)
