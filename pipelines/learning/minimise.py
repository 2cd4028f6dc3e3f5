"""`waakvlam minimise`: show what each signal and each extract is worth to the list, and propose the smallest set."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from features.catalogue import BY_NAME
from models.as_json import as_json
from models.evaluate.bootstrap import Rounded
from models.evaluate.ground import ground
from models.evaluate.minimise import KEEP, Loss, Proposal, losses, propose
from models.learning.horizon import HORIZON_WEEKS
from pipelines.installation.contracts import POSITIONS, REGISTER, contracts
from pipelines.installation.files import write_text
from pipelines.installation.workspace import Workspace
from pipelines.learning import backtest
from pipelines.publishing import paper
from pipelines.publishing.paper import Section
from pipelines.scoring import cards, history
from pipelines.warehouse.stores import open_warehouse

KINDS_HIDDEN = 9.5
"""Numbers of escalations below this, and above none, are hidden."""


@dataclass(frozen=True)
class MinimiseReport:
    """The content of ``minimise.json``.

    Parameters
    ----------
    model, corporation : str
        Name and version of the card in use; name of the corporation.
    capacity, horizon_weeks, dates, escalations : int
        Length of the list, horizon, number of as-of dates, and rows that escalated.
    signals, extracts : tuple of Loss
        What the list loses without each; the largest loss first.
    proposal : Proposal or None
        None if there are too few dates to choose on some and judge on others.
    unused : tuple of str
        Delivered extracts from which the card uses no signal and that nothing else needs.
    """

    model: str
    corporation: str
    capacity: int
    horizon_weeks: int
    dates: int
    escalations: int
    signals: tuple[Loss, ...]
    extracts: tuple[Loss, ...]
    proposal: Proposal | None
    unused: tuple[str, ...]


def run(
    workspace: Workspace,
    *,
    every_weeks: int = 4,
    horizon_weeks: int = HORIZON_WEEKS,
    progress: Callable[[str], None] = lambda _: None,
) -> MinimiseReport:
    """Measure the card in use on the panel of the backtest; write ``minimise.json`` and ``minimise.html``.

    Raises
    ------
    WaakvlamError
        The history is shorter than the horizon.
    """
    settings, card = workspace.settings, cards.scorecard(workspace)
    with open_warehouse(workspace, read_only=True) as con:
        progress("signals and outcomes through time")
        panel = backtest.mature_panel(con, workspace, every_weeks=every_weeks, horizon_weeks=horizon_weeks)
        delivered = history.available(con)
    on = ground(panel)
    sources = {BY_NAME[term.signal].source for term in card.terms}
    used = [name for name in contracts() if name in delivered and name in sources]
    progress("without each signal and each extract")
    signals, extracts = losses(on, card, settings.capacity, used)
    progress("the smallest set")
    report = MinimiseReport(
        f"{card.name} {card.version}",
        settings.naam,
        settings.capacity,
        horizon_weeks,
        len(on.dates),
        int(on.y.sum()),
        signals,
        extracts,
        propose(on, card, settings.capacity),
        tuple(sorted(name for name in delivered if _only_signals(name) and name not in sources)),
    )
    text = json.dumps(as_json(report), indent=2, ensure_ascii=False)
    write_text(folder(workspace) / "minimise.json", f"{text}\n")
    write_text(
        folder(workspace) / "minimise.html",
        paper.page(f"{settings.naam}: wat elk gegeven waard is", sections(report)),
    )
    return report


def folder(workspace: Workspace) -> Path:
    """Return the folder of the report."""
    return workspace.output / "minimise"


def _only_signals(extract: str) -> bool:
    """Return whether an extract serves signals only: not the register, the outcome, the coach's log, rights or safety."""
    contract = contracts().get(extract)
    return (
        contract is not None
        and contract.monitored
        and not contract.rights
        and extract not in (REGISTER, POSITIONS)
    )


def sections(report: MinimiseReport) -> list[Section]:
    """Build the Dutch page."""
    lead = (
        f"Kaart: {report.model}. Op {report.dates} data zijn steeds de eerste {report.capacity} adressen vergeleken, met en zonder het "
        f"gegeven. {report.escalations} keer liep het binnen {report.horizon_weeks} weken uit de hand.",
        "Verschil boven 0: zonder dit gegeven vindt de lijst minder. Ligt de hele marge (95%) boven 0, dan is het gegeven nodig. "
        "Anders is niet aangetoond dat het iets toevoegt; dat is iets anders dan aangetoond dat het niets toevoegt.",
    )
    columns = ("", "Raak zonder", "Verschil, in procentpunten", "Niet meer gevonden", "Nodig?")
    unused = tuple((contracts()[name].title,) for name in report.unused)
    return [
        Section("Hoe gemeten is", lead),
        Section(
            "Per bestand",
            (),
            columns,
            tuple(_row(contracts()[loss.name].title, loss) for loss in report.extracts),
        ),
        Section(
            "Per signaal",
            (),
            columns,
            tuple(_row(BY_NAME[loss.name].question, loss) for loss in report.signals),
        ),
        Section(
            "Bestanden waaruit de kaart niets gebruikt",
            ("Lever deze niet meer, of leg vast waarom wel.",) if unused else ("Geen.",),
            ("Bestand",) if unused else (),
            unused,
        ),
        _proposal(report.proposal),
    ]


def _row(name: str, loss: Loss) -> tuple[str, ...]:
    return (
        name,
        _percents(loss.precision),
        _percents(loss.difference, sign="+"),
        "–" if loss.no_longer_found is None else f"{_percents(loss.no_longer_found)}{_kinds(loss)}",
        "ja" if loss.needed else "niet aangetoond",
    )


def _kinds(loss: Loss) -> str:
    shown = [f"{kind}: {number:.0f}" for kind, number in loss.kinds.items() if number >= KINDS_HIDDEN]
    return f" ({', '.join(shown)})" if shown else ""


def _proposal(proposal: Proposal | None) -> Section:
    title = f"De kleinste set die {100 * KEEP:.0f}% behoudt"
    if proposal is None:
        return Section(
            title,
            (
                "Nog niet te zeggen: er zijn te weinig data om op de ene helft te kiezen en op de andere te toetsen.",
            ),
        )
    kept = _percents(proposal.kept)
    verdict = (
        f"Op de latere data houdt de kleine set {kept} van wat de hele kaart vindt."
        if proposal.holds
        else f"Op de latere data houdt de kleine set maar {kept}: dit voorstel houdt geen stand. Neem het niet over."
    )
    if proposal.holds and not proposal.shown:
        verdict += " De marge loopt ook lager: het kan minder zijn dan beloofd."
    rows = tuple((BY_NAME[name].question, "weglaten") for name in proposal.drop)
    rows += tuple((BY_NAME[name].question, "houden") for name in proposal.keep)
    return Section(
        title,
        (
            f"Gekozen op de eerste {proposal.chosen_on} data, getoetst op de laatste {proposal.judged_on}. {verdict}",
            "Een mens beslist. Leer daarna opnieuw punten met `waakvlam train`: de punten hoorden bij de hele set.",
        ),
        ("Signaal", "Voorstel"),
        rows,
    )


def _percents(values: Rounded, sign: str = "") -> str:
    estimate, low, high = ("?" if v is None else f"{100 * v:{sign}.1f}" for v in values)
    mark = "" if sign else "%"
    return f"{estimate}{mark} ({low} tot {high})"
