"""Say what is wrong with each delivery that was refused, and write the text for whoever delivers it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.analyst.gate_words import meaning, quantity
from portal.analyst.reasons import in_words, to_ask
from portal.runs.models import Run

VERSION = re.compile(r"(.*?)(?:_v(\d+))?((?:\.[a-z]+)*)", re.DOTALL)
"""The name of a delivery, its version and its kind."""


@dataclass(frozen=True)
class Fault:
    """Why rows of a file cannot count, with the first lines on which they are and what to ask."""

    words: str
    rows: int
    lines: str
    ask: str


@dataclass(frozen=True)
class Refused:
    """A delivery of which nothing was loaded: the figures that stopped it, its faulty rows, and the text to send.

    ``place`` is where a file cannot be read, empty if it was read.
    """

    file: str
    rows: int | None
    figures: tuple[str, ...]
    faults: tuple[Fault, ...]
    place: str
    letter: str


def refused_files(run: Run) -> set[str]:
    """Return the names of the deliveries of a run of which nothing was loaded."""
    return {row.get("file", "") for row in run.deliveries if row.get("state") == "refused"}


def mended() -> str:
    """Say where a better file goes and under which name; the weekly run then loads it."""
    return _(
        "Zet het verbeterde bestand op de server bij het oude, in %(inbox)s: het hele bestand, met _v2 achter de datum in de naam (en dan "
        "_v3); dat vervangt het oude. Rijen met een eigen nummer, zoals bezwaren, mogen ook met hetzelfde nummer in een bestand van "
        "een latere datum. De opdracht weekly laadt het en maakt de lijst van deze week opnieuw; zonder die opdracht telt het mee vanaf de "
        "lijst van maandag."
    ) % {"inbox": settings.HOME / "inbox"}


def refused(run: Run) -> list[Refused]:
    """Return the deliveries of a run of which nothing was loaded, each with what is wrong."""
    return [_refused(run, row) for row in run.deliveries if row.get("state") == "refused"]


def _refused(run: Run, row: Mapping[str, Any]) -> Refused:
    file = row.get("file") or row.get("extract", "")
    theirs = [each for each in run.quarantine if each.get("file") == row.get("file")]
    faults = tuple(
        Fault(
            in_words(each["reason"]), int(each["rows"]), each.get("lines") or "", str(to_ask(each["reason"]))
        )
        for each in sorted(theirs, key=lambda each: -int(each["rows"]))
    )
    figures = tuple(
        _figure(gate)
        for gate in run.gates
        if gate.get("file") == row.get("file")
        and gate.get("passed") is False
        and gate.get("severity") == "critical"
    )
    codes = [code for code in run.unmapped if code.get("file") == row.get("file") and code.get("mapping")]
    place = "" if figures else _place(row)
    return Refused(
        file,
        row.get("rows_read"),
        figures,
        faults,
        place,
        _letter(row, file, figures, faults, codes, place),
    )


def _figure(gate: Mapping[str, Any]) -> str:
    """Write a figure outside its limit as one sentence."""
    name, least, most = gate["figure"], gate.get("least"), gate.get("most")
    words = {"what": meaning(name) or name, "value": quantity(name, gate.get("value"), least, most)}
    if most is not None and (gate.get("value") is None or least is None or gate["value"] > most):
        return _("%(what)s: %(value)s (grens: hoogstens %(limit)s).") % (
            words | {"limit": quantity(name, most)}
        )
    return _("%(what)s: %(value)s (grens: minstens %(limit)s).") % (words | {"limit": quantity(name, least)})


def _place(row: Mapping[str, Any]) -> str:
    """Say where a file cannot be read."""
    line, column = row.get("line"), row.get("column")
    if line is not None and column is not None:
        return _("Het lezen stopte bij regel %(line)s, kolom %(column)s.") % {"line": line, "column": column}
    if line is not None:
        return _("Het lezen stopte bij regel %(line)s.") % {"line": line}
    if column is not None:
        return _("Het lezen stopte bij kolom %(column)s.") % {"column": column}
    return _("Het ligt aan het bestand als geheel, niet aan één regel.")


def _letter(
    row: Mapping[str, Any],
    file: str,
    figures: tuple[str, ...],
    faults: tuple[Fault, ...],
    codes: list[Mapping[str, Any]],
    place: str,
) -> str:
    """Write to whoever delivers a file what is wrong: lines, columns and codes, and no other value of a row."""
    name = file.rpartition("/")[2]
    day = date_format(date.fromisoformat(row["peildatum"]), "j F Y")
    lines = [
        _("Wij konden het bestand %(file)s (peildatum %(day)s) niet gebruiken. Er is niets van geladen.")
        % {"file": name, "day": day}
    ]
    if place:
        lines.append(f"- {place}")
        if row.get("refusal"):
            lines.append(f"- {_('De melding van het programma (Engels):')} {row['refusal']}")
    lines += [f"- {figure}" for figure in figures]
    lines += [f"- {_rows(fault)}" for fault in faults]
    lines += [
        "- "
        + _("Wat betekent de code %(code)s in %(column)s (%(rows)s rijen)?")
        % {"code": code["value"], "column": code["column"], "rows": code["rows"]}
        for code in codes
    ]
    ask = (
        _("Wilt u dit nakijken en het hele bestand opnieuw leveren, met de naam %(name)s?")
        if faults or place
        else _("Klopt dit? Zo niet, wilt u dan het hele bestand opnieuw leveren, met de naam %(name)s?")
    )
    lines.append(ask % {"name": next_version(name)})
    return "\n".join(lines)


def next_version(name: str) -> str:
    """Return the name under which a better file replaces one that was refused.

    Examples
    --------
    >>> next_version("huurachterstanden_2026-11-23.csv.gz"), next_version("contacten_2026-11-23_v2.xlsx")
    ('huurachterstanden_2026-11-23_v2.csv.gz', 'contacten_2026-11-23_v3.xlsx')
    """
    stem, version, kind = VERSION.fullmatch(name).groups()  # type: ignore[union-attr]  # it matches any name
    return f"{stem}_v{int(version or 1) + 1}{kind}"


def _rows(fault: Fault) -> str:
    """Write a fault with its number of rows, its first lines and what to ask, as one line."""
    number = ngettext("%(n)s rij", "%(n)s rijen", fault.rows) % {"n": fault.rows}
    count = fault.lines.count(",") + 1
    if fault.lines:
        which = _("regel %(lines)s") if count == 1 else _("regels %(lines)s")
        number += f" ({which % {'lines': fault.lines}}{', …' if count < fault.rows else ''})"
    return f"{fault.words}: {number}. {fault.ask}".strip()
