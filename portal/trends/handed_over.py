"""Count hand-overs to partners and their answers, per quarter and per partner."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date
from statistics import median

from django.db.models import Count, F, Q
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.casework.codes import Partner, PickedUp
from portal.trends import at_cut, marginals, suppress
from portal.trends.reach import Reach
from portal.trends.tables import Cell, Column, Table
from portal.trends.work import lines_of, quarter, released, whole_years, year


def partners(user: User, reach: Reach) -> Table:
    """Count what each partner answered to hand-overs, and in how many days, over whole years.

    An answer is left out for all partners where their counts, beside those per quarter, would reveal a hidden one.
    """
    since, until = whole_years(reach)
    rows = list(
        at_cut.handovers(user, reach)
        .filter(on__range=(since, until))
        .values_list("partner", "answer", "on", "answered_on")
    )
    names = sorted({row[0] for row in rows}, key=lambda name: str(Partner(name).label))
    counts = Counter((partner, answer) for partner, answer, *_days in rows)
    shown: dict[str, list[Cell]] = {}
    hidden = _("verborgen")
    for value in PickedUp.values:
        cells = [suppress.cell(counts[name, value]) for name in names]
        days = [{"day": on, "n": 1} for _partner, answer, on, _answered in rows if answer == value]
        quarters, years = released(days, ["n"], quarter, year)
        per_year = [
            marginals.Group([each["n"] for day, each in quarters.items() if year(day) == first], whole["n"])
            for first, whole in years.items()
        ]
        hide = marginals.reveals([marginals.Group(cells)], per_year)
        shown[value] = [hidden] * len(names) if hide else list(cells)
    waited: dict[str, list[int]] = defaultdict(list)
    for partner, answer, on, answered in rows:
        if answer != PickedUp.UNANSWERED and answered is not None:
            waited[partner].append((answered - on).days)
    open_since = {
        name: min(
            on for partner, answer, on, _answered in rows if (partner, answer) == (name, PickedUp.UNANSWERED)
        )
        for name in names
        if counts[name, PickedUp.UNANSWERED]
    }
    steps_hidden = hidden in shown[PickedUp.UNANSWERED]
    oldest = [hidden if steps_hidden else _waits(reach.cut.date(), open_since.get(name)) for name in names]
    middle = [round(median(waited[name])) if len(waited[name]) > suppress.SMALL else None for name in names]
    return Table(
        "partners",
        _("Wat partners antwoorden, en hoe snel, %(first)s tot en met %(last)s")
        % {"first": since.year, "last": until.year},
        _("Overdrachten"),
        (
            Column("partner", _("Partner"), "text"),
            *(Column(value, str(label)) for value, label in PickedUp.choices),
            Column("days", _("Helft binnen (dagen)"), "days"),
            Column("oldest", _("Oudste wacht"), "text"),
        ),
        tuple(
            (
                str(Partner(name).label),
                *(shown[value][place] for value in PickedUp.values),
                middle[place],
                oldest[place],
            )
            for place, name in enumerate(names)
        ),
        _(
            "Verborgen, bij alle partners: dat zou een klein aantal per kwartaal verraden. "
            "Binnen zoveel dagen kwam de helft van de antwoorden; te zien vanaf tien antwoorden. Hoe lang de oudste overdracht zonder "
            "antwoord wacht, staat er in stappen; een overdracht bij een adres met een bezwaar telt mee, maar is niet na te vragen. Welke "
            "adressen het zijn, ziet alleen de coach: In zorg, Overdrachten, „nog geen antwoord”."
        ),
    )


STEPS = (2, 6, 13)
"""Most weeks of each step of waiting but the last."""


def steps() -> tuple[str, ...]:
    """Return in words how long a hand-over can wait, the shortest first."""
    return (
        _("tot twee weken"),
        _("twee tot zes weken"),
        _("zes tot dertien weken"),
        _("langer dan dertien weken"),
    )


def _waits(today: date, since: date | None) -> str:
    """Return in steps how long a hand-over waits, so that no single day is known, or that none does."""
    if since is None:
        return _("geen")
    weeks = (today - since).days / 7
    return steps()[sum(weeks > most for most in STEPS)]


def handovers(user: User, reach: Reach) -> Table:
    """Count hand-overs to partners, and whether they were picked up, per quarter."""
    rows = (
        at_cut.handovers(user, reach)
        .filter(on__range=whole_years(reach))
        .order_by()
        .values(day=F("on"))
        .annotate(**{value: Count("pk", filter=Q(answer=value)) for value in PickedUp.values})
    )
    quarters, years = released(rows, PickedUp.values, quarter, year)
    return Table(
        "overdrachten",
        _("Overgedragen aan partners, per kwartaal"),
        _("Overdrachten"),
        (
            Column("quarter", _("Kwartaal"), "quarter"),
            *(Column(value, str(label)) for value, label in PickedUp.choices),
        ),
        lines_of(quarters, years, PickedUp.values, reach),
    )
