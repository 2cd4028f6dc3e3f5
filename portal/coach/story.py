"""The story of an address: signals, contacts, growth, hand-overs and worries as one timeline, newest first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from portal.casework.codes import Kind, PickedUp
from portal.casework.models import (
    Case,
    Change,
    Contact,
    Growth,
    Handover,
    Listing,
    Question,
    SignalWeek,
    Transfer,
    Worry,
)
from portal.coach.templatetags.days import euro
from portal.coach.templatetags.days import on as written
from portal.coach.then_now import new_models
from portal.coach.timeline import AMOUNT, FAMILY_LABELS, LEVELS, SIGNAL_ICONS, level
from portal.prepared import Prepared, Slot

ICONS = {
    Kind.PHONE: "phone",
    Kind.MESSAGE: "phone",
    Kind.LETTER: "list",
    Kind.MAIL: "list",
    Kind.ADMINISTRATIVE: "pencil",
}
"""Icons of the kinds of contact; the others are visits, so they have a door."""


@dataclass(frozen=True)
class Event:
    """One moment of the story. ``kind`` selects the template's layout and ``row`` holds the model row, if there is one."""

    on: date
    kind: str
    icon: str
    title: str
    texts: tuple[str, ...] = ()
    by: str = ""
    dutch: bool = False
    """Whether ``texts`` come from the weekly run, in Dutch whatever the language of the page."""
    row: Any = None
    at: str = ""
    """The place within its day: the reference of the row, which begins with the time. What a list brings comes first."""


@dataclass(frozen=True)
class Today:
    """The newest known state of the signals: the week, and one line per family."""

    as_of: date
    lines: tuple[tuple[str, str], ...]
    quiet: bool
    past: bool
    """Whether a newer list was made without data about this address."""


@dataclass(frozen=True)
class Past:
    """The rows of a case that make up its story, oldest first."""

    weeks: Sequence[SignalWeek]
    listings: Sequence[Listing]
    changes: Sequence[Change]
    contacts: Sequence[Contact]
    growth: Sequence[Growth]
    handovers: Sequence[Handover]
    questions: Sequence[Question]
    worries: Sequence[Worry]
    transfers: Sequence[Transfer]


def past_of(case: Case) -> Past:
    """Read everything that happened at an address."""
    return Past(
        _WEEKS.rows(case=case.pk),
        _LISTINGS.rows(case=case.pk),
        _CHANGES.rows(case=case.pk),
        _CONTACTS.rows(case=case.pk),
        _GROWTH.rows(case=case.pk),
        _HANDOVERS.rows(case=case.pk),
        _QUESTIONS.rows(case=case.pk),
        _WORRIES.rows(case=case.pk),
        _TRANSFERS.rows(case=case.pk),
    )


_CASE = Slot("case")
_WEEKS = Prepared(SignalWeek.objects.filter(case_id=_CASE).order_by("as_of"))
_LISTINGS = Prepared(Listing.objects.filter(case_id=_CASE, withdrawn=False).order_by("as_of"))
_CHANGES = Prepared(Change.objects.filter(case_id=_CASE).order_by("seen_on", "id"))
_CONTACTS = Prepared(Contact.objects.filter(case_id=_CASE).select_related("by").order_by("reference"))
_GROWTH = Prepared(Growth.objects.filter(case_id=_CASE).select_related("by").order_by("on", "reference"))
_HANDOVERS = Prepared(
    Handover.objects.filter(case_id=_CASE).select_related("by", "answered_by").order_by("on", "reference")
)
_QUESTIONS = Prepared(
    Question.objects.filter(case_id=_CASE).select_related("by", "handover").order_by("on", "reference")
)
_WORRIES = Prepared(
    Worry.objects.filter(case_id=_CASE, withdrawn_at=None)
    .select_related("taken_by", "by")
    .order_by("on", "reference")
)
_TRANSFERS = Prepared(
    Transfer.objects.filter(case_id=_CASE).select_related("by", "to").order_by("on", "reference")
)


