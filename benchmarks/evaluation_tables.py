"""Render the tables of docs/evaluation.md that compare data sets, each with its goal and what was not reached."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from benchmarks.earlier import COMMIT as EARLIER
from models.evaluate.ahead import EARLY_WEEKS
from pipelines.publishing.pages import percents, times

FRESH = (("stad", 4), ("kust", 4), ("veen", 4), ("duin", 3), ("polder", 3))
"""Demo corporations that nobody looked at while the learning was chosen."""
POSTCARD_GOAL = 0.97
RIVAL_GOAL = 0.97
BEFORE_GOAL = 0.97
EARLY_GOALS = (0.95, 1.25)
"""All outcomes, and those at least `EARLY_WEEKS` after the list, at capacity."""
RIVALS = {"boosting": "boosting", "ebm": "EBM"}

Results = Mapping[str, Any]


def by_name(result: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the rankings of a comparison by name."""
    return {row["name"]: row for row in result["rankings"]}


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Render a table of Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def goals(demos: Results) -> str:
    """Compare the cards with the best simple ranking on demo corporations."""
    rows = []
    for name, measures in demos.items():
        ranked = by_name(measures)
        figures = [times(ranked[n]["against_best_simple"]["ratio"]) for n in ("learned", "expert")]
        error = "–" if measures["calibration_error"] is None else f"{measures['calibration_error']:.4f}"
        rows.append([name, f"{measures['positives']:,} of {measures['rows']:,}", *figures, error])
    head = [
        "corporation",
        "rows escalated",
        "learned against best simple",
        "expert against best simple",
        "calibration error per month",
    ]
    rows.append(["*goal*", "", "1.3 ×, interval above 1", "1.1 ×", "under 0.01"])
    return "\n" + table(head, rows) + "\n" + _reached(demos)


def _reached(demos: Results) -> str:
    """State in words which goals were reached and which were not, without rounding up."""
    lines = []
    for label, name, least, needs_interval in (
        ("learned card against the best simple ranking, at least 1.3 × with the interval above 1", "learned", 1.3, True),
        ("expert card against the best simple ranking, at least 1.1 ×", "expert", 1.1, False),
    ):  # fmt: skip
        ratios = {n: by_name(measures)[name]["against_best_simple"]["ratio"] for n, measures in demos.items()}
        met = [
            n
            for n, r in ratios.items()
            if r[0] is not None and r[0] >= least and (not needs_interval or (r[1] or 0) > 1)
        ]
        missed = [n for n in demos if n not in met]
        lines.append(
            f"- {label}: {'yes on ' + ', '.join(met) if met else 'on none'}{'; **not** on ' + ', '.join(missed) if missed else ''}."
        )
    wrong = [
        f"{c['label']} ({n})" for n, measures in demos.items() for c in measures["controls"] if not c["holds"]
    ]
    lines.append(
        f"- negative controls: {'all hold' if not wrong else '**a lift where none can be**: ' + ', '.join(wrong)}."
    )
    return "\n".join(lines) + "\n"


def rivals(measured: Results) -> str:
    """Divide what the learned card finds by what each rival finds; the goal holds where the rival is worth beating."""
    rows, missed = [], []
    for name, measures in measured.items():
        ranked = by_name(measures)
        cells = []
        for rival, label in RIVALS.items():
            for length, k in lengths(measures):
                cell = "–"
                if rival in ranked:
                    own, other = (ranked[n]["at"][k]["precision"][0] for n in ("learned", rival))
                    simple = max(
                        r["at"][k]["precision"][0] for r in measures["rankings"] if r["kind"] == "simple"
                    )
                    ratio = own / other
                    cell = f"{ratio:.2f} ×" if other > simple else f"({ratio:.2f} ×)"
                    if other > simple and ratio < RIVAL_GOAL:
                        cell = f"**{ratio:.3f} ×**"
                        missed.append(f"{name} against {label} {length} ({ratio:.3f})")
                cells.append(cell)
        rows.append([name, *cells])
    rows.append(["*goal*", *[f"{RIVAL_GOAL} ×"] * 4])
    head = ["data set", *(f"{label}, {length}" for label in RIVALS.values() for length in ("at capacity", "at four times"))]  # fmt: skip
    return (
        "What the learned card finds, divided by what a rival without the promises of a card finds: gradient boosting, and an explainable "
        "boosting machine (EBM: steps per signal and for ten pairs of signals; `models.evaluate.fitted.additive`). The EBM takes long; "
        "a dash means that it was not tried. In brackets: the rival does not beat "
        f"the best simple ranking there, and no goal applies. In bold: below {RIVAL_GOAL}. The rivals learn from a draw of the rows "
        "without outcome, and another draw moves a ratio by several percent (decision 100).\n\n"
        + table(head, rows)
        + f"\n- below {RIVAL_GOAL} × where the rival beats the best simple ranking: {', '.join(missed) or 'nowhere'}.\n"
    )


