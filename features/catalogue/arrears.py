"""Signals of rent arrears, from the weekly or monthly position of each agreement (``huurachterstanden``).

The rows come from ``features.catalogue.positions``. Every signal is unknown (NULL) as long as no recent list of arrears
was delivered.
"""

from __future__ import annotations

from functools import partial

import ibis
import ibis.expr.types as ir

from features.catalogue.positions import COUNTS, HISTORY_DAYS, SOURCE, positions
from features.signal import PER_AGREEMENT, Absence, Clause, Fact, Signal, View

PHASES = (
    "geen",
    "herinnering",
    "aanmaning",
    "sommatie",
    "deurwaarder",
    "dagvaarding",
    "vonnis",
    "ontruiming_aangezegd",
)
"""Steps of the collection process in order (contract ``huurachterstanden``)."""


def due_on(t: ir.Table) -> ir.Value:
    """Return the due date of the oldest open item, or the start of these arrears if the list has no due date."""
    return ibis.coalesce(t.fact_oldest_due_on, t.fact_arrears_since)


def _open_days(t: ir.Table) -> ir.Value:
    """Return the age of the oldest open item: 0 if it is not due yet, NULL if nothing is owed."""
    days = t.as_of.delta(due_on(t), unit="day")
    return ibis.ifelse(days < 0, 0, days)


def _phase(t: ir.Table) -> ir.Value:
    """Return the rank of the collection step on the newest list: 0 if not on it, NULL if the list has no step."""
    steps = [(t.phase == name, n) for n, name in enumerate(PHASES)]
    return ibis.cases((~t.on_list, 0), *steps, else_=ibis.null("int64"))


def _months(euro: ir.Value, t: ir.Table) -> ir.Value:
    """Convert an amount to months of rent; NULL if the rent is unknown."""
    return euro / ibis.ifelse(t.brutohuur > 0, t.brutohuur, ibis.null("float64"))


_signal = partial(Signal, source=SOURCE, family="arrears", absence=Absence.ZERO_IF_DELIVERED)
OLD_LIST = "Onbekend als de laatste achterstandslijst ouder is dan 35 dagen."

SIGNALS = (
    _signal(
        name="arrears_euro",
        question="Hoeveel huur staat er open?",
        reason=Clause.OWED,
        unit="euro",
        direction=+1,
        caveat="Een tegoed telt als 0. " + OLD_LIST,
        expression=lambda t: t.owed,
        dtype="float64",
    ),
    _signal(
        name="arrears_months",
        question="Hoeveel maanden huur staat er open?",
        reason=Clause.OWED,
        unit="maanden huur",
        direction=+1,
        caveat="Tegen de huur van nu; onbekend zonder huurbedrag. Wie elke maand wat later betaalt, "
        "kan even op 1 staan.",
        expression=lambda t: _months(t.arrears_euro, t),
        view=PER_AGREEMENT,
        dtype="float64",
    ),
    _signal(
        name="oldest_open_days",
        question="Hoe lang is de oudste openstaande huur al vervallen?",
        reason=Clause.OLDEST_DUE,
        unit="dagen",
        direction=+1,
        caveat="Een oud restje maakt dit getal groot. Zonder vervaldatum: sinds het begin van deze "
        "achterstand. Nog niet vervallen is 0.",
        expression=_open_days,
        view=PER_AGREEMENT,
        absence=Absence.MISSING,
    ),
    _signal(
        name="arrears_change_3m",
        question="Hoeveel maanden huur is de achterstand gegroeid in 3 maanden?",
        reason=Clause.ARREARS_CHANGE,
        unit="maanden huur",
        direction=+1,
        caveat="Tegen de lijst van 91 dagen terug of kort daarvoor; onbekend als die er niet is. "
        "Een betaling enkele dagen voor of na de lijst scheelt een hele maand.",
        expression=lambda t: ibis.ifelse(
            t.latest_3m.notnull(),
            _months(t.arrears_euro - t.aux_euro_3m.fill_null(0.0), t),
            ibis.null("float64"),
        ),
        view=PER_AGREEMENT,
        window_days=91,
        dtype="float64",
    ),
    _signal(
        name="arrears_change_6m",
        question="Hoeveel maanden huur is de achterstand gegroeid in 6 maanden?",
        reason=Clause.ARREARS_CHANGE,
        unit="maanden huur",
        direction=+1,
        caveat="Als bij 3 maanden, tegen de lijst van 182 dagen terug.",
        expression=lambda t: ibis.ifelse(
            t.latest_6m.notnull(),
            _months(t.arrears_euro - t.aux_euro_6m.fill_null(0.0), t),
            ibis.null("float64"),
        ),
        view=PER_AGREEMENT,
        window_days=182,
        dtype="float64",
    ),
    _signal(
        name="arrears_weeks_365d",
        question="Hoeveel weken van het afgelopen jaar was er een achterstand?",
        reason=Clause.ARREARS_WEEKS,
        unit="weken",
        direction=+1,
        caveat="Deel van de geleverde lijsten met ten minste € 25 open, maal de weken die ze beslaan.",
        expression=lambda t: t.weeks,
        window_days=365,
        dtype="float64",
    ),
    _signal(
        name="arrears_returns_365d",
        question="Hoe vaak kwam de achterstand het afgelopen jaar terug?",
        reason=Clause.ARREARS_RETURNS,
        unit="keer",
        direction=+1,
        caveat="Telt pas na 6 weken; elke maand een paar dagen te laat is geen terugkeer.",
        expression=lambda t: t.returns,
        window_days=365,
    ),
    _signal(
        name="collection_phase",
        question="Hoe ver is de incasso?",
        reason=Clause.COLLECTION_PHASE,
        unit="stap (0 geen … 7 ontruiming aangezegd)",
        direction=+1,
        caveat="Vanaf deurwaarder (4) is het te laat voor vroeg contact. Onbekend als de lijst geen "
        "fase noemt.",
        expression=_phase,
    ),
    _signal(
        name="plan_broken_days",
        needs=("regeling_status_code",),
        question="Hoe lang geleden is de betalingsregeling gestopt?",
        reason=Clause.PLAN_BROKEN,
        unit="dagen",
        direction=-1,
        caveat="Alleen een regeling voor de achterstand van nu, vanaf de eerste lijst die het laat zien. "
        "Een nieuwe regeling of een vergissing (VER) heft het op.",
        expression=lambda t: t.as_of.delta(t.plan_stopped_on, unit="day"),
        absence=Absence.MISSING,
        window_days=HISTORY_DAYS,
    ),
    _signal(
        name="plan_running",
        needs=("regeling_status_code",),
        question="Loopt er een betalingsregeling?",
        reason=Clause.PLAN_RUNNING,
        unit="1 = ja, 0 = nee",
        direction=-1,
        caveat="Zegt niet of de termijnen worden betaald; dat blijkt uit de groei van de achterstand.",
        expression=lambda t: (t.plan == "ACT").fill_null(False).cast("int64"),
    ),
    _signal(
        name="last_payment_days",
        question="Hoe lang geleden is er voor het laatst betaald?",
        reason=Clause.LAST_PAYMENT,
        unit="dagen",
        direction=+1,
        caveat="Alleen bekend voor wie nu huur open heeft staan.",
        expression=lambda t: t.as_of.delta(t.fact_last_payment_on, unit="day"),
        view=PER_AGREEMENT,
        absence=Absence.MISSING,
    ),
    _signal(
        name="never_paid",
        needs=("laatste_betaaldatum",),
        question="Staat er huur open zonder dat er ooit een betaling is geweest?",
        reason=Clause.LAST_PAYMENT,
        unit="1 = ja, 0 = nee",
        direction=+1,
        caveat="Zoals de achterstandslijst het laat zien; wie pas huurt, kan nog niet hebben betaald.",
        expression=lambda t: t.never_paid.cast("int64"),
    ),
)

