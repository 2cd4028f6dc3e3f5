"""Render the catalogue as a page: ``python -m features.render > docs/signals.md``."""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from textwrap import fill

from features.catalogue import FACTS, SIGNALS, VIEWS
from features.signal import FAMILIES, SEVERAL, Signal

_HEAD = """\
# Signals

Generated from the catalogue by `python -m features.render > docs/signals.md`; a test compares. Do not edit.

The features have one row per agreement and as-of date, and one column per signal. A signal counts only what was known,
and had happened, *before* the as-of date. A window begins on the day before the as-of date and runs back: a window of
90 days includes an event of exactly 90 days ago, and excludes an event of today. A year of arrears lists is 52 weeks.

- **Absence** states the value for an agreement without rows. If a source was never delivered, all its signals are NULL
  instead (they cannot be computed), and a card gives them its points for *missing*.
- **Direction** is +1 if more is worse, −1 if more is better, and 0 if the value says nothing by itself and may not be
  scored.
- The examples use Monday 16 November 2026, an agreement with a rent of € 500, and a list of arrears each Monday; `a..b`
  stands for all Mondays from a to b. The tests compute each example.
"""
_DIRECTION = {+1: "more is worse (+1)", -1: "more is better (−1)", 0: "none (0), never scored"}


@dataclass(frozen=True)
class Example:
    """A worked example: a description, the rows of each staged table as text, and the value of the signal."""

    says: str
    tables: Mapping[str, str]
    value: float


def examples() -> dict[str, Example]:
    """Read the worked example of each signal (``features/catalogue/examples.toml``)."""
    read = tomllib.loads((files("features.catalogue") / "examples.toml").read_text(encoding="utf-8"))
    worked = {}
    for name, body in read.items():
        says, value = body.pop("says"), body.pop("value")
        worked[name] = Example(says, body, value)
    return worked


def render() -> str:
    """Render the catalogue as Markdown: the families in order, then the facts.

    Raises
    ------
    ValueError
        A signal has no worked example.
    """
    shown = examples()
    lacking = [signal.name for signal in SIGNALS if signal.name not in shown]
    if lacking:
        raise ValueError(f"features/catalogue/examples.toml: add a table for {', '.join(lacking)}.")
    parts = [_HEAD]
    for family, dutch in FAMILIES.items():
        members = [signal for signal in SIGNALS if signal.family == family]
        parts.append(f"## {family.capitalize()} ({dutch})\n{_counts(family)}")
        parts.extend(_entry(signal, shown[signal.name]) for signal in members)
    parts.append(_facts())
    return "\n".join(parts)


def _entry(signal: Signal, example: Example) -> str:
    """Render the section of one signal."""
    source = "several, whatever was delivered" if signal.source == SEVERAL else f"`{signal.source}`"
    window = f"{signal.window_days} days" if signal.window_days else "the latest position"
    tables = "\n\n".join(f"{name}\n{text.strip()}" for name, text in example.tables.items())
    value = f"{example.value:g}"
    return f"""\
### `{signal.name}`

{signal.question}

| | |
|---|---|
| source | {source} |
| unit | {signal.unit} |
| window | {window} |
| absence | {signal.absence.value} |
| direction | {_DIRECTION[signal.direction]} |
| let op | {signal.caveat} |

{example.says} `{signal.name}` = **{value}**

```
{tables}
```
"""


def _counts(family: str | None) -> str:
    """Describe which rows the signals of a family count."""
    lines = [
        fill(f"- `{view.source}`: {view.counts}", 118, subsequent_indent="  ", break_long_words=False)
        for view in VIEWS.values()
        if view.family == family
    ]
    return "\nWhat counts:\n\n" + "\n".join(lines) + "\n" if lines else ""


def _facts() -> str:
    """Render the table of facts."""
    lines = [
        "## Facts",
        "",
        "The sentences of the list use these facts. They are never scored.",
        _counts(None),
        "| column | type | description |",
        "|---|---|---|",
    ]
    shown = [fact for fact in FACTS if fact.name.startswith("fact_")]
    lines += [f"| `{fact.name}` | {fact.dtype} | {fact.description} |" for fact in shown]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    sys.stdout.write(render())
