"""Say which number of households changed most since a quarter ago, and what may be the reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from math import sqrt
from statistics import NormalDist

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from portal.manager.answer import Answer, Dutch
from portal.runs.fired import gave_points, turned
from portal.runs.models import Run
from portal.trends.quarters import WEEK
from portal.trends.reach import Reach
from portal.trends.signals import weekly
from portal.trends.suppress import Shown
from portal.trends.tables import Table, write

QUARTER = timedelta(weeks=13)
CHANCE = 0.05
"""Probability that any column is named by chance, over all columns together."""
LEAST = 0.1
"""A signal gives points to this part of a change or more, or it is not called its reason."""
NAMED = 2
"""Most signals that are named as the reason of a change."""


@dataclass(frozen=True)
class Moved:
    """A column of the weekly table, with what it shows now and shown a quarter earlier."""

    title: str
    before: Shown
    now: Shown

    @property
    def apart(self) -> float:
        """By how many standard errors the two counts differ."""
        return (self.now.low - self.before.low) / sqrt(max(1, self.now.low + self.before.low))

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
    said = (
        _("„%(title)s” steeg het meest: van %(before)s naar %(now)s huishoudens (ongeveer %(percent)s%% meer).")
        if moved.apart > 0
        else _("„%(title)s” daalde het meest: van %(before)s naar %(now)s huishoudens (ongeveer %(percent)s%% minder).")
    )  # fmt: skip
    texts = {"title": moved.title, "percent": moved.percent}
    texts |= {"before": write(moved.before, "count"), "now": write(moved.now, "count")}
    reasons, alike = _reasons(runs, now, moved)
    lines = (said % texts, *reasons, *_last_week(table, moved), compared)
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


def _last_week(table: Table, moved: Moved) -> list[str]:
    """Say what the week before showed, which tells a jump from a slow rise."""
    column = [column.title for column in table.columns].index(moved.title)
    day: date = table.column("as_of")[-2]
    shown = table.rows[-2][column]
    said = _("In de week van %(day)s waren het er %(count)s.")
    return [said % {"day": date_format(day, "j F"), "count": write(shown, "count")}]


def _reasons(runs: list[Run], now: date, moved: Moved) -> tuple[list[str], bool]:
    """Name what else changed since: signals that began or ceased to give points to many, and another model.

    The second value is False if there is such a change: the households themselves then may not have changed at all.
    """
    runs = [run for run in runs if now - QUARTER <= run.as_of <= now]
    if not runs or runs[0].as_of != now - QUARTER:
        return [], True
    lines: list[str] = []
    changed = turned(runs[0], runs[-1])
    if changed and (begun := _large(changed.begun, runs[-1], moved)):
        since = next(run.as_of for run in runs if gave_points(run).keys() & begun.keys())
        said = "Dat kan komen doordat er sinds {day} nieuwe gegevens meetellen: {questions}."
        lines.append(Dutch(said.format(day=date_format(since, "j F Y"), questions=_quoted(begun))))
    if changed and (ended := _large(changed.ended, runs[0], moved)):
        said = "Dat kan komen doordat dit nu nergens meer punten geeft: {questions}."
        lines.append(Dutch(said.format(questions=_quoted(ended))))
    if runs[0].model != runs[-1].model:
        lines.append(_("Sindsdien rekent een ander model: %(model)s.") % {"model": runs[-1].model})
    same = _("Het model en de soorten gegevens bleven in die tijd dezelfde.")
    unchanged = changed and not (changed.begun or changed.ended)
    return lines or ([same] if unchanged else []), not lines


def _large(questions: Mapping[str, str], run: Run, moved: Moved) -> dict[str, str]:
    """Keep the signals that gave points to enough households to explain the change, at most two, the largest first."""
    given = {row["signal"]: row["agreements"] for row in run.fired if row["signal"] in questions}
    large = [
        name for name, number in given.items() if number >= LEAST * abs(moved.now.low - moved.before.low)
    ]
    return {name: questions[name] for name in sorted(large, key=lambda name: (-given[name], name))[:NAMED]}


def _quoted(questions: Mapping[str, str]) -> str:
    return " en ".join(f"„{question}”" for question in questions.values())
