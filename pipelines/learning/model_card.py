"""Write the model card: the purpose, figures and limits of the installed scorecard.

`python -m pipelines.learning.model_card` writes docs/model-card.md for the packaged card, from docs/evaluation.json; a test
compares the two. `waakvlam model-card` writes the card of an installation, from its own backtest.
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
from pipelines.installation.places import CLONE
from pipelines.publishing.pages import percents, times
from pipelines.scoring.cards import Promotion

DOCS = CLONE / "docs"
EVALUATION = DOCS / "evaluation.json"
SHOWN = ("stad 1", "kust 1", "fines", "chicago", "groningen", "uci_credit_default")

PURPOSE = """## Purpose

The card ranks homes for a weekly list of a few addresses. At these addresses a wooncoach rings the bell and offers help, before
a bailiff comes. A person decides whom to visit; the points only order the list. The card must **not** be used to collect rent, end
a tenancy, find fraud, judge whether someone may rent, or take any step against a tenant without speaking to them.
"""
LIMITS = """## Limits

- The card uses only what reached the corporation's administration. A tenant who suffers in silence has no points, so one place
  on the list is drawn by lot.
- The outcome records what offices and tenants did (bailiff, court, eviction, flight), not what tenants needed. Complaints also
  depend on the neighbours.
- Points estimate the risk without a visit, not the benefit of a visit. Only the program's trial can measure that benefit.
- Figures on invented corporations show that the method works. A real corporation first runs `waakvlam backtest` on its own
  history.
- A contact changes what happens afterwards, so contacted agreements are left out of the figures.
- A missing value differs from zero: if an extract was never delivered, its signals have no value, and the list says so.
- Chances differ between corporations. Without calibration on the corporation's own history, a score gives an order and not a
  chance.
"""


def page(
    card: Scorecard,
    figures: dict[str, Any],
    *,
    approved: Promotion | None,
    source: str,
    made_by: str,
    groups: dict[str, Any] | None = None,
) -> str:
    """Write the model card as Markdown.

    Parameters
    ----------
    card : Scorecard
        The installed scorecard.
    figures : dict
        Per data set the result of ``models.evaluate.comparison.compare``; may be empty.
    approved : Promotion, optional
        The record of `waakvlam promote`.
    source : str
        Where the figures come from.
    made_by : str
        One sentence on how the page was made.
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
    per_family = "; ".join(
        f"{label.lower()}: {families[name]}" for name, label in FAMILIES.items() if families[name]
    )
    lines = [
        "## What it uses\n",
        f"The card uses {len(card.terms)} signals ({per_family}) from the corporation's own extracts (`docs/extracts.md`, "
        "`docs/signals.md`). Each signal has whole points, in bands or as a line without a top, and the score is their sum. Ten "
        "points about double the odds. The card reads no age, sex, origin, health, household or neighbourhood, and no name "
        "or address enters the computation.\n",
        "| signal | family | points | missing |\n|---|---|---|---|",
    ]
    for term in sorted(card.terms, key=lambda t: -max(t.named_points)):
        lines.append(
            f"| {term.signal} | {FAMILIES[BY_NAME[term.signal].family].lower()} | {term.in_words} | {term.missing} |"
        )
    if card.calibration:
        c = card.calibration
        lines.append(
            f"\nChances: of {c.outcome} within {c.horizon_weeks} weeks, fitted to {c.escalations} escalations between {c.first} and "
            f"{c.last}."
        )
    else:
        lines.append("\nIt states no chances, because nothing was fitted to data.")
    return "\n".join(lines) + "\n"


def _approved(approved: Promotion | None) -> str:
    if approved is None:
        return "## Approved by\n\nNobody yet: this card comes with the program. A person installs a card with `waakvlam promote`.\n"
    return f"## Approved by\n\n{approved.approved_by}, on {approved.on} ({approved.scorecard}).\n"


def _figures(card: Scorecard, figures: dict[str, Any], source: str) -> str:
    if not figures:
        return "## Figures\n\nNone yet: `waakvlam backtest` makes them.\n"
    lines = [
        "## Figures\n",
        f"These figures come from {source}. On housing data the outcome is the first step towards losing the home within "
        f"{HORIZON_WEEKS} weeks. Intervals are 95%, by household. *Best simple* is the best of the simple rankings that "
        "anyone could make, on the same rows.\n",
        "| data | list | escalated | precision | lift over random | best simple | against best simple |\n|---|---|---|---|---|---|---|",
    ]
    verdicts = []
    for name, one in figures.items():
        rows = {row["name"]: row for row in one["rankings"]}
        mine = next(rows[n] for n in (card.name, "in_use") if n in rows)
        k = one["capacities"][0]
        at, best = mine["at"][str(k)], rows[one["best_simple"]]
        lines.append(
            f"| {name} | first {k} | {100 * one['base_rate']:.2f}% | {percents(at['precision'])} | {times(at['lift'])} | {best['label']} | "
            f"{times(mine['against_best_simple']['ratio'])} |"
        )
        verdicts.append(f"- {name}: {one['verdicts'][mine['name']].split(':')[0].lower()}")
    return "\n".join(lines) + "\n\nDoes it beat the best simple ranking?\n\n" + "\n".join(verdicts) + "\n"


def _groups(groups: dict[str, Any] | None) -> str:
    head = "## Groups\n\n"
    if groups is None:
        return (
            head
            + "`waakvlam fairness` compares wijken, lengths of tenancy, rents and any group for which the analyst lawfully keeps "
            "separate data, on the corporation's own history. Such figures would mean nothing for an invented corporation, so this "
            "page has none.\n"
        )
    return (
        head
        + "\n".join(f"- {d['name']}: {d['verdict']} {d['proxy_verdict']}" for d in groups["dimensions"])
        + "\n"
    )


def packaged() -> str:
    """Write the page for the card that comes with the program."""
    evaluation = json.loads(EVALUATION.read_text(encoding="utf-8"))
    figures = {name: evaluation[name] for name in SHOWN if name in evaluation}
    made_by = "Generated by `python -m pipelines.learning.model_card`; a test compares. Do not edit."
    return page(load(EXPERT), figures, approved=None, source="`docs/evaluation.md`", made_by=made_by)


if __name__ == "__main__":
    write_text(DOCS / "model-card.md", packaged())
    sys.stdout.write(f"{DOCS / 'model-card.md'}\n")