def lengths(measures: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the capacity and four times the capacity, in words and as a key of a ranking."""
    return [("at capacity", str(measures["capacities"][0])), ("at four times the capacity", str(measures["capacities"][-1]))]  # fmt: skip


def earlier(demos: Results, before: Mapping[str, Any]) -> str:
    """Compare the ratio to the best simple ranking with that of an earlier commit."""
    rows, missed = [], []
    for name, ratio in before["ratios"].items():
        now = by_name(demos[name])["learned"]["against_best_simple"]["ratio"]
        rows.append([name, times(ratio), times(now), f"{now[0] / ratio[0]:.3f}"])
        missed += [name] if now[0] / ratio[0] < BEFORE_GOAL else []
    return (
        f"The ratio of the learned card to the best simple ranking at capacity, at commit {before['commit']} (when a card had no lines, "
        f"`git show {before['commit']}:docs/evaluation.json`) and now. The goal is at least {BEFORE_GOAL} of what it was.\n\n"
        + table(["corporation", "then", "now", "now divided by then"], rows)
        + f"\n- below the goal: {', '.join(missed) or 'none'}.\n"
    )


def postcards(measured: Results) -> str:
    """Compare the card of eight terms with the card of all terms."""
    rows = []
    for name, at in measured.items():
        met = next(iter(at.values()))["ratio"][0] >= POSTCARD_GOAL
        rows.append(
            [
                name,
                *(times(measures["ratio"]) for measures in at.values()),
                "reached" if met else "**missed**",
            ]
        )
    head = ["data set", "at capacity", "at twice the capacity", "at four times the capacity", "the goal at capacity"]  # fmt: skip
    return (
        "`waakvlam train --small 8` keeps at most eight terms. The table divides what its lists would have found by what the lists "
        f"of the card with all terms would have found. The goal is {POSTCARD_GOAL}.\n\n" + table(head, rows)
    )


def ahead(measured: Results) -> str:
    """Show what the default lead time finds: relative to the card of an earlier commit, and to no lead time."""
    compared = {
        name: measures for name, measures in measured.items() if "then" in measures["ahead"][0]["precision"]
    }
    parts = [
        f"What the card learned with `lead_weeks = 4` (the default) finds, in all and at least {EARLY_WEEKS} weeks after the list, "
        "on lists of the same length.\n\n"
    ]
    if compared:
        rows, means = _found_ahead(compared, "then")
        rows.append(["*goal, at capacity*", *(f"{goal} ×" for goal in EARLY_GOALS), "", ""])
        verdicts = [
            f"{label} {mean:.3f}, {'reached' if mean >= goal else f'**missed** ({goal})'}"
            for label, mean, goal in zip(("all outcomes", "early outcomes"), means, EARLY_GOALS, strict=False)
        ]
        parts += [
            f"Divided by what the card of commit {EARLIER} finds, the last one before a card had lines and a lead time. Its own code "
            "learned from the panels of today (`benchmarks/earlier.py`); it takes long, so not on every corporation.\n\n",
            table(_AHEAD, rows),
            f"\n- at capacity, mean of {len(compared)}: {'; '.join(verdicts)}.\n\n",
        ]
    rows, _ = _found_ahead(measured, "0")
    parts += ["Divided by what the same learner finds without a lead time:\n\n", table(_AHEAD, rows)]
    return "".join(parts)


_AHEAD = (
    "corporation",
    *(
        f"{kind}, {length}"
        for length in ("at capacity", "at four times the capacity")
        for kind in ("all", "early")
    ),
)


def _found_ahead(measured: Results, base: str) -> tuple[list[list[str]], np.ndarray]:
    """Return the rows of a table that divides by one of the cards, and their geometric means."""
    ratios = {
        name: [
            row["precision"]["4"] / row["precision"][base]
            for row in measures["ahead"]
            if row["weeks"] in (0, EARLY_WEEKS)
        ]
        for name, measures in measured.items()
    }
    means = np.exp(np.log(list(ratios.values())).mean(axis=0))
    rows = [[name, *(f"{ratio:.2f} ×" for ratio in each)] for name, each in ratios.items()]
    return [*rows, ["*geometric mean*", *(f"{mean:.3f} ×" for mean in means)]], means


def ahead_public(measured: Results) -> str:
    """Compare cards with and without a lead time with the best simple ranking, on public data with days."""
    rows, worse = [], []
    for name, measures in measured.items():
        without, default = (measures["against_best_simple"][lead] for lead in ("0", "4"))
        early = {
            str(row["places"]): row["precision"] for row in measures["ahead"] if row["weeks"] == EARLY_WEEKS
        }
        for k, precision in early.items():
            gain = f"{precision['4'] / precision['0']:.2f} ×" if precision["0"] else "none found"
            rows.append([name, f"first {k}", times(without[k]), times(default[k]), gain])
            worse += [f"{name}, first {k}"] if default[k][2] < 1 else []
    head = ["data set", "places", "without a lead time", "`lead_weeks = 4`", "early, divided by no lead time"]
    return (
        "\nThe same two cards on the public data that hold days: all outcomes, divided by those that the best simple ranking finds, and "
        f"those at least {EARLY_WEEKS} weeks after the list.\n\n"
        + table(head, rows)
        + f"\n- with `lead_weeks = 4` significantly worse than the best simple ranking: {'; '.join(worse) or 'nowhere'}.\n"
    )


def curves(measured: Results) -> str:
    """Show how the learned card does against the expert card with few escalations to learn from."""
    rows = []
    above = {}
    for name, steps in measured.items():
        for step in steps:
            gaps = [draw["difference"] for draw in step["draws"]]
            below = sum(gap[2] < 0 for gap in gaps)
            more = sum(gap[1] > 0 for gap in gaps)
            above[name] = f"{name} ({step['escalations']}: {more} of {len(gaps)})"
            cells = [percents(gap) for gap in gaps] if len(gaps) > 1 else [percents(gaps[0]), "the same", "the same"]  # fmt: skip
            rows.append(
                [name, str(step["escalations"]), *cells, f"{below} of {len(gaps)}" if below else "never"]
            )
    head = [
        "corporation",
        "escalations",
        "first draw",
        "second",
        "third",
        "significantly below the expert card",
    ]
    return (
        "The table shows precision at capacity on later dates and other households, minus the precision of the expert card. The "
        "card learned from three random draws of 25, 50, 100 and 200 escalations (households). Where fewer had occurred by then, the "
        "last row is the card that learned from all of them: larger numbers would repeat it, and are left out. 200 occur "
        "only where much escalates.\n\n"
        + table(head, rows)
        + f"\n- significantly above the expert card with the most escalations: {', '.join(above.values())}.\n"
    )


def training(measured: Results) -> str:
    """Show what training proposes on each corporation, and whether an unconstrained fit finds more than the people's card."""
    rows, still = [], []
    for name, measures in measured.items():
        own, ranked = measures["training"], by_name(measures)
        k = str(measures["capacities"][0])
        free = ranked["boosting"]["at"][k]["precision"][0] / ranked["expert"]["at"][k]["precision"][0]
        gained = own["precision"]["learned"] / own["precision"]["kept"]
        counts = own["escalations"]
        rows.append(
            [
                name,
                f"{counts['arrears']}, {counts['nuisance']}",
                f"{free:.2f} ×",
                f"{own['terms_moved']} of {own['terms']}",
                f"{gained:.2f} ×",
                "adopted" if own["adopted"] else own["verdict"],
            ]
        )
        still += [name] if not own["terms_moved"] else []
    head = [
        "corporation",
        "escalated agreements: payment, nuisance",
        "boosting against the expert card",
        "terms that moved",
        "learned against the expert card",
        "gate",
    ]
    return (
        "What `waakvlam train` would propose with the default `lead_weeks = 4`, on the whole history. The last two columns are the gate's: "
        "precision at capacity on the last dates and other households, of escalations at least four weeks ahead. An unconstrained fit "
        "(boosting, without a lead time) is better than the people's card where its ratio is above 1. The goal: points move wherever 200 "
        "escalations of one kind are on file and an unconstrained fit is better.\n\n"
        + table(head, rows)
        + f"\n- no point moved: {', '.join(still) or 'nowhere'}.\n"
    )
