"""The model card: what the installed scorecard is for, how good it is, and where it must not be believed.

`python -m pipelines.learning.model_card` writes docs/model-card.md for the card that comes with the program, from docs/evaluation.json;
`waakvlam model-card` writes that of an installation, from its own backtest. A test compares.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from typing import Any

from features.catalogue import BY_NAME
from features.signal import FAMILIES
from models.card.scorecard import EXPERT, Scorecard, load
from models.learning.horizon import HORIZON_WEEKS
from pipelines.installation.files import write_text
from pipelines.installation.places import ROOT
from pipelines.publishing.pages import percents, times

DOCS = ROOT / "docs"
EVALUATION = DOCS / "evaluation.json"
SHOWN = ("stad 1", "kust 1", "fines", "chicago", "groningen", "uci_credit_default")

PURPOSE = """## Purpose

It ranks homes for a weekly list of a few addresses where a wooncoach rings the bell and offers help, before a bailiff is at the
door. A person decides whom to visit; the points decide nothing. It is **not** for: collecting rent, ending a tenancy, finding
fraud, judging whether someone may rent, or anything that is done to a tenant without speaking to them.
"""
LIMITS = """## Limits

- It sees what reached the corporation's administration. Who suffers in silence has no points: one place on the list goes by lot.
- The outcome is what the office and others did (bailiff, court, eviction, flight), not need. Complaints tell of neighbours too.
- Points are risk as it was without a visit, not the good that a visit does: only the trial of the program can tell that.
- Figures on invented corporations show that the machinery works. At a real one: `waakvlam backtest` on its own history first.
- A contact changes what comes after; contacted agreements are left out of the figures.
- Missing is not zero: an extract that was never delivered takes its signals away, and the list says so.
- Absolute chances are local. Without a calibration of its own history a score is an order, not a chance.
"""


def page(
    card: Scorecard,
    figures: dict[str, Any],
    *,
    approved: dict[str, Any] | None,
    source: str,
    made_by: str,
    groups: dict[str, Any] | None = None,
) -> str:
    """Write the card.

    Parameters
    ----------
    card : Scorecard
        The installed scorecard.
    figures : dict
        Per data set a comparison as ``models.evaluate.comparison.compare`` makes it; may be empty.
    approved : dict, optional
        scorecard, approved_by and on, as `waakvlam promote` wrote them.
    source : str
        Where the figures come from.
    made_by : str
        How this page was made, one sentence.
    groups : dict, optional
        Result of `waakvlam fairness`.
    """
    return "\n".join(
        [
            f"# Model card: {card.name} {card.version}\n",
            f"{made_by}\n",
            f"{card.about}\n" if card.about else "",
            PURPOSE,
            _made_of(card),
            _approved(approved),
            _figures(card, figures, source),
            LIMITS,
            _groups(groups),
        ]
    )


def _made_of(card: Scorecard) -> str:
    families = Counter(BY_NAME[term.signal].family for term in card.terms)
    told = "; ".join(
        f"{label.lower()}: {families[name]}" for name, label in FAMILIES.items() if families[name]
    )
    lines = [
        "## What it is made of\n",
        f"{len(card.terms)} signals ({told}) of the corporation's own extracts (`docs/extracts.md`, `docs/signals.md`). Each has "
        "bands with whole points; the score is their sum; ten points are about a doubling of the odds. No age, sex, origin, "
        "health, household or neighbourhood is read, and no name or address enters the computation.\n",
        "| signal | family | most points | missing |\n|---|---|---|---|",
    ]
    for term in sorted(card.terms, key=lambda t: -max(b.points for b in t.bands)):
        most = max(band.points for band in term.bands)
        lines.append(
            f"| {term.signal} | {FAMILIES[BY_NAME[term.signal].family].lower()} | {most} | {term.missing} |"
        )
    if card.calibration:
        c = card.calibration
        lines.append(
            f"\nChances: of {c.outcome} within {c.horizon_weeks} weeks, from {c.escalations} escalations between {c.first} and {c.last}."
        )
    else:
        lines.append("\nIt tells no chances: nothing was fitted to data.")
    return "\n".join(lines) + "\n"


def _approved(approved: dict[str, Any] | None) -> str:
    if approved is None:
        return "## Approved by\n\nNobody yet: it comes with the program. A person installs a card with `waakvlam promote`.\n"
    return f"## Approved by\n\n{approved['approved_by']}, on {approved['on']} ({approved['scorecard']}).\n"


def _figures(card: Scorecard, figures: dict[str, Any], source: str) -> str:
    if not figures:
        return "## Figures\n\nNone yet: `waakvlam backtest` makes them.\n"
    lines = [
        "## Figures\n",
        f"From {source}. Outcome on housing data: the first step towards losing the home within {HORIZON_WEEKS} weeks. 95% "
        "intervals by household; *best simple*: the best of the rankings that anyone could sort by, on the same rows.\n",
        "| data | list | escalated | precision | lift over random | best simple | against best simple |\n|---|---|---|---|---|---|---|",
    ]
    said = []
    for name, one in figures.items():
        rows = {row["name"]: row for row in one["rankings"]}
        mine = next(rows[n] for n in (card.name, "in_use") if n in rows)
        k = one["capacities"][0]
        at, best = mine["at"][str(k)], rows[one["best_simple"]]
        lines.append(
            f"| {name} | first {k} | {100 * one['base_rate']:.2f}% | {percents(at['precision'])} | {times(at['lift'])} | {best['label']} | "
            f"{times(mine['against_best_simple']['ratio'])} |"
        )
        said.append(f"- {name}: {one['verdicts'][mine['name']].split(':')[0].lower()}")
    return "\n".join(lines) + "\n\nDoes it beat the best simple ranking?\n\n" + "\n".join(said) + "\n"


def _groups(groups: dict[str, Any] | None) -> str:
    head = "## Groups\n\n"
    if groups is None:
        return (
            head
            + "`waakvlam fairness` compares wijken, lengths of tenancy, rents and any group that the analyst lawfully holds apart, on the "
            "corporation's own history. On an invented corporation such figures would say nothing, so none are given here.\n"
        )
    return (
        head
        + "\n".join(f"- {d['name']}: {d['verdict']} {d['proxy_verdict']}" for d in groups["dimensions"])
        + "\n"
    )


def packaged() -> str:
    """Write the page for the card that comes with the program."""
    told = json.loads(EVALUATION.read_text(encoding="utf-8"))
    figures = {name: told[name] for name in SHOWN if name in told}
    made_by = "Made by `python -m pipelines.learning.model_card`; a test compares. Do not edit."
    return page(load(EXPERT), figures, approved=None, source="`docs/evaluation.md`", made_by=made_by)


if __name__ == "__main__":
    write_text(DOCS / "model-card.md", packaged())
    sys.stdout.write(f"{DOCS / 'model-card.md'}\n")
