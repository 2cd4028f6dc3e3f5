"""Write the catalogue as a page: ``python -m features.render > docs/signals.md``."""

from __future__ import annotations

import sys
import tomllib
from dataclasses import dataclass
from importlib.resources import files
from textwrap import fill

from features.catalogue import FACTS, SIGNALS, VIEWS
from features.signal import FAMILIES, SEVERAL, Signal

_HEAD = """\
# Signals

Generated from the catalogue by `python -m features.render > docs/signals.md`; a test compares. Do not edit.

One row per agreement and as-of date, one column per signal. A signal counts only what was known, and had
happened, *before* the as-of date. Windows run from the day before the as-of date back: in a window of 90 days
the event of exactly 90 days ago still counts, the one of today does not. A year of arrears lists is 52 weeks.

- **Absence** says what it means that an agreement has no rows. A source that was never delivered is another
  matter: all its signals are then NULL (not computable), and a card gives them its points for *missing*.
- **Direction**: more is worse (+1), more is better (−1), or says nothing by itself and may not be scored (0).
- The examples ask on Monday 16 November 2026 about an agreement with a rent of € 500, with a list of arrears
  each Monday; `a..b` stands for all Mondays from a to b. The tests compute each of them.
"""
_DIRECTION = {+1: "more is worse (+1)", -1: "more is better (−1)", 0: "none (0), never scored"}


@dataclass(frozen=True)
class Example:
    """A worked example: what it shows, the rows of each staged table as text, and the value of the signal."""

    says: str
    tables: dict[str, str]
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
    """Write the catalogue as Markdown, families in their order, then the facts.

    Raises
    ------
    ValueError
        If a signal has no worked example.
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
    """Describe one signal."""
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
    """Say which rows the signals of a family count."""
    lines = [
        fill(f"- `{view.source}`: {view.counts}", 118, subsequent_indent="  ", break_long_words=False)
        for view in VIEWS.values()
        if view.family == family
    ]
    return "\nWhat counts:\n\n" + "\n".join(lines) + "\n" if lines else ""


def _facts() -> str:
    """List the facts for the sentences of the list."""
    lines = [
        "## Facts",
        "",
        "For the sentences of the list; never scored.",
        _counts(None),
        "| column | type | what |",
        "|---|---|---|",
    ]
    shown = [fact for fact in FACTS if fact.name.startswith("fact_")]
    lines += [f"| `{fact.name}` | {fact.dtype} | {fact.description} |" for fact in shown]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    sys.stdout.write(render())
