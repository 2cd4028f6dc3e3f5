"""Say why an address is not on the newest list, as far as the portal can know it.

The weekly run keeps an address off the list after what a coach logged (`models.selection.scope.HOLDS`). This module applies
these rules to the same rows. What the run decides from other deliveries reaches the portal only for addresses in care.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from django.utils.translation import gettext as _

from portal.casework.codes import OPEN, Kind, State
from portal.casework.models import Case, Contact
from portal.casework.models.work import today
from portal.coach.story import Today
from portal.coach.templatetags.days import on as written

IN_CONTACT = timedelta(days=182)
NOT_FITTING = timedelta(days=365)
COOL_DOWN = timedelta(days=28)


def why_off(
    case: Case,
    contacts: Iterable[Contact],
    newest_list: date | None,
    known: Today | None = None,
    *,
    held: bool = False,
) -> str:
    """Return one or two sentences.

    ``contacts`` are those of the case, ``known`` is what its newest signals show, and ``held`` whether its list stands still.
    """
    rows = [row for row in contacts if row.undone_at is None and newest_list and row.on < newest_list]
    rule = _held(case, rows, newest_list) if newest_list else ""
    if rule:
        return rule
    if held:
        return _("De lijst ligt stil: er staat nu geen enkel adres op.")
    if known and not known.past:
        return (
            _("Er zijn nu geen signalen.")
            if known.quiet
            else _("Andere adressen hebben nu meer signalen. Op de lijst is plaats voor een paar adressen.")
        )
    if case.finished or not _followed(rows):
        return _(
            "De signalen zijn weg, of andere adressen hebben er nu meer. Op de lijst is plaats voor een paar adressen."
        )
    return _(
        "Het telt niet meer mee voor de lijst, bijvoorbeeld omdat de huur is opgezegd of de deurwaarder ermee bezig is."
    )


def follows(case: Case, contact: Contact) -> str:
    """Return what the newest contact of a case does to its place on the lists to come, if it ends the case; "" otherwise.

    How many days a contact keeps an address off the list is a setting of the weekly run, so there the portal names no day.
    """
    if case.from_worry or case.state != contact.state:
        return ""
    if contact.state == State.NOT_FITTING:
        day = written(contact.on + NOT_FITTING, "j F Y")
        text = _(
            "Het blijft van de lijst tot %(day)s. Daarna kan het terugkomen als er dan iets speelt. "
            "Dat geldt voor deze huurder; een nieuwe huurder begint opnieuw."
        )
        return text % {"day": day}
    if contact.state != State.CLOSED:
        return ""
    if contact.kind == Kind.ADMINISTRATIVE:
        return _("Het kan op een volgende lijst terugkomen als er weer iets speelt.")
    return _("Het blijft een paar weken van de lijst. Daarna kan het terugkomen als er weer iets speelt.")


def _followed(rows: list[Contact]) -> bool:
    """Return whether a coach had the address in care when the newest list was made, so that the run sent its signals if it counts."""
    last = max(rows, key=lambda row: (row.on, row.reference), default=None)
    return last is not None and last.state in (*OPEN, State.WATCH, State.NEW)


def _held(case: Case, rows: list[Contact], newest_list: date) -> str:
    """Return which rule held the address off the newest list, or nothing; the rules are in the order of the run.

    A rule of the state speaks of today only if the state still is what it was when the list was made.
    """
    last = max(rows, key=lambda row: (row.on, row.reference), default=None)
    if last is None:
        return ""
    held = _by_state(last, newest_list)
    if held:
        same = case.state == last.state or {case.state, last.state} <= set(OPEN)
        return held if same else _was(last)
    spoken = max((row.on for row in rows if row.kind != Kind.ADMINISTRATIVE), default=None)
    if spoken and newest_list - spoken < COOL_DOWN:
        return _("Er was op %(day)s nog contact. Daarna blijft een adres een paar weken van de lijst.") % {
            "day": written(spoken, "j F")
        }
    return ""


def _by_state(last: Contact, newest_list: date) -> str:
    """Return why the state of the last contact before the newest list held the address off it, or nothing."""
    age, agreed = newest_list - last.on, last.follow_up_on
    if last.state in OPEN and (age <= IN_CONTACT or (agreed and agreed >= newest_list)):
        return _("Een wooncoach heeft contact. Zolang dat loopt, komt het adres niet op de lijst.")
    if last.state == State.WATCH and agreed and agreed >= newest_list:
        return _until(agreed, _("Waakvlam: het adres komt niet op de lijst tot %(day)s."))
    if last.state == State.NOT_FITTING and age <= NOT_FITTING:
        text = _(
            "Een wooncoach vond het niet passend. Het blijft van de lijst tot %(day)s; een nieuwe huurder begint opnieuw."
        )
        return _until(last.on + NOT_FITTING, text)
    return ""


def _was(last: Contact) -> str:
    text = _(
        "Toen deze lijst werd gemaakt, was de stand „%(state)s”: dan komt een adres niet op de lijst. "
        "Daarna is de stand gewijzigd."
    )
    return text % {"state": last.get_state_display()}


def _until(day: date, text: str) -> str:
    """Put the day into a text; a day that has passed since the list was made promises nothing any more."""
    if day < today():
        text = _("Tot %(day)s bleef het van de lijst. Op de volgende lijst kan het weer staan.")
    return text % {"day": written(day, "j F Y")}
