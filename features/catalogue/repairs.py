"""Signals of repairs: nobody home, neglect, damage, repeated requests and long silence (``reparatieverzoeken``).

Cancelled requests (ONDERHOUDSVERZOEKSTATUS GEA) do not count. Defects count only in requests of the tenant, not in INS,
PLN, MUT and other work of the landlord. Not opening for an inspection or planned work does count: refusing a boiler
check is a known sign (Kjenning, checklist kwetsbare bewoners). MUT is work between two tenancies.
"""

from __future__ import annotations

from functools import partial

import ibis
import ibis.expr.types as ir

from features.known import KEY, Known, happened
from features.signal import PER_AGREEMENT, Absence, Clause, Fact, Signal, View, listed

SOURCE = "reparatieverzoeken"
NOT_HOME = "not_home"
CONTACTS = "contactmomenten"
LANDLORDS_OWN = ("PLN", "MUT", "INS", "PRJ", "WMO", "WOV", "LEE")
"""Kinds of maintenance that the tenant did not request; an unknown kind counts as requested."""
NEGLECT = ("SCH", "STI", "KKL", "MUI", "RAT", "VLO", "WAN", "VS0", "VS1", "VS2")
"""Mould, stench, vermin and clogged drains: these go with neglect, but also with bad buildings."""
CAUSED = ("BEW", "VAN")
"""Codes of DEFECTOORZAAK: conduct of the tenant, and vandalism."""
SILENCE_DAYS = 730
"""Homes have one to two requests a year, so two years without any is rare; half a year means nothing."""
SETTLED_DAYS = 365
"""Silence is unknown for a tenancy of less than a year, because it is new."""


def _valid(known: Known) -> ir.Table:
    """Return the known requests that were not cancelled."""
    rows = known(SOURCE)
    return rows.filter(rows.status_code.fill_null("") != "GEA")


def requests(known: Known) -> ir.Table:
    """Count the tenant's requests of the last two years; one row per agreement and kind of defect."""
    rows = happened(_valid(known), "gebeurd_op", SILENCE_DAYS)
    rows = rows.filter(~rows.onderhoudsoort_code.fill_null("").isin(LANDLORDS_OWN))
    defect = rows.defectsoort_code.fill_null("")
    rows = rows.mutate(
        defect=defect,
        year=rows.days <= 365,
        neglect=defect.isin(NEGLECT),
        damage=rows.defectoorzaak_code.fill_null("").isin(CAUSED),
    )
    telling = rows.neglect | rows.damage
    return rows.group_by(*KEY, "defect").aggregate(
        last_on=rows.gebeurd_op.max(),
        requests_365d=rows.count(where=rows.year),
        neglect_365d=rows.count(where=rows.year & rows.neglect),
        neglect_on=rows.gebeurd_op.max(where=rows.year & rows.neglect),
        damage_365d=rows.count(where=rows.year & rows.damage),
        damage_on=rows.gebeurd_op.max(where=rows.year & rows.damage),
        telling_now=rows.count(where=telling & (rows.days <= 90)),
        telling_then=rows.count(where=telling & (rows.days > 91) & (rows.days <= 181)),
    )


def not_home(known: Known) -> ir.Table:
    """Return one row per day of the last year on which nobody opened, for any appointment."""
    rows = _valid(known)
    rows = rows.filter(
        rows.niet_thuis_datums.notnull(),
        rows.gebeurd_op < rows.as_of,
        rows.onderhoudsoort_code.fill_null("") != "MUT",
    )
    visits = rows.select(*KEY, not_home_on=rows.niet_thuis_datums.unnest())
    return happened(visits.distinct(), "not_home_on", 365)


def contacts(known: Known) -> ir.Table:
    """Return the contacts of others than the coach with the tenant in the last two years."""
    spoken = known(CONTACTS)
    return happened(spoken.mutate(spoken_on=spoken.datum.cast("date")), "spoken_on", SILENCE_DAYS)


