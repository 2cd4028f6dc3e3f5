"""Build the record of the AI Act: the classification with its reasons, the duties, and how each stands in this installation."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from models.card.scorecard import EXPERT, Scorecard, load
from pipelines.evidence import account_texts
from pipelines.evidence import ai_act_texts as words
from pipelines.evidence.standards import AI_ACT
from pipelines.installation.settings import Settings
from pipelines.installation.workspace import Workspace
from pipelines.proof import advice, chain, hold
from pipelines.publishing.paper import OPEN, Section
from pipelines.scoring.cards import Promotion, promoted

LEAST_MONTHS = 6
"""Months that logs are kept at least (art. 19(1) and 26(6))."""


@dataclass(frozen=True)
class Facts:
    """What the running installation shows about itself.

    Parameters
    ----------
    settings : Settings
    card : Scorecard
        The card in use.
    own_card : bool
        Whether it differs from the card that comes with the program.
    promotion : Promotion or None
        Who installed the card; None if it is the card of the settings.
    weeks : tuple of datetime.date
        As-of dates of the sealed lists, oldest first, each once.
    kinds : mapping of str to int
        Number of lines in the chains by kind; see `chain.Link`.
    paused : bool
        Whether publication is paused.
    advice : tuple of str
        Bodies that gave advice.
    measured : tuple of (str, str)
        Reports of other commands and how each stands.
    """

    settings: Settings
    card: Scorecard
    own_card: bool
    promotion: Promotion | None
    weeks: tuple[date, ...]
    kinds: Mapping[str, int]
    paused: bool
    advice: tuple[str, ...]
    measured: tuple[tuple[str, str], ...]


def facts(workspace: Workspace, card: Scorecard, measured: tuple[tuple[str, str], ...]) -> Facts:
    """Collect the facts of an installation from its settings, chains and records."""
    kinds: dict[str, int] = {}
    weeks: set[date] = set()
    for corporation in workspace.settings.corporations:
        for entry in chain.entries(workspace, corporation):
            kinds[entry.kind] = kinds.get(entry.kind, 0) + 1
            if entry.kind == chain.LIST:
                weeks.add(date.fromisoformat(entry.content["as_of"]))
    return Facts(
        workspace.settings,
        card,
        card != load(EXPERT),
        promoted(workspace),
        tuple(sorted(weeks)),
        kinds,
        hold.paused(workspace) is not None,
        tuple(dict.fromkeys(opinion.body for opinion in advice.every(workspace))),
        measured,
    )


def record(known: Facts) -> dict[str, Any]:
    """Build the record as plain values; a field that only a person knows is left out, so that validation reports it."""
    settings, about = known.settings, known.settings.account
    entry = {
        "provider": f"{settings.naam}, met een eigen kaart"
        if known.own_card
        else "Project Waakvlam (open broncode, EUPL-1.2)",
        "deployer": settings.naam,
        "contact": about.contact,
        "trade_name": f"Waakvlam, kaart {known.card.name} {known.card.version}",
        "intended_purpose": account_texts.GOAL,
        "condition_6_3": "geen",
        "grounds": " ".join(answer for _, answer in words.QUESTIONS),
        "conclusion": "hoog-risico" if about.high_risk else "niet hoog-risico",
        "status": "In gebruik" if about.begin_date else "In ontwikkeling",
        "member_states": ["NL"],
        "profiling": "ja",
        "own_card": "ja" if known.own_card else "nee",
        "impact_assessments": ["dpia.html", "iama.html"],
        "logs_months": str(kept_months(settings)),
        "oversight": about.oversight,
        "classified_by": about.classified_by,
        "classified_on": about.classified_on,
    }
    return {name: value for name, value in entry.items() if value != ""}


def sections(known: Facts) -> list[Section]:
    """Build the page: classification, duties, logs, oversight, accuracy, plan and dates."""
    about, standing = known.settings.account, states(known)
    decided = (
        f"{about.classified_by} op {about.classified_on}"
        if about.classified_by and about.classified_on
        else OPEN
    )
    terms = _terms(known.settings)
    owners = ", ".join(known.settings.stop.decides)
    return [
        Section(
            "A. Oordeel",
            (
                f"Voorgesteld oordeel: {record(known)['conclusion']}. Besloten door: {decided}.",
                words.CAUTION,
                f"Rol van {known.settings.naam}: gebruiksverantwoordelijke"
                + (f", en mogelijk aanbieder, want de kaart in gebruik is een eigen kaart. {OPEN} Toets dit." if known.own_card else "."),
            ),
            ("Vraag", "Antwoord en reden"),
            words.QUESTIONS,
        ),
        Section(
            "B. Plichten", (), ("Artikel en plicht", "Waar in het systeem", "Stand in deze installatie"),
            tuple((article, where, standing.get(fact, "–")) for article, where, fact in words.DUTIES),
        ),
        Section(
            "C. Logboek (artikel 12)", (standing["logs"],), ("Gebeurtenis", "Waar", "Hoe lang"),
            tuple((event, place, terms[term]) for event, place, term in words.LOGS),
        ),
        Section("D. Menselijk toezicht (artikel 14)", (standing["oversight"],), ("Vermogen", "Hoe"), words.OVERSIGHT),
        Section("E. Nauwkeurigheid, robuustheid, beveiliging (artikel 15)", (), ("Eis", "Hoe"), (*words.ACCURACY, *known.measured)),
        Section(
            "F. Volgen na ingebruikname (artikel 72)", (f"Over een gestopte lijst beslist: {owners}. {standing['reports']}",),
            ("Wat", "Hoe vaak", "Hoe", "Wie"),
            tuple((*row, about.oversight or OPEN) for row in words.PLAN),
        ),
        Section(
            "G. Vanaf wanneer",
            (f"{OPEN} Lees de data na in het Publicatieblad: de bron van de omnibus hieronder is een samenvatting.",),
            ("Datum", "Wat", "Bron", "Stand van de bron"),
            tuple((f"{step['on']:%d-%m-%Y}", step["what"], step["source"], f"{step['as_of']:%d-%m-%Y}") for step in dates()),
        ),
    ]  # fmt: skip


def states(known: Facts) -> dict[str, str]:
    """Say in Dutch, for each kind of duty, how it stands in this installation."""
    settings, about, kinds = known.settings, known.settings.account, known.kinds
    months = kept_months(settings)
    weeks = f"{len(known.weeks)} weken verzegeld" if known.weeks else f"{OPEN} nog geen lijst verzegeld"
    enough = (
        "" if months >= LEAST_MONTHS else f" {OPEN} Te kort: zet lists_months en logs_months op ten minste 6."
    )
    installed = known.promotion
    by = f", in gebruik genomen door {installed.approved_by}" if installed and installed.approved_by else ""
    score = "ziet de score als het portaal die toont" if settings.portal.show_score else "ziet geen score"
    return {
        "literacy": f"{OPEN} Wie de vragen beantwoordde, en wanneer",
        "limits": "aan" if settings.stop.enabled else f"{OPEN} De grenzen staan uit. Waarom?",
        "groups": known.measured[-1][1] if known.measured else OPEN,
        "card": f"{known.card.name} {known.card.version}, {len(known.card.terms)} signalen{by}",
        "logs": f"{weeks}; logboeken blijven ten minste {months} maanden.{enough}",
        "oversight": f"Toezicht: {about.oversight or OPEN}. De coach {score}.",
        "measured": "; ".join(status for _, status in known.measured) or OPEN,
        "paused": f"nu {'gepauzeerd' if known.paused else 'niet gepauzeerd'}; {kinds.get(hold.STOP, 0)} keer gestopt, "
        f"{kinds.get(hold.RESUME, 0)} keer hervat",
        "contact": about.contact or OPEN,
        "advice": f"Advies van: {', '.join(known.advice)}" if known.advice else f"{OPEN} nog geen advies",
        "category": "hoog-risico" if about.high_risk else "impactvol algoritme",
        "reports": f"Meldingen van schade en klachten: {kinds.get(hold.REPORT, 0)}.",
    }


def dates() -> list[dict[str, Any]]:
    """Read the dates on which parts of the law apply, with the source of each, in order."""
    steps = tomllib.loads(AI_ACT.read_text(encoding="utf-8"))["dates"]
    return sorted(steps, key=lambda step: step["on"])


def kept_months(settings: Settings) -> int:
    """Return the number of months that every log of the list is kept at least."""
    return min(settings.retention.lists_months, settings.retention.logs_months)


def _terms(settings: Settings) -> dict[str, str]:
    keep = settings.retention
    return {
        "lists": f"{keep.lists_months} maanden",
        "for good": "blijft; zonder huurders",
        "portal": "vijf jaar" if settings.portal.enabled else "portaal staat uit",
        "cases": f"{keep.cases_months} maanden" if settings.portal.enabled else "portaal staat uit",
        "logs": f"{keep.logs_months} maanden",
    }
