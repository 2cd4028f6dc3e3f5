"""The page docs/evaluation.md, from docs/evaluation.json."""

from __future__ import annotations

from typing import Any

from models.evaluate.comparison import by_name
from pipelines.publishing.pages import percents, times

INTRODUCTION = """# How good is the list?

Made by `make evaluation` (`python -m benchmarks.evaluation`) from `docs/evaluation.json`, which the same command writes. Do not edit.

Every figure is of dates in the past, each list made with what was known that day, judged on what came within the horizon.
Precision: of the first so many addresses, the share with the outcome. Intervals: 95%, from resampling households 1,000
times with the lists drawn up again; differences are paired. Ties are broken by duration and amount, as on the list; what is
still equal counts by expectation. *Best simple* is the best of the rankings that anyone could sort by, chosen on the same
rows, which favours it. What is fitted learned only from dates whose outcomes were complete by then (a gap of one horizon) and
from other households than it ranks. Agreements that a coach contacted in the window are left out, and stand apart in the JSON.

The demo corporations are invented: hidden causes lead to events and to decisions of people, and no points formula is used. They
show that the machinery finds what is there, not how well it will do at a real corporation. *stad* is the setting that the code
was made with; of *kust* (villages, monthly lists, other causes) the first was looked at when the learning was tuned. *veen*
(small towns, more money trouble, less of it told) was written when the code was ready, and evaluated once.
"""


def page(told: dict[str, Any]) -> str:
    """Render the page."""
    demos = {name: one for name, one in told.items() if name.split()[0] in ("stad", "kust", "veen")}
    real = {name: one for name, one in told.items() if name not in demos and not name.startswith("curve")}
    parts = [INTRODUCTION]
    if demos:
        parts += ["\n## Demo corporations: what is to be reached\n", _reached(demos), _shown(demos)]
    curves = {name.split()[1]: one["curve"] for name, one in told.items() if name.startswith("curve")}
    if curves:
        parts += ["\n## With few escalations to learn from\n\n", _curves(curves)]
    shown = [name for name in demos if name.endswith(" 1")]
    parts += [_table(name, demos[name]) for name in shown]
    if real:
        parts.append(
            "\n## On public data\n\nNone of these is a housing corporation; each has one of its streams, and outcomes that are "
            "really known.\n"
        )
        parts += [_table(name, one) for name, one in real.items()]
    return "".join(parts)


def _reached(demos: dict[str, Any]) -> str:
    lines = [
        "\n| corporation | rows escalated | learned against best simple | expert against best simple | learned against boosting "
        "| calibration error per month |",
        "|---|---|---|---|---|---|",
    ]
    for name, one in demos.items():
        rows = by_name(one)
        figures = [times(rows[n]["against_best_simple"]["ratio"]) for n in ("learned", "expert")]
        figures.append(times(rows["learned"]["against_ceiling"]["ratio"]))
        error = "–" if one["calibration_error"] is None else f"{one['calibration_error']:.4f}"
        lines.append(
            f"| {name} | {one['positives']:,} of {one['rows']:,} | {' | '.join(figures)} | {error} |"
        )
    lines.append("| *to reach* | | 1.3 ×, interval above 1 | 1.1 × | 0.97 × | under 0.01 |")
    return "\n".join(lines) + "\n"


def _shown(demos: dict[str, Any]) -> str:
    """Say in words what was reached and what was not; nothing is rounded up."""
    said = []
    for label, name, key, least, needs_interval in (
        ("learned card against the best simple ranking, at least 1.3 × with the interval above 1",
         "learned", "against_best_simple", 1.3, True),
        ("expert card against the best simple ranking, at least 1.1 ×", "expert", "against_best_simple", 1.1, False),
        ("learned card against boosting, at least 0.97 ×", "learned", "against_ceiling", 0.97, False),
    ):  # fmt: skip
        ratios = {n: by_name(one)[name][key]["ratio"] for n, one in demos.items()}
        met = [
            n
            for n, r in ratios.items()
            if r[0] is not None and r[0] >= least and (not needs_interval or (r[1] or 0) > 1)
        ]
        missed = [n for n in demos if n not in met]
        said.append(
            f"- {label}: {'yes on ' + ', '.join(met) if met else 'on none'}{'; **not** on ' + ', '.join(missed) if missed else ''}."
        )
    wrong = [f"{c['label']} ({n})" for n, one in demos.items() for c in one["controls"] if not c["holds"]]
    said.append(
        f"- negative controls: {'all hold' if not wrong else '**a lift where none can be**: ' + ', '.join(wrong)}."
    )
    return "\n" + "\n".join(said) + "\n"


def _curves(curves: dict[str, Any]) -> str:
    lines = [
        "Precision at capacity on later dates and other households, less that of the expert card, for three draws of the "
        "escalations to learn from. Where fewer had come by then, all of them are learned from, and the draws are the same.\n",
        "| corporation | escalations | first draw | second | third | significantly below the expert card |",
        "|---|---|---|---|---|---|",
    ]
    for name, steps in curves.items():
        for step in steps:
            gaps = [draw["difference"] for draw in step["draws"]]
            below = sum(gap[2] < 0 for gap in gaps)
            cells = " | ".join(percents(gap) for gap in gaps)
            lines.append(
                f"| {name} | {step['escalations']} | {cells} | {'never' if not below else f'{below} of {len(gaps)}'} |"
            )
    return "\n".join(lines) + "\n"


def _table(name: str, one: dict[str, Any]) -> str:
    ks = [str(k) for k in one["capacities"]]
    span = f"{one['dates']} as-of dates from {one['from']} to {one['to']}" if one["dates"] > 1 else "one date"
    lines = [
        f"\n### {name}\n",
        f"{one['about'][0].upper()}{one['about'][1:]}. {span}; {one['positives']:,} of {one['rows']:,} rows "
        f"({100 * one['base_rate']:.2f}%) had the outcome.\n",
        *[f"**{text.replace(' escalated', ' had the outcome')}**\n" for text in one["verdicts"].values()],
        f"| ranking | precision, first {ks[0]} | first {ks[1]} | first {ks[2]} | recall, first {ks[0]} | lift "
        "| against best simple | ties |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for row in sorted(one["rankings"], key=lambda r: -(r["at"][ks[0]]["precision"][0] or 0)):
        at = row["at"][ks[0]]
        against = (
            times(row["against_best_simple"]["ratio"]) if "against_best_simple" in row else "best simple"
        )
        low, high = at["precision_of_ties"]
        cells = [percents(row["at"][k]["precision"]) for k in ks]
        cells += [percents(at["recall"]), times(at["lift"]), against, f"{100 * low:.0f}–{100 * high:.0f}%"]
        label = f"**{row['label']}**" if row["kind"] == "card" else row["label"]
        lines.append(f"| {label} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n" + _more(one)


def _more(one: dict[str, Any]) -> str:
    """Tell lead time, what collection would have missed, and steadiness."""
    said = []
    for name, f in one.get("found", {}).items():
        label = by_name(one)[name]["label"]
        lead = f["lead_time"]
        if lead["weeks"]:
            low, middle, high = lead["weeks"]
            early = (
                f"{lead['listed_before']} of {lead['escalations']} outcomes stood on a list before, half of them {middle} weeks "
                f"or more before they came (quartiles {low} to {high})"
            )
            missed = percents(f["share_not_in_collection"])
            said.append(
                f"- {label}: {early}; no collector at work on it yet (below *sommatie*): {missed} of what it found; overlap with the list "
                f"before: {100 * one['overlap'][name]:.0f}%."
            )
    return "\n" + "\n".join(said) + "\n" if said else ""