FACTS = (
    Fact(
        "fact_arrears_peildatum",
        SOURCE,
        "Peildatum of the list that the arrears figures come from; NULL if no recent list",
        lambda t: t.latest,
        "date",
        view=PER_AGREEMENT,
    ),
    Fact(
        "fact_arrears_since",
        SOURCE,
        "Begin of the current spell of arrears (at most two years back)",
        lambda t: t.since,
        "date",
    ),
    Fact(
        "fact_list_each_week",
        SOURCE,
        "Whether the lists of the last year came each week; if not, weeks in arrears are an estimate",
        lambda t: t.each_week,
        "boolean",
    ),
    Fact(
        "fact_oldest_due_on",
        SOURCE,
        "Due date of the oldest open item",
        lambda t: t.due_on,
        "date",
    ),
    Fact(
        "fact_collection_phase",
        SOURCE,
        "Collection step on the latest list (incassofase)",
        lambda t: t.phase,
        "string",
    ),
    Fact(
        "fact_plan_broken_on",
        SOURCE,
        "Peildatum of the first list that shows that the payment plan stopped",
        lambda t: t.plan_stopped_on,
        "date",
    ),
    Fact(
        "fact_last_payment_on",
        SOURCE,
        "Date of the last payment; NULL unless the tenant is currently in arrears",
        lambda t: t.paid_on,
        "date",
    ),
    Fact(
        "fact_last_payment_euro",
        SOURCE,
        "Amount of the last payment; NULL unless the tenant is currently in arrears",
        lambda t: t.paid_euro,
        "float64",
    ),
    Fact("aux_euro_3m", SOURCE, "Owed three months back", lambda t: t.owed_3m, "float64"),
    Fact("aux_euro_6m", SOURCE, "Owed six months back", lambda t: t.owed_6m, "float64"),
    Fact(
        "aux_due_on_3m",
        SOURCE,
        "Oldest due date three months back, or the start of those arrears",
        lambda t: ibis.coalesce(t.due_on_3m, t.since_3m),
        "date",
    ),
)


VIEWS = (View(SOURCE, SOURCE, positions, COUNTS, "arrears", summed=True),)