def first_request(known: Known) -> ir.Table:
    """Return the day of the first known request per corporation and as-of date; before it, silence means nothing."""
    rows = _valid(known)
    rows = rows.filter(rows.gebeurd_op < rows.as_of)
    return rows.group_by("corporatie_id", "as_of").aggregate(repairs_from=rows.gebeurd_op.min())


def _same_defect(t: ir.Table) -> ir.Value:
    """Return the count and code of the most frequent defect, as one text that sorts by count and then by code."""
    text = t.requests_365d.cast("string").lpad(6, "0") + t.defect
    return text.max(where=(t.defect != "") & (t.requests_365d > 0))


def _silent_days(t: ir.Table) -> ir.Value:
    """Return the days since the last sign, at most ``SILENCE_DAYS``; NULL for a new tenancy or a short history."""
    tenancy = t.as_of.delta(t.begindatum, unit="day")
    history = t.as_of.delta(t.repairs_from, unit="day")
    since = ibis.coalesce(t.as_of.delta(t.fact_last_sign_on, unit="day"), SILENCE_DAYS)
    can_tell = (tenancy >= SETTLED_DAYS) & (history >= SILENCE_DAYS)
    return ibis.ifelse(can_tell, ibis.least(since, tenancy, SILENCE_DAYS), ibis.null("int64"))


_signal = partial(Signal, source=SOURCE, family="repairs", absence=Absence.ZERO, direction=+1)

SIGNALS = (
    _signal(
        name="not_home_90d",
        needs=("niet_thuis_datums",),
        question="Op hoeveel dagen deed niemand open voor een afspraak, in 90 dagen?",
        reason=Clause.NOT_HOME,
        unit="dagen",
        window_days=90,
        view=NOT_HOME,
        caveat="Soms was het de vakman die niet kwam; twee bezoeken op één dag tellen één keer.",
        expression=lambda t: t.count(where=t.days <= 90),
    ),
    _signal(
        name="not_home_365d",
        needs=("niet_thuis_datums",),
        question="Op hoeveel dagen deed niemand open voor een afspraak, in een jaar?",
        reason=Clause.NOT_HOME,
        unit="dagen",
        window_days=365,
        view=NOT_HOME,
        caveat="Soms was het de vakman die niet kwam; twee bezoeken op één dag tellen één keer.",
        expression=lambda t: t.count(),
    ),
    _signal(
        name="neglect_365d",
        needs=("defectsoort_code",),
        question="Hoeveel reparaties in een jaar passen bij verwaarlozing?",
        reason=Clause.NEGLECT,
        unit="verzoeken",
        window_days=365,
        caveat="Schimmel, stank, ongedierte en verstopping liggen vaak aan het gebouw of de buren.",
        expression=lambda t: t.neglect_365d.sum(),
    ),
    _signal(
        name="damage_365d",
        needs=("defectoorzaak_code",),
        question="Hoeveel reparaties in een jaar kwamen door gedrag of vernieling?",
        reason=Clause.DAMAGE,
        unit="verzoeken",
        window_days=365,
        caveat="Oordeel van de vakman; BEW is ook een opdracht van de bewoner; vernieling kan door een "
        "ander zijn.",
        expression=lambda t: t.damage_365d.sum(),
    ),
    _signal(
        name="same_defect_365d",
        needs=("defectsoort_code",),
        question="Hoe vaak werd hetzelfde gebrek in een jaar gemeld?",
        reason=Clause.SAME_DEFECT,
        unit="verzoeken",
        window_days=365,
        caveat="Kan ook een reparatie zijn die niet goed is gedaan.",
        expression=lambda t: _same_defect(t)[:6].cast("int64").fill_null(0),
    ),
    _signal(
        name="silent_days",
        question="Hoe lang is er al geen reparatieverzoek of contact?",
        reason=Clause.SILENCE,
        unit="dagen (ten hoogste 730)",
        window_days=SILENCE_DAYS,
        view=PER_AGREEMENT,
        absence=Absence.MISSING,
        caveat="Zwak: wie niets nodig heeft, is ook stil. Onbekend bij een huur korter dan een jaar of "
        "minder dan twee jaar reparaties in de gegevens.",
        expression=_silent_days,
    ),
)

