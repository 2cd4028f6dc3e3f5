"""Signals of nuisance: complaints *about* the agreement (``overlastmeldingen``), by the day of the event.

Cancelled complaints (ZAAKSTATUSSOORT GEA) do not count, and neither do cases that are not nuisance: tenancy fraud (WOO),
money (FIN) and complaints about the corporation (ORG). Complaints about drugs and hemp count, but have no signal of
their own: they are close to criminal data (GDPR art. 10).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import ibis
import ibis.expr.types as ir

from features.known import KEY, Known, happened
from features.signal import PER_AGREEMENT, Absence, Clause, Fact, Signal, View

SOURCE = "overlastmeldingen"
NO_NUISANCE = ("WOO", "FIN", "ORG")
RISE_DAYS = 180
"""Twice 90 days: with a shorter history of complaints, a corporation cannot compare two periods of 90 days."""
HEAVY = ("AGR", "VUI", "STA")
"""Aggression, filth and stench: these go with neglect and crisis more often than with lifestyle."""


def complaints(known: Known) -> ir.Table:
    """Return one row per complaint of the last year (one zaak can be delivered for the home and for the agreement).

    ``teller`` identifies the source of a complaint, so that a quarrel between two neighbours counts once. It is the
    reporter. Without a known reporter it is the complaint itself, but all quarrels (RUZ) then share one ``teller``.
    """
    cases = happened(known(SOURCE), "gebeurd_op", 365)
    cancelled = cases.status_code.fill_null("") == "GEA"
    other = cases.zaaktypesoort_code.fill_null("").isin(NO_NUISANCE)
    cases = (
        cases.filter(~cancelled, ~other)
        .group_by(*KEY, "zaak_id")
        .aggregate(
            gebeurd_op=lambda t: t.gebeurd_op.min(),
            days=lambda t: t.days.max(),
            kind=lambda t: t.zaaktypedetailsoort_code.max().fill_null(""),
            reporter=lambda t: t.melder_id.max(),
        )
    )
    unknown = ibis.ifelse(cases.kind == "RUZ", "quarrel", "case " + cases.zaak_id)
    return cases.mutate(teller=ibis.coalesce("reporter " + cases.reporter, unknown))


def _of_kind(*kinds: str) -> Callable[[ir.Table], ir.Value]:
    return lambda t: t.count(where=t.kind.isin(kinds))


def first_complaint(known: Known) -> ir.Table:
    """Return the day of the first known complaint per corporation and as-of date: the start of its history."""
    cases = known(SOURCE)
    cases = cases.filter(cases.gebeurd_op < cases.as_of)
    return cases.group_by("corporatie_id", "as_of").aggregate(complaints_from=cases.gebeurd_op.min())


def _rise(t: ir.Table) -> ir.Value:
    """Return the separate complaints of 90 days minus those of the 90 days before; NULL for a short history."""
    history = t.as_of.delta(t.complaints_from, unit="day")
    rise = t.complaints_separate_90d - t.aux_separate_before.fill_null(0)
    return ibis.ifelse(history >= RISE_DAYS, rise, ibis.null("int64"))


_signal = partial(
    Signal, source=SOURCE, family="nuisance", absence=Absence.ZERO, direction=+1, unit="meldingen"
)

SIGNALS = (
    _signal(
        name="complaints_30d",
        question="Hoeveel overlastmeldingen zijn er over dit adres in 30 dagen?",
        reason=Clause.COMPLAINTS,
        window_days=30,
        caveat="Een melding is nog geen vaststelling. Meldingen komen soms weken later binnen.",
        expression=lambda t: t.count(where=t.days <= 30),
    ),
    _signal(
        name="complaints_90d",
        question="Hoeveel overlastmeldingen zijn er over dit adres in 90 dagen?",
        reason=Clause.COMPLAINTS,
        window_days=90,
        caveat="Een melding is nog geen vaststelling.",
        expression=lambda t: t.count(where=t.days <= 90),
    ),
    _signal(
        name="complaints_365d",
        question="Hoeveel overlastmeldingen zijn er over dit adres in een jaar?",
        reason=Clause.COMPLAINTS,
        window_days=365,
        caveat="Hangt ook af van hoe gehorig het huis is en hoe snel buren melden.",
        expression=lambda t: t.count(),
    ),
    _signal(
        name="complaints_separate_90d",
        question="Hoeveel losse meldingen in 90 dagen, als elke melder één keer telt?",
        reason=Clause.COMPLAINTS,
        window_days=90,
        caveat="Eén melder tegen één buur telt één keer, hoe vaak er ook is gemeld; burenruzies zonder "
        "bekende melder tellen samen één keer.",
        expression=lambda t: t.teller.nunique(where=t.days <= 90),
    ),
    _signal(
        name="complaints_separate_365d",
        question="Hoeveel losse meldingen in een jaar, als elke melder één keer telt?",
        reason=Clause.COMPLAINTS,
        window_days=365,
        caveat="Als bij 90 dagen.",
        expression=lambda t: t.teller.nunique(),
    ),
    _signal(
        name="complaints_rise_90d",
        question="Hoeveel losse meldingen meer dan in de 90 dagen daarvoor?",
        reason=Clause.COMPLAINTS,
        window_days=RISE_DAYS,
        caveat="Negatief als het rustiger werd. Late meldingen maken het verschil eerst te klein. Onbekend bij "
        "minder dan 180 dagen meldingen in de gegevens.",
        expression=_rise,
        view=PER_AGREEMENT,
        absence=Absence.MISSING,
    ),
    _signal(
        name="reporters_365d",
        needs=("melder_id",),
        question="Hoeveel verschillende melders zijn er in een jaar?",
        reason=Clause.COMPLAINTS,
        unit="melders",
        window_days=365,
        caveat="Alleen bekende melders; anonieme meldingen tellen hier niet.",
        expression=lambda t: t.reporter.nunique(),
    ),
    _signal(
        name="heavy_90d",
        needs=("zaaktypedetailsoort_code",),
        question="Hoeveel meldingen van agressie, vervuiling of stank in 90 dagen?",
        reason=Clause.COMPLAINTS,
        window_days=90,
        caveat="De soort is die van de melder, niet van een onderzoek.",
        expression=lambda t: t.count(where=t.kind.isin(HEAVY) & (t.days <= 90)),
    ),
    _signal(
        name="heavy_365d",
        needs=("zaaktypedetailsoort_code",),
        question="Hoeveel meldingen van agressie, vervuiling of stank in een jaar?",
        reason=Clause.COMPLAINTS,
        window_days=365,
        caveat="De soort is die van de melder, niet van een onderzoek.",
        expression=_of_kind(*HEAVY),
    ),
    _signal(
        name="noise_365d",
        needs=("zaaktypedetailsoort_code",),
        question="Hoeveel meldingen van geluid in een jaar?",
        reason=Clause.COMPLAINTS,
        window_days=365,
        caveat="Vaak leefgeluid in een gehorig huis.",
        expression=_of_kind("GEL"),
    ),
    _signal(
        name="filth_365d",
        needs=("zaaktypedetailsoort_code",),
        question="Hoeveel meldingen van vervuiling in een jaar?",
        reason=Clause.COMPLAINTS,
        window_days=365,
        caveat="De soort is die van de melder.",
        expression=_of_kind("VUI"),
    ),
    _signal(
        name="stench_365d",
        needs=("zaaktypedetailsoort_code",),
        question="Hoeveel meldingen van stank in een jaar?",
        reason=Clause.COMPLAINTS,
        window_days=365,
        caveat="Kan ook van het riool of de buren komen.",
        expression=_of_kind("STA"),
    ),
    _signal(
        name="aggression_365d",
        needs=("zaaktypedetailsoort_code",),
        question="Hoeveel meldingen van agressie of bedreiging in een jaar?",
        reason=Clause.COMPLAINTS,
        window_days=365,
        caveat="Lees ook de veiligheidsnotitie voor het bezoek.",
        expression=_of_kind("AGR"),
    ),
    _signal(
        name="quarrels_365d",
        needs=("zaaktypedetailsoort_code",),
        question="Hoeveel meldingen van burenruzie in een jaar?",
        window_days=365,
        direction=0,
        caveat="Een ruzie zegt niet wie hulp nodig heeft en krijgt daarom geen punten.",
        expression=_of_kind("RUZ"),
    ),
)

FACTS = (
    Fact(
        "fact_first_complaint_on",
        SOURCE,
        "First complaint within 365 d",
        lambda t: t.gebeurd_op.min(),
        "date",
    ),
    Fact(
        "fact_last_complaint_on", SOURCE, "Last complaint within 365 d", lambda t: t.gebeurd_op.max(), "date"
    ),
    Fact(
        "fact_last_heavy_on",
        SOURCE,
        "Last complaint about aggression, filth or stench within 365 d",
        lambda t: t.gebeurd_op.max(where=t.kind.isin(HEAVY)),
        "date",
    ),
    Fact(
        "aux_separate_before",
        SOURCE,
        "Separate complaints in the 90 d before the last 90 d",
        lambda t: t.teller.nunique(where=(t.days > 90) & (t.days <= RISE_DAYS)),
        "int64",
    ),
    Fact("aux_complaints_now", SOURCE, "In 90 d", lambda t: t.count(where=t.days <= 90), "int64"),
    Fact(
        "aux_complaints_then",
        SOURCE,
        "In the 90 d before the date 91 d back",
        lambda t: t.count(where=(t.days > 91) & (t.days <= 181)),
        "int64",
    ),
)

COUNTS = f"""\
Complaints about the agreement, by the day of the event (begindatum, or registratiedatum if it is missing). Cancelled
complaints (GEA) and cases that are not nuisance (ZAAKTYPESOORT {", ".join(NO_NUISANCE)}) are left out. One zaak counts
once, also if it was delivered for the home and for the agreement: on its earliest day within the year, with the
alphabetically last kind and reporter. *Separate* complaints count each reporter once. Without a known reporter they
count each complaint, but all quarrels between neighbours (RUZ) together once. The rise is known if the corporation's
first complaint, of any kind, is at least {RISE_DAYS} days old."""

VIEWS = (View(SOURCE, SOURCE, complaints, COUNTS, "nuisance"),)
