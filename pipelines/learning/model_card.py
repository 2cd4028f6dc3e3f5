"""Write the model card: the purpose, figures and limits of the installed scorecard.

`python -m pipelines.learning.model_card` writes docs/model-card.md for the packaged card, from docs/evaluation.json; a test
compares the two. `waakvlam model-card` writes the card of an installation, from its own backtest.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from features.catalogue import BY_NAME
from features.signal import FAMILIES
from models.card.scorecard import EXPERT, Scorecard, load
from models.evaluate.bootstrap import Rounded
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


@dataclass(frozen=True)
class Measured:
    """The figures of a card on one data set, beside the best of the simple rankings.

    Parameters
    ----------
    data : str
        Name of the data set.
    capacity : int
        Length of the list.
    base_rate : float
        Share of the rows that escalated.
    precision, lift, against_best_simple : sequence of float
        [estimate, low, high]; the last is the ratio of the two precisions.
    best_simple : str
        Label of the best simple ranking.
    verdict : str
        The first words of the verdict, such as "yes".
    """

    data: str
    capacity: int
    base_rate: float
    precision: Rounded
    lift: Rounded
    against_best_simple: Rounded
    best_simple: str
    verdict: str


def measured(data: str, card: Scorecard, result: Mapping[str, Any]) -> Measured:
    """Take the figures of a card from the content of a ``backtest.json``, or of one data set of ``evaluation.json``."""
    rows = {row["name"]: row for row in result["rankings"]}
    mine = next(rows[name] for name in (card.name, "in_use") if name in rows)
    capacity = result["capacities"][0]
    at = mine["at"][str(capacity)]
    return Measured(
        data,
        capacity,
        result["base_rate"],
        precision=at["precision"],
        lift=at["lift"],
        against_best_simple=mine["against_best_simple"]["ratio"],
        best_simple=rows[result["best_simple"]]["label"],
        verdict=result["verdicts"][mine["name"]].split(":")[0].lower(),
    )


def group_verdicts(result: Mapping[str, Any]) -> list[str]:
    """Take the verdict on each dimension from the content of a ``fairness.json``."""
    return [
        f"{dimension['name']}: {dimension['verdict']} {dimension['proxy_verdict']}"
        for dimension in result["dimensions"]
    ]


def page(
    card: Scorecard,
    figures: Sequence[Measured],
    *,
    approved: Promotion | None,
    source: str,
    made_by: str,
    groups: Sequence[str] | None = None,
) -> str:
    """Write the model card as Markdown.

    Parameters
    ----------
    card : Scorecard
        The installed scorecard.
    figures : sequence of Measured
        The figures per data set; may be empty.
    approved : Promotion, optional
        The record of `waakvlam promote`.
    source : str
        Where the figures come from.
    made_by : str
        One sentence on how the page was made.
    groups : sequence of str, optional
        The verdicts of `waakvlam fairness`.
    """
    return "\n".join(
        [
            f"# Model card: {card.name} {card.version}\n",
            f"{made_by}\n",
            f"{card.about}\n" if card.about else "",
            PURPOSE,
            _made_of(card),
            _approved(approved),
            _figures(figures, source),
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


def _figures(figures: Sequence[Measured], source: str) -> str:
    if not figures:
        return "## Figures\n\nNone yet: `waakvlam backtest` makes them.\n"
    lines = [
        "## Figures\n",
        f"These figures come from {source}. On housing data the outcome is the first step towards losing the home within "
        f"{HORIZON_WEEKS} weeks. Intervals are 95%, by household. *Best simple* is the best of the simple rankings that "
        "anyone could make, on the same rows.\n",
        "| data | list | escalated | precision | lift over random | best simple | against best simple |\n|---|---|---|---|---|---|---|",
    ]
    for figure in figures:
        lines.append(
            f"| {figure.data} | first {figure.capacity} | {100 * figure.base_rate:.2f}% | {percents(figure.precision)} | "
            f"{times(figure.lift)} | {figure.best_simple} | {times(figure.against_best_simple)} |"
        )
    verdicts = [f"- {figure.data}: {figure.verdict}" for figure in figures]
    return "\n".join(lines) + "\n\nDoes it beat the best simple ranking?\n\n" + "\n".join(verdicts) + "\n"


def _groups(groups: Sequence[str] | None) -> str:
    head = "## Groups\n\n"
    if groups is None:
        return (
            head
            + "`waakvlam fairness` compares wijken, lengths of tenancy, rents and any group for which the analyst lawfully keeps "
            "separate data, on the corporation's own history. Such figures would mean nothing for an invented corporation, so this "
            "page has none.\n"
        )
    return head + "".join(f"- {verdict}\n" for verdict in groups)


def packaged() -> str:
    """Write the page for the card that comes with the program."""
    evaluation = json.loads(EVALUATION.read_text(encoding="utf-8"))
    card = load(EXPERT)
    figures = [measured(name, card, evaluation[name]) for name in SHOWN if name in evaluation]
    made_by = "Generated by `python -m pipelines.learning.model_card`; a test compares. Do not edit."
    return page(card, figures, approved=None, source="`docs/evaluation.md`", made_by=made_by)


if __name__ == "__main__":
    write_text(DOCS / "model-card.md", packaged())
    sys.stdout.write(f"{DOCS / 'model-card.md'}\n")
