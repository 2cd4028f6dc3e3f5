"""Read from the runs with which settings the lists were made, and since which list a setting has its value."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portal.accounts.models import Corporation
from portal.runs.models import Run

COACH = "coaches."
NAMES = {
    "shortlist.capacity": gettext_lazy("Adressen per week, per coach"),
    "shortlist.exploration": gettext_lazy("Waarvan door loting"),
    "shortlist.cooldown_weeks": gettext_lazy("Weken rust na een contact"),
    "shortlist.minimum_points": gettext_lazy("Minste punten voor een plaats op de lijst"),
    "shortlist.lead_weeks": gettext_lazy("Weken die een coach nodig heeft (telt bij het leren)"),
    "retention.cases_months": gettext_lazy("Werk van coaches bewaren, in maanden"),
    "retention.lists_months": gettext_lazy("Lijsten bewaren, in maanden"),
    "retention.logs_months": gettext_lazy("Runs en inlogs bewaren, in maanden"),
    "retention.identities_months": gettext_lazy(
        "Namen en adressen van vertrokken huurders bewaren, in maanden"
    ),
    "retention.deliveries_days": gettext_lazy("Geleverde bestanden bewaren, in dagen"),
    "retention.backups_days": gettext_lazy("Back-ups bewaren, in dagen"),
}
KEPT = {
    "retention.cases_months": gettext_lazy("werk van coaches"),
    "retention.lists_months": gettext_lazy("lijsten"),
    "retention.logs_months": gettext_lazy("runs en inlogs"),
    "retention.identities_months": gettext_lazy("namen en adressen na vertrek"),
    "retention.deliveries_days": gettext_lazy("geleverde bestanden"),
    "retention.backups_days": gettext_lazy("back-ups"),
}
"""What each term of retention is about."""


@dataclass(frozen=True)
class Setting:
    """A setting: what it is in words, where it stands in the settings, its value, and the last change that the lists show."""

    key: str
    name: str
    where: str
    value: int
    before: int | None = None
    since: date | None = None


def settings_of(corporations: Iterable[Corporation]) -> list[Setting]:
    """Return the settings of the newest list; none if an older version published every list."""
    runs = Run.objects.filter(corporation__in=corporations).exclude(settings={})
    lists = list(runs.order_by("-as_of").values_list("as_of", "settings"))
    if not lists:
        return []
    newest = lists[0][1]
    coaches = [key for key in newest if key.startswith(COACH)]
    shown = [key for key in NAMES if key in newest]
    places = shown[:1] + coaches + shown[1:]
    return [_setting(key, newest[key], lists) for key in places]


def _setting(key: str, value: int, lists: list[tuple[date, dict[str, int]]]) -> Setting:
    """Describe a setting, with the value that it had before and the first list with the present one."""
    since = lists[0][0]
    before = None
    for day, settings in lists:
        if settings.get(key, value) != value:
            before = settings[key]
            break
        since = day
    section, name = key.split(".", 1)
    if key.startswith(COACH):
        words = _("Adressen per week van %(coach)s") % {"coach": name}
        return Setting(
            key, words, "[[coaches]] capacity", value, before, since if before is not None else None
        )
    return Setting(
        key, str(NAMES[key]), f"[{section}] {name}", value, before, since if before is not None else None
    )


def terms(settings: Iterable[Setting]) -> list[tuple[str, str]]:
    """Return what is kept and how long, in words."""
    return [(str(KEPT[each.key]), _long(each)) for each in settings if each.key in KEPT]


def _long(setting: Setting) -> str:
    number = setting.value
    if setting.key.endswith("_days"):
        return ngettext("%(n)s dag", "%(n)s dagen", number) % {"n": number}
    return ngettext("%(n)s maand", "%(n)s maanden", number) % {"n": number}
