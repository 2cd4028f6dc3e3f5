"""Write the public accountability documents from the installed model, the settings and the contracts.

The documents contain what the system knows; anything that a person must decide is marked as open and never guessed. A
record of the inputs is written beside them, so that outdated documents can be listed when the model changes.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from features.catalogue import SIGNALS
from models.card.scorecard import Scorecard
from pipelines.evidence import account_texts as words
from pipelines.evidence import ai_act, assessments
from pipelines.evidence.account_documents import connected, dpia, privacy, used_and_refused
from pipelines.evidence.standards import AI_ACT, ALGORITHM_REGISTER, problems
from pipelines.installation.files import write_text
from pipelines.installation.places import DATA
from pipelines.installation.settings import Settings
from pipelines.installation.workspace import Workspace
from pipelines.proof import advice
from pipelines.publishing import paper
from pipelines.shortlist.decisions import settings_of_lists

RECORD = "account.json"
EVALUATIONS = {
    "Evaluatie op de eigen geschiedenis (`waakvlam backtest`)": "backtest/backtest.json",
    "Rapport per groep (`waakvlam fairness`)": "fairness/fairness.json",
}
"""Reports of other commands that the documents refer to, each with the file that names its model."""


MINIMISED = "minimise/minimise.json"
"""The report of `waakvlam minimise`."""


@dataclass(frozen=True)
class Written:
    """The result of `write`.

    Parameters
    ----------
    folder : Path
        The folder with the documents.
    incomplete : tuple of str
        What is still missing in the register entry and in the record of the AI Act, with the name of the file.
    """

    folder: Path
    incomplete: tuple[str, ...]


def write(workspace: Workspace, card: Scorecard) -> Written:
    """Write every document into `output/account`."""
    settings, folder = workspace.settings, workspace.output / "account"
    known = ai_act.facts(workspace, card, measured(workspace, card))
    forms = {
        "algoritmeregister.json": (register_entry(settings, card), ALGORITHM_REGISTER),
        "ai_act.json": (ai_act.record(known), AI_ACT),
    }
    for name, (entry, _) in forms.items():
        write_text(folder / name, json.dumps(entry, indent=2, ensure_ascii=False) + "\n")
    section = paper.Section("I. Wat gemeten is", (), ("Rapport", "Stand"), known.measured)
    papers = {
        "dpia.html": (
            "Gegevensbeschermingseffectbeoordeling (DPIA)",
            [
                *dpia(settings, card),
                section,
                advised(workspace),
                connected(settings, known.weeks),
                *assessments.dpia(known),
            ],
        ),
        "iama.html": ("Impact Assessment Mensenrechten en Algoritmes (IAMA 2.0)", assessments.iama(known)),
        "gegevens.html": (
            "Gegevens: wat wordt gebruikt en wat wordt geweigerd",
            used_and_refused(card, dropped(workspace, card)),
        ),
        "ai-verordening.html": ("AI-verordening: oordeel, plichten en stand", ai_act.sections(known)),
        "privacyverklaring.html": ("Tekst voor de privacyverklaring", privacy(settings, card)),
    }
    for name, (title, sections) in papers.items():
        write_text(folder / name, paper.page(title, sections))
    names = [*forms, *papers]
    write_text(
        folder / RECORD, json.dumps({"documents": names, "from": grounds(workspace, card)}, indent=2) + "\n"
    )
    incomplete = [
        f"{name}: {text}" for name, (entry, standard) in forms.items() for text in problems(entry, standard)
    ]
    return Written(folder, tuple(incomplete))


def advised(workspace: Workspace) -> paper.Section:
    """List the recorded advice, and the person and reason if advice against something was set aside."""
    rows = tuple(
        (
            opinion.about,
            opinion.body,
            advice.OPINIONS[opinion.opinion],
            opinion.text,
            f"{opinion.on:%d-%m-%Y}",
            ": ".join(opinion.set_aside) if opinion.set_aside else "nee",
        )
        for opinion in advice.every(workspace)
    )
    columns = ("Over", "Van", "Advies", "Inhoud", "Datum", "Terzijde gelegd door, en waarom")
    texts = () if rows else (f"{paper.OPEN} Er is nog geen advies vastgelegd (`waakvlam advice add`).",)
    title = "J. Advies van huurdersraad en ethische commissie"
    return paper.Section(title, texts, columns if rows else (), rows)


def grounds(workspace: Workspace, card: Scorecard) -> dict[str, str]:
    """Return a digest of each input of the documents, by name."""
    settings = workspace.settings
    return {
        "model": f"{card.name} {card.version} {_digest(card.model_dump_json())}",
        "signals": _digest("|".join(f"{s.name}:{s.question}:{s.direction}" for s in SIGNALS)),
        "rules of the list": _digest(settings_of_lists(settings)),
        "contracts": _digest(
            "".join(p.read_text(encoding="utf-8") for p in sorted((DATA / "contracts").glob("*.toml")))
        ),
        "retention": _digest(settings.retention.model_dump_json()),
        "sources and links": _digest(
            settings.model_dump_json(include={"sources", "webhooks", "portal", "early_signal"})
        ),
        "limits that stop the list": _digest(settings.stop.model_dump_json()),
        "answers of the organisation": _digest(settings.account.model_dump_json()),
        "AI Act": _digest(AI_ACT.read_text(encoding="utf-8")),
        "templates": _digest(
            "".join(p.read_text(encoding="utf-8") for p in (assessments.DPIA, assessments.IAMA))
        ),
        "advice": _digest("|".join(map(repr, advice.every(workspace)))),
    }


def stale(workspace: Workspace, card: Scorecard) -> list[str]:
    """List the documents whose inputs have changed since they were written; empty if none were written."""
    folder = workspace.output / "account"
    if not (folder / RECORD).exists():
        return []
    record = json.loads((folder / RECORD).read_text(encoding="utf-8"))
    now = grounds(workspace, card)
    changed = [name for name, digest in now.items() if record["from"].get(name) != digest]
    if not changed:
        return []
    why = ", ".join(changed)
    return [f"{name} was written before a change of: {why}." for name in record["documents"]]


def measured(workspace: Workspace, card: Scorecard) -> tuple[tuple[str, str], ...]:
    """Return one row per evaluation report: its title, and in Dutch whether it exists and for which model."""
    model = f"{card.name} {card.version}"
    rows = []
    for title, path in EVALUATIONS.items():
        file = workspace.output / path
        evaluated = json.loads(file.read_text(encoding="utf-8")).get("model") if file.exists() else None
        status = (
            f"{paper.OPEN} nog niet gemaakt"
            if evaluated is None
            else f"van {evaluated}: {file.with_suffix('.html').name}"
        )
        if evaluated not in (None, model):
            status = f"{paper.OPEN} verouderd: van {evaluated}, in gebruik is {model}"
        rows.append((title, status))
    return tuple(rows)


def dropped(workspace: Workspace, card: Scorecard) -> tuple[tuple[str, str], ...]:
    """Return the signals that `waakvlam minimise` proposed to leave out and that the card in use has no longer.

    Returns
    -------
    tuple of (str, str)
        The question of each signal, and the card that still had it.
    """
    path = workspace.output / MINIMISED
    if not path.exists():
        return ()
    report = json.loads(path.read_text(encoding="utf-8"))
    names = set((report["proposal"] or {}).get("drop", ())) - {term.signal for term in card.terms}
    return tuple((signal.question, report["model"]) for signal in SIGNALS if signal.name in names)


def register_entry(settings: Settings, card: Scorecard) -> dict[str, Any]:
    """Build the entry for the Algoritmeregister; unknown fields are left out, so that `problems` reports them."""
    about, own = settings.account, words
    signals = "; ".join(s.question for s in SIGNALS if s.name in {t.signal for t in card.terms})
    entry: dict[str, Any] = {
        "name": own.NAME,
        "description_short": own.SHORT,
        "organization": settings.naam,
        "category": ["Wonen", "Sociale zekerheid"],
        "status": "In gebruik" if about.begin_date else "In ontwikkeling",
        "begin_date": about.begin_date,
        "contact_email": about.contact,
        "website": about.website,
        "publication_category": "Hoog-risico AI-systeem" if about.high_risk else "Impactvolle algoritmes",
        "goal": own.GOAL,
        "proportionality": own.PROPORTIONALITY,
        "human_intervention": own.HUMAN,
        "risks": own.RISKS,
        "lawful_basis": own.LAWFUL.replace(f"{paper.OPEN} ", ""),
        "lawful_basis_grouping": [{"title": title, "link": link} for title, link in own.LAWS],
        "impacttoetsen_grouping": [
            {"title": "Data Protection Impact Assessment (DPIA)"},
            {"title": "Impact Assessment Mensenrechten en Algoritmes (IAMA)"},
            {"title": "Beoordeling volgens de AI-verordening (artikel 6)"},
        ],
        "source_data": _fit(
            f"Eigen gegevens van de corporatie{_fetched(settings)}. Signalen: {signals}.", 2500
        ),
        "methods_and_models": f"{own.METHOD} Kaart: {card.name} {card.version}, {len(card.terms)} signalen.",
        "provider": "Intern in gebruik, open broncode (Waakvlam, EUPL-1.2)",
        "lang": "nld",
        "standard_version": "1.0",
        "tags": "wooncoach, huurachterstand, vroegsignalering, woningcorporatie",
    }
    return {name: value for name, value in entry.items() if value != ""}


def _fetched(settings: Settings) -> str:
    kinds = sorted({source.kind for source in settings.sources})
    return f", opgehaald via {', '.join(kinds)}" if kinds else ", als bestand geleverd"


def _fit(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 2].rsplit(";", 1)[0] + "."


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()
