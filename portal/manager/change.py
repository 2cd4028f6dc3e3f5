"""Say which number of households changed most since a quarter ago, and what may be the reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from math import ceil, sqrt
from statistics import NormalDist

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from portal.manager.answer import Answer
from portal.runs.fired import NOTHING, begun_on, turned
from portal.runs.models import Run
from portal.runs.names import in_language
from portal.trends import suppress
from portal.trends.quarters import WEEK
from portal.trends.reach import Reach
from portal.trends.signals import weekly
from portal.trends.suppress import Shown
from portal.trends.tables import Cell, Table, about, write

QUARTER = timedelta(weeks=13)
CHANCE = 0.05
"""Probability that any column is named by chance, over all columns together."""
PART = 4
"""A signal that turned is named as a reason if it had at least the change divided by this many households."""
NAMED = 2
"""Most signals that are named."""
JUMP = 0.5
"""From this part of the change in one week on, that week is named."""


@dataclass(frozen=True)
class Moved:
    """A column of the weekly table, with what it shows now and shown a quarter earlier."""

    title: str
    before: Shown
    now: Shown

    @property
    def difference(self) -> int:
        """By how many households the two counts differ."""
        return self.now.low - self.before.low

    @property
    def apart(self) -> float:
        """By how many standard errors the two counts differ."""
        return self.difference / sqrt(max(1, self.now.low + self.before.low))

    @property
    def percent(self) -> int:
        """By how much the count rose or fell, in percent, rounded to five."""
        return 5 * round(abs(self.now.low / self.before.low - 1) * 20)


def most(reach: Reach) -> Answer:
    """Name the column of the weekly table that changed most, from what the table shows."""
    question = _("Wat veranderde het meest in een kwartaal?")
    table = weekly(replace(reach, first=min(reach.first, reach.last - QUARTER - WEEK)))
    known = Run.objects.filter(
        corporation=reach.corporation, as_of__range=(reach.last - QUARTER - WEEK, reach.last)
    )
    runs = list(known.order_by("as_of").only("as_of", "fired", "model"))
    days: list[date] = table.column("as_of")
    now = days[-1] if days else reach.last
    if now - QUARTER not in days:
        return Answer(
            question, (_("Dat is te zeggen zodra er cijfers van dertien weken eerder zijn."),), "open"
        )
    days_said = {"now": date_format(now, "j F Y"), "before": date_format(now - QUARTER, "j F Y")}
    compared = _("Vergeleken: de week van %(now)s met die van %(before)s.") % days_said
    moved = _moved(table, now)
    if moved is None:
        return Answer(question, (_("Niets: de verschillen kunnen toeval zijn."), compared), where="signalen")
    sentence = (
        _("„%(title)s” steeg het meest: van %(before)s naar %(now)s huishoudens (ongeveer %(percent)s%% meer).")
        if moved.apart > 0
        else _("„%(title)s” daalde het meest: van %(before)s naar %(now)s huishoudens (ongeveer %(percent)s%% minder).")
    )  # fmt: skip
    texts = {"title": moved.title, "percent": moved.percent}
    texts |= {"before": about(moved.before), "now": write(moved.now, "count")}
    reasons, alike = _reasons(runs, now, moved)
    lines = (sentence % texts, *reasons, *_pace(table, moved), compared)
    tone = ("act" if moved.apart > 0 else "known") if alike else "open"
    return Answer(question, lines, tone, "signalen")


def _moved(table: Table, now: date) -> Moved | None:
    """Return the column that changed most beyond chance, if any did. A column with a hidden count is left out."""
    days: list[date] = table.column("as_of")
    then = days.index(now - QUARTER)
    columns = [
        Moved(column.title, before, shown)
        for column, before, shown in zip(
            table.columns[1:], table.rows[then][1:], table.rows[-1][1:], strict=True
        )
        if isinstance(before, Shown) and isinstance(shown, Shown) and before.low and not shown.hidden
    ]
    limit = NormalDist().inv_cdf(1 - CHANCE / 2 / max(1, len(columns)))
    beyond = [each for each in columns if abs(each.apart) > limit]
    return max(beyond, key=lambda each: abs(each.apart), default=None)


def _pace(table: Table, moved: Moved) -> list[str]:
    """Name the week of a jump; without one, say what the week before showed."""
    days: list[date] = table.column("as_of")
    place = [column.title for column in table.columns].index(moved.title)
    shown = [row[place] for row in table.rows]
    steps = [
        (_step(before, now), number)
        for number, (before, now) in enumerate(pairwise(shown), 1)
        if days[number] > days[-1] - QUARTER
    ]
    size, number = max(steps, key=lambda step: step[0] * moved.difference)
    if size / moved.difference < JUMP:
        number, sentence = len(days) - 1, _("In de week van %(earlier)s waren het er %(before)s.")
    elif moved.difference > 0:
        sentence = _("De grootste sprong was in de week van %(day)s: van %(before)s naar %(now)s.")
    else:
        sentence = _("De grootste daling was in de week van %(day)s: van %(before)s naar %(now)s.")
    texts = {"day": date_format(days[number], "j F"), "earlier": date_format(days[number - 1], "j F")}
    texts |= {"before": about(shown[number - 1]), "now": write(shown[number], "count")}
    return [sentence % texts]


def _step(before: Cell, now: Cell) -> int:
    """Return by how much a shown count changed; 0 where either is hidden."""
    if not isinstance(before, Shown) or not isinstance(now, Shown) or before.hidden or now.hidden:
        return 0
    return now.low - before.low


def _reasons(runs: list[Run], now: date, moved: Moved) -> tuple[list[str], bool]:
    """Name what else changed since: signals that began or ceased to give points, and another model.

    A signal is named only if it had enough households to explain the change, those of the most first. The second value is
    False if there is such a change: the households themselves then may not have changed at all.
    """
    runs = [run for run in runs if now - QUARTER <= run.as_of <= now]
    if not runs or runs[0].as_of != now - QUARTER:
        return [], True
    lines: list[str] = []
    least = max(suppress.SMALL + 1, ceil(abs(moved.difference) / PART))
    changed = turned(runs[0], runs[-1], least)
    if changed and changed.begun:
        since = min(begun_on(runs, signal) for signal in list(changed.begun)[:NAMED])
        sentence = _("Dat kan komen doordat er sinds %(day)s nieuwe gegevens meetellen: %(questions)s.")
        lines.append(sentence % {"day": date_format(since, "j F Y"), "questions": _quoted(changed.begun)})
    if changed and changed.ended:
        sentence = _("Dat kan komen doordat dit nu nergens meer punten geeft: %(questions)s.")
        lines.append(sentence % {"questions": _quoted(changed.ended)})
    if runs[0].model != runs[-1].model:
        lines.append(_("Sindsdien rekent een ander model: %(model)s.") % {"model": runs[-1].model})
    same = _("Het model en de soorten gegevens bleven in die tijd dezelfde.")
    return lines or ([same] if turned(runs[0], runs[-1]) == NOTHING else []), not lines


def _quoted(questions: Mapping[str, str]) -> str:
    quoted = [
        _("„%(question)s”") % {"question": in_language(name)} for name in list(questions.values())[:NAMED]
    ]
    return _(" en ").join(quoted)
