"""Compare the signals of an address with those of an earlier week, in words: what came, grew, shrank and went.

Growth is said in the levels of the timeline. Points, which add up to the score, are named only where the score is shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from portal.casework.codes import Kind
from portal.casework.models import Contact, SignalWeek
from portal.coach.templatetags.days import euro
from portal.coach.timeline import AMOUNT, FAMILY_LABELS, LEVELS, SIGNAL_ICONS, level
from portal.prepared import prepared
from portal.runs.models import Run

LOOK_BACK = timedelta(weeks=13)
"""How far an address is compared back where nobody had contact since."""


@dataclass(frozen=True)
class ThenNow:
    """What changed between two weeks; a line is the family of the signal and the words."""

    since: date
    contact: date | None
    """The day of the last contact, if the comparison starts there."""
    lines: tuple[tuple[str, str], ...]
    model_since: date | None
    """The first week in between of which the points come from another model."""


def compare(
    weeks: Sequence[SignalWeek],
    contacts: Iterable[Contact],
    models: Sequence[tuple[date, str]],
    *,
    points: bool,
) -> ThenNow | None:
    """Compare the newest week with the one before the last contact, or with the first of the last quarter.

    Parameters
    ----------
    weeks, contacts : of one case, oldest first
    models : sequence of (date, str)
        The weeks in which a list was made, with the name of its model, oldest first.
    points : bool
        Whether to name the points.

    Returns
    -------
    ThenNow or None
        None if there is no earlier week to compare with, or if nobody had contact since and nothing changed: a fact without
        points, such as a first complaint, may have brought the address on the list meanwhile.
    """
    if len(weeks) < 2:
        return None
    now = weeks[-1]
    met = [row.on for row in contacts if row.undone_at is None and row.kind != Kind.ADMINISTRATIVE]
    contact = max((day for day in met if weeks[0].as_of <= day < now.as_of), default=None)
    if contact is not None:
        then = max((week for week in weeks if week.as_of <= contact), key=lambda week: week.as_of)
    else:
        then = next(week for week in weeks if week.as_of >= now.as_of - LOOK_BACK)
    if then.as_of == now.as_of:
        return None
    lines = tuple(_lines(then, now, points))
    if contact is None and not lines:
        return None
    changed = [day for day, _name in new_models(models) if then.as_of < day <= now.as_of]
    return ThenNow(then.as_of, contact, lines, max(changed, default=None))


def new_models(models: Iterable[tuple[date, str]]) -> Iterator[tuple[date, str]]:
    """Yield the weeks in which the model of the list changed, with the name of the new one."""
    before = ""
    for day, name in models:
        if before and name != before:
            yield day, name
        before = name


def models_of(corporation: str) -> list[tuple[date, str]]:
    """Return the weeks in which a corporation's list was made, with the name of the model, oldest first."""
    return [(run.as_of, run.model) for run in _runs(corporation).rows()]


@prepared
def _runs(corporation: str) -> QuerySet[Run]:
    return Run.objects.filter(corporation=corporation).only("as_of", "model").order_by("as_of")


def _lines(then: SignalWeek, now: SignalWeek, points: bool) -> Iterator[tuple[str, str]]:
    for family, label in FAMILY_LABELS.items():
        was, is_ = then.points.get(family, 0), now.points.get(family, 0)
        words = _words(level(was), level(is_))
        amount = _amount(then, now) if family == "arrears" and is_ else ""
        if not words and not amount and not (points and was != is_):
            continue
        parts = [words or _("nog steeds %(now)s") % {"now": LEVELS[level(is_)]}]
        parts += [amount] if amount else []
        parts += (
            [_("van %(was)s naar %(now)s punten") % {"was": was, "now": is_}] if points and was != is_ else []
        )
        why = _why(then, now) if amount and level(was) != level(is_) else ""
        yield SIGNAL_ICONS[family], f"{label}: {', '.join(parts)}{why}."


def _words(was: int, now: int) -> str:
    """Say how a level changed; nothing if it is the same."""
    if was == now:
        return ""
    if was == 0:
        return _("kwam erbij, nu %(now)s") % {"now": LEVELS[now]}
    if now == 0:
        return _("is weg")
    return _("van %(was)s naar %(now)s") % {"was": LEVELS[was], "now": LEVELS[now]}


def _amount(then: SignalWeek, now: SignalWeek) -> str:
    was, owed = then.figures.get(AMOUNT), now.figures.get(AMOUNT)
    known = isinstance(was, int | float) and isinstance(owed, int | float)
    if not known or was == owed or not was:
        return ""
    return _("van %(was)s naar %(now)s") % {"was": euro(was), "now": euro(owed)}


def _why(then: SignalWeek, now: SignalWeek) -> str:
    """Say what counts besides the amount, where the level of the arrears went up and the amount down, or the other way round."""
    grew = now.points.get("arrears", 0) > then.points.get("arrears", 0)
    if grew == (now.figures[AMOUNT] > then.figures[AMOUNT]):
        return ""
    return "; " + _("hoe lang en hoe vaak er achterstand is, telt ook mee")
