"""Say in sentences how soon new addresses had contact, from the tables of the manager's page."""

from __future__ import annotations

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from portal.trends import suppress
from portal.trends.quarters import Span
from portal.trends.reach import Reach
from portal.trends.suppress import Shown
from portal.trends.tables import Cell, Table, about, write


def soon(tables: dict[str, Table], reach: Reach) -> list[str]:
    """Say which part of the new addresses of the chosen quarter or year had contact, and was reached, within two weeks."""
    waited, listed = tables["wachten"].of(reach.span), tables["trechter"].of(reach.span)
    if waited is None or listed is None:
        return []
    sentence = _(
        "Van %(listed)s adressen die in %(period)s nieuw op de lijst kwamen, hadden er %(two)s binnen twee weken contact. Bij "
        "%(met)s werd in die twee weken ook iemand bereikt."
    )
    _day, _over, _slowest, still, gone, two, met, *_rest = waited
    texts = {
        "listed": about(listed[1]),
        "period": named(reach.span, reach),
        "two": _with_share(two, listed[1]),
        "met": _with_share(met, listed[1]),
    }
    without = suppress.add(part for part in (still, gone) if isinstance(part, Shown))
    every = _("Geen enkel van hen is nu nog zonder contact.") if without.value == 0 else ""
    return [f"{sentence % texts} {every}".rstrip()]


def _with_share(part: Cell, whole: Cell) -> str:
    """Write a count with its share, if that may be shown."""
    text = about(part)
    if not (isinstance(part, Shown) and isinstance(whole, Shown) and whole.whole):
        return text
    share = suppress.share(part, whole.value)
    return text if share is None else f"{text} ({write(share, 'share')})"


def long(waited: Table, reach: Reach) -> list[str]:
    """Say how many addresses of the chosen quarter or year waited over six weeks, with those that still wait."""
    row = waited.of(reach.span)
    if row is None:
        return []
    sentence = _(
        "Langer dan zes weken wachtten %(slowest)s adressen die in %(period)s nieuw op de lijst kwamen; wie geen contact had, telt mee, "
        "ook van de lijst af."
    )
    return [sentence % {"slowest": about(row[2]), "period": named(reach.span, reach)}]


def slow(first: Table) -> list[str]:
    """Say how many addresses waited long for the first contact, in the newest quarter that has enough of them."""
    known = [row for row in first.rows if row[-1] is not None]
    if not known:
        return []
    sentence = _(
        "Van de adressen die in het %(quarter)s nieuw waren, duurde het bij %(count)s langer dan drie weken van eerste "
        "signaal tot eerste contact, en bij %(slowest)s van hen langer dan zes weken."
    )
    quarter, *_points, slow, slowest = known[-1]
    long = suppress.add(cell for cell in (slow, slowest) if isinstance(cell, Shown))
    texts = {"count": about(long), "slowest": about(slowest)}
    return [sentence % (texts | {"quarter": write(quarter, "quarter")})]


def named(span: Span, reach: Reach) -> str:
    """Name a quarter or year within a sentence."""
    period = _("het %(quarter)s") % {"quarter": span.name} if span.number else str(span.year)
    if span.last > reach.newest:
        return _("%(period)s (tot nu toe)") % {"period": period}
    if reach.oldest and span.partly(None, reach.oldest):
        return _("%(period)s (vanaf %(day)s)") % {"period": period, "day": date_format(reach.oldest, "j F")}
    return period