def tell(past: Past, models: Sequence[tuple[date, str]] = ()) -> list[Event]:
    """Return all events of a case, newest first; ``models`` are the weeks of the corporation with their model, oldest first."""
    events = [
        *_models(past.weeks, models),
        *_signals(past.weeks),
        *_lists(past.listings, past.changes),
        *_contacts(past.contacts),
        *_growth(past.growth),
        *_handovers(past.handovers),
        *_questions(past.questions),
        *_worries(past.worries),
        *_transfers(past.transfers),
    ]
    events.reverse()  # so that the last event of a day comes first
    return sorted(events, key=lambda event: (event.on, event.at), reverse=True)


def known_today(weeks: Iterable[SignalWeek], newest_list: date | None) -> Today | None:
    """Return what the newest week shows, as of now or of then if a newer list was made, or None if no week is known."""
    newest = max(weeks, key=lambda week: week.as_of, default=None)
    if newest is None:
        return None
    past = newest_list is not None and newest.as_of < newest_list
    owed = newest.figures.get(AMOUNT)
    lines = []
    if isinstance(owed, int | float) and owed > 0:
        sentence = (
            _("De huurachterstand was toen %(amount)s.")
            if past
            else _("De huurachterstand is nu %(amount)s.")
        )
        lines.append(("euro", sentence % {"amount": euro(owed)}))
    elif not newest.points.get("arrears"):
        none = (
            _("Er was toen geen huurachterstand bekend.")
            if past
            else _("Er is nu geen huurachterstand bekend.")
        )
        lines.append(("euro", none))
    for family, label in FAMILY_LABELS.items():
        points = newest.points.get(family, 0)
        if points > 0 and not (family == "arrears" and lines):
            lines.append((SIGNAL_ICONS[family], f"{label}: {LEVELS[level(points)]}."))
    quiet = not any(points > 0 for points in newest.points.values())
    return Today(newest.as_of, tuple(lines), quiet, past)


def _signals(weeks: Sequence[SignalWeek]) -> Iterator[Event]:
    """Yield an event for each week in which the level of a family changed.

    The first known week shows what was there already: when that began is in the reasons.
    """
    before = {family: level(week.points.get(family, 0)) for week in weeks[:1] for family in FAMILY_LABELS}
    for week in weeks[1:]:
        for family, label in FAMILY_LABELS.items():
            now = level(week.points.get(family, 0))
            was = before[family]
            before[family] = now
            if now == was:
                continue
            if was == 0:
                text = _("nieuw signaal: %(now)s") % {"now": LEVELS[now]}
            elif now == 0:
                text = _("signaal is weg")
            else:
                text = _("van %(was)s naar %(now)s") % {"was": LEVELS[was], "now": LEVELS[now]}
            yield Event(week.as_of, "signal", SIGNAL_ICONS[family], str(label), (text,))


def _models(weeks: Sequence[SignalWeek], models: Sequence[tuple[date, str]]) -> Iterator[Event]:
    """Yield an event for each other model since the signals of the address are known."""
    for day, _name in new_models(models):
        if weeks and weeks[0].as_of < day <= weeks[-1].as_of:
            yield Event(
                day, "model", "layers", _("Nieuw model"), (_("signalen tellen sindsdien anders mee"),)
            )


def _lists(listings: Iterable[Listing], changes: Iterable[Change]) -> Iterator[Event]:
    for row in listings:
        if not row.carried_over:
            reasons = [row.reasons[0].partition("; ")[0].rstrip(".")] if row.reasons else []
            yield Event(row.as_of, "list", "list", _("Op de lijst"), tuple(reasons), dutch=True)
    for change in changes:
        yield Event(change.seen_on, "change", "spark", _("Veranderd"), (change.text,), dutch=True)


def _contacts(contacts: Iterable[Contact]) -> Iterator[Event]:
    for row in contacts:
        icon = ICONS.get(Kind(row.kind), "door")
        yield Event(row.on, "contact", icon, row.in_words, by=str(row.by), row=row, at=row.reference)


