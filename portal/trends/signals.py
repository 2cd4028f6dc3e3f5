"""Sum the signals per week and wijk in SQL; `suppress` decides what is shown of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from django.db.models import QuerySet, Subquery
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from portal.accounts.models import Corporation
from portal.trends import suppress
from portal.trends.models import Family, WeekFigure
from portal.trends.reach import Reach
from portal.trends.suppress import Shown
from portal.trends.tables import Cell, Column, Table

FAMILY_VALUES = tuple(Family.values)


def figures() -> QuerySet[WeekFigure]:
    """Return the figures; their cells do not overlap."""
    return WeekFigure.objects.filter(family__in=FAMILY_VALUES).order_by()


def wijken(corporation: Corporation) -> QuerySet[WeekFigure]:
    """Return the figures of a corporation's newest week, whose wijken are the choices of the filter."""
    newest = figures().filter(corporation=corporation).order_by("-as_of").values("as_of")[:1]
    return figures().filter(corporation=corporation, as_of=Subquery(newest))


def weekly(reach: Reach) -> Table:
    """Signals per week: a column per family, one for stacked signals, and their sum."""
    rows = (
        reach.keep(figures().filter(as_of__range=(reach.first, reach.last)))
        .values("as_of", "family")
        .annotate(**suppress.in_sql("signalled"))
    )
    weeks: dict[date, dict[str, Shown]] = defaultdict(dict)
    for row in rows:
        weeks[row["as_of"]][row["family"]] = suppress.of_sums(
            row["large"], row["cells"], row["small"], with_rest=reach.complete
        )
    lines: list[tuple[Cell, ...]] = []
    for day in sorted(weeks):
        parts = [weeks[day].get(family, suppress.ZERO) for family in FAMILY_VALUES]
        lines.append((day, *parts, suppress.add(parts)))
    columns = (
        Column("as_of", _("Week van"), "day"),
        *(Column(value, str(label)) for value, label in Family.choices),
        Column("any", _("Alle signalen")),
    )
    return Table(
        "signalen",
        _("Huishoudens met signalen, per week"),
        _("Huishoudens"),
        columns,
        tuple(lines),
        _(
            "Elk huishouden telt op één plaats: bij het ene soort signaal, of bij gestapeld als het er meer heeft."
        ),
    )


def per_wijk(reach: Reach) -> Table:
    """Signals per wijk in the last week of the period."""
    here = reach.keep(figures().filter(as_of__range=(reach.first, reach.last)))
    last = here.order_by("-as_of").values_list("as_of", flat=True).first()
    cells: dict[str, dict[str, Shown]] = defaultdict(dict)
    homes: dict[str, int] = {}
    for row in here.filter(as_of=last).values("wijk", "family", "signalled", "agreements"):
        cells[row["wijk"]][row["family"]] = suppress.cell(row["signalled"])
        homes[row["wijk"]] = row["agreements"]
    lines: list[tuple[Cell, ...]] = []
    for wijk in sorted(cells):
        parts = [cells[wijk].get(family, suppress.ZERO) for family in FAMILY_VALUES]
        whole = suppress.add(parts)
        base = suppress.base(homes[wijk], parts)
        lines.append((wijk or _("Wijk onbekend"), whole, _share(parts, whole, base), base, *parts))
    columns = (
        Column("wijk", _("Wijk"), "text"),
        Column("any", _("Alle signalen")),
        Column("share", _("Deel met signaal"), "share"),
        Column("homes", _("Woningen")),
        *(Column(value, str(label)) for value, label in Family.choices),
    )
    title = _("Huishoudens met signalen, per wijk")
    if last:
        title = _("Huishoudens met signalen, per wijk, week van %(day)s") % {
            "day": date_format(last, "j F Y")
        }
    note = _(
        "Een deel staat er alleen bij 100 woningen of meer, en als minder dan ongeveer de helft een signaal kan hebben. Is een "
        "aantal verborgen, dan staat er tussen welke grenzen het deel ligt."
    )
    return Table("wijken", title, _("Huishoudens"), columns, tuple(lines), note, tuple(sorted(cells)))


def _share(parts: Sequence[Shown], whole: Shown, base: int | None) -> float | str | None:
    """Return a share, or its two limits if a part of it is hidden."""
    share = suppress.share(whole, base)
    if share is not None or not base:
        return share
    low, high = (round(100 * count / base) for count in suppress.span(parts))
    return f"{low}–{high}%"