FACTS = (
    Fact(
        "fact_not_home_on",
        SOURCE,
        "The last three days on which nobody opened (365 d), oldest first",
        lambda t: t.not_home_on.collect().sort()[-3:],
        "array<date>",
        view=NOT_HOME,
    ),
    Fact(
        "fact_first_not_home_on",
        SOURCE,
        "The first day on which nobody opened (365 d)",
        lambda t: t.not_home_on.min(),
        "date",
        view=NOT_HOME,
    ),
    Fact(
        "fact_neglect_kinds",
        SOURCE,
        "Defects counted by neglect_365d, each once, sorted (DEFECTSOORT)",
        lambda t: listed(t.defect.collect(where=t.neglect_365d > 0)),
        "array<string>",
    ),
    Fact(
        "fact_last_neglect_on",
        SOURCE,
        "Last request counted by neglect_365d",
        lambda t: t.neglect_on.max(),
        "date",
    ),
    Fact(
        "fact_last_damage_on",
        SOURCE,
        "Last request counted by damage_365d",
        lambda t: t.damage_on.max(),
        "date",
    ),
    Fact(
        "fact_same_defect_kind",
        SOURCE,
        "The defect counted by same_defect_365d (DEFECTSOORT); of two equally frequent ones, the alphabetically last",
        lambda t: _same_defect(t)[6:],
        "string",
    ),
    Fact(
        "fact_last_sign_on",
        SOURCE,
        "Last request or contact within 730 d",
        lambda t: ibis.greatest(t.aux_last_request_on, t.aux_last_contact_on),
        "date",
        view=PER_AGREEMENT,
    ),
    Fact("aux_last_request_on", SOURCE, "Last request", lambda t: t.last_on.max(), "date"),
    Fact("aux_last_contact_on", CONTACTS, "Last contact", lambda t: t.spoken_on.max(), "date"),
    Fact("aux_telling_now", SOURCE, "Neglect or damage, 90 d", lambda t: t.telling_now.sum(), "int64"),
    Fact("aux_telling_then", SOURCE, "The same 91 d back", lambda t: t.telling_then.sum(), "int64"),
    Fact(
        "aux_not_home_then",
        SOURCE,
        "Days nobody opened in the 90 d before the date 91 d back",
        lambda t: t.count(where=(t.days > 91) & (t.days <= 181)),
        "int64",
        view=NOT_HOME,
    ),
)

COUNTS = f"""\
Requests of the tenant, by melddatum. Cancelled requests (GEA) and the landlord's own work (ONDERHOUDSOORT
{", ".join(LANDLORDS_OWN)}) are left out; an unknown kind counts. *Neglect* is DEFECTSOORT {", ".join(NEGLECT)}; *damage*
is DEFECTOORZAAK {" or ".join(CAUSED)}. Requests without a defect do not count as the same defect."""
COUNTS_NOT_HOME = """\
Days on which nobody opened (niet_thuis_datums), each day once. Cancelled requests (GEA) and work between two tenancies
(MUT) are left out; planned work and inspections count."""
COUNTS_CONTACTS = """\
Contacts of others than the coach with the tenant. These contacts and the tenant's requests are the *signs* that end a
silence. Silence is counted from the last sign within two years, or from the begin of the tenancy if that is later. It
is known only if the tenancy began at least a year ago and the corporation's first request (not cancelled) is at least
two years old."""

VIEWS = (
    View(SOURCE, SOURCE, requests, COUNTS, "repairs"),
    View(NOT_HOME, SOURCE, not_home, COUNTS_NOT_HOME, "repairs"),
    View(CONTACTS, CONTACTS, contacts, COUNTS_CONTACTS, "repairs"),
)