def _growth(growth: Iterable[Growth]) -> Iterator[Event]:
    for row in growth:
        title = _("Groei: %(domain)s") % {"domain": row.get_domain_display().lower()}
        yield Event(
            row.on,
            "growth",
            "leaf",
            title,
            (str(row.get_step_display()),),
            str(row.by),
            row=row,
            at=row.reference,
        )


def _handovers(handovers: Iterable[Handover]) -> Iterator[Event]:
    for row in handovers:
        partner = str(row.get_partner_display())
        title = _("Overgedragen aan %(partner)s") % {"partner": row.to_whom}
        waits = row.answer_words if row.picked_up == PickedUp.UNANSWERED else ()
        texts = (*_consent(row), *waits)
        yield Event(row.on, "handover", "swap", title, texts, str(row.by), row=row, at=row.reference)
        if row.answered_on and row.picked_up != PickedUp.UNANSWERED:
            yield Event(
                row.answered_on,
                "answer",
                "swap",
                f"{partner}: {row.get_picked_up_display().lower()}",
                row.answer_words,
                by=str(row.answered_by) if row.answered_by else "",
                row=row if row.answer_undoable else None,
                at=row.reference,
            )


def _consent(row: Handover) -> tuple[str, ...]:
    if not row.consent:
        return ()
    who = row.get_consent_display()
    day = f", {written(row.consent_on, 'D j b Y')}" if row.consent_on else ""
    return (_("toestemming: %(who)s") % {"who": f"{who[0].lower()}{who[1:]}{day}"},)


def _questions(questions: Iterable[Question]) -> Iterator[Event]:
    for row in questions:
        icon, how = ("list", _("gemaild")) if row.kind == Kind.MAIL else ("phone", _("gebeld"))
        title = _("Nagevraagd bij %(partner)s") % {"partner": row.handover.to_whom}
        yield Event(row.on, "question", icon, title, (how,), str(row.by), at=row.reference)


def _transfers(transfers: Sequence[Transfer]) -> Iterator[Event]:
    """Yield an event for each colleague who took a case into care; the return after a holiday is part of its own event."""
    for before, row, after in zip([None, *transfers], transfers, [*transfers[1:], None], strict=False):
        if before and _ends(row, before):
            continue
        texts = [row.note] if row.note else []
        if row.until and after and not _goes_on(row, after):
            days = {"first": written(row.on, "j b"), "last": written(min(row.until, after.on), "j b")}
            texts.insert(0, _("waarneming van %(first)s tot en met %(last)s") % days)
        elif row.until:
            texts.insert(0, _("tot en met %(day)s") % {"day": written(row.until, "D j b")})
        title = _("In zorg bij %(who)s") % {"who": row.to}
        yield Event(row.on, "transfer", "swap", title, tuple(texts), str(row.by), row=row, at=row.reference)


def _ends(row: Transfer, lending: Transfer) -> bool:
    """Return whether a transfer gives a case back to the coach who was away."""
    return lending.lent_by_id is not None and row.to_id == lending.lent_by_id and row.until is None


def _goes_on(row: Transfer, after: Transfer) -> bool:
    """Return whether only the last day of a stand-in changed."""
    return (row.to_id, row.lent_by_id) == (after.to_id, after.lent_by_id) and after.until is not None


def _worries(worries: Iterable[Worry]) -> Iterator[Event]:
    for row in worries:
        texts = [row.reporter]
        if row.urgent:
            texts.append(_("kon niet wachten"))
        if row.taken_by:
            texts.append(_("opgepakt door %(who)s") % {"who": row.taken_by})
        if row.answer:
            texts.append(str(row.get_answer_display()))
        title = _("Zorg: %(worry)s") % {"worry": row.get_worry_display()}
        yield Event(row.on, "worry", "eye", title, tuple(texts), row=row, at=row.reference)
