"""Say what happens to the addresses of a coach whose account closes: before it closes, and after."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import chain

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.accounts.access import takes_care_of
from portal.accounts.models import Role, User
from portal.casework import lending
from portal.casework.codes import PickedUp
from portal.casework.lending import Lent, StandIn
from portal.casework.models import WORKING, Absence, Case, Handover
from portal.casework.models.work import today
from portal.casework.standing_in import Cover, covers_of

NOBODY = "niemand"
"""The choice that nobody takes the cases over yet."""


@dataclass(frozen=True)
class Closing:
    """What a coach leaves behind: cases in care of their own, those of colleagues who are away, and promises.

    ``takers`` can take cases over, each with how many; no coach works in the ``uncovered`` wijken, each with its number of
    cases.
    """

    user: User
    own: tuple[Case, ...]
    covers: tuple[Cover, ...]
    lent: tuple[Lent, ...]
    promised: tuple[Absence, ...]
    asked: int
    takers: tuple[StandIn, ...]
    uncovered: tuple[tuple[str, int], ...]

    @classmethod
    def of(cls, user: User) -> Closing:
        """Read what a user has in care now."""
        cases = list(
            in_care().filter(owner=user).select_related("corporation", "lent_by", "owner").order_by("pk")
        )
        covered = [case for case in cases if case.lent_by and case.lent_by.is_active]
        own = [case for case in cases if case not in covered]
        coaches = _other_coaches(user)
        takers = [
            StandIn(coach, number)
            for coach in coaches
            if (number := sum(takes_care_of(coach, case) for case in own))
        ]
        alone = Counter(
            f"{case.wijk or '–'} ({case.corporation})"
            for case in own
            if not any(takes_care_of(coach, case) for coach in coaches)
        )
        return cls(
            user,
            tuple(own),
            tuple(covers_of(covered)),
            tuple(lending.lent_by(user)),
            tuple(lending.promised_by(user)),
            asked().filter(case__owner=user).exclude(case__in=covered).count(),
            tuple(takers),
            tuple(sorted(alone.items())),
        )

    def choices(self) -> list[tuple[str, str]]:
        """Return who can take the own cases over, each with how many, and nobody yet."""
        words = _("%(who)s: %(n)s van de %(all)s adressen")
        named = [
            (
                str(taker.colleague.pk),
                words % {"who": taker.colleague, "n": taker.cases, "all": len(self.own)},
            )
            for taker in self.takers
        ]
        return [*named, (NOBODY, _("Nog niemand: ze blijven liggen tot een coach van de wijk ze overneemt"))]

    def before(self) -> list[str]:
        """Say what is there before the account closes, what falls when, and where to move it first."""
        others = (self._covered(), self._lent(), self._promised(closed=False))
        return [*self._has(), *self._who(first=True), *chain(*others)]

    def after(self) -> list[str]:
        """Say what the closed account leaves, and who can solve it."""
        sentences = []
        if number := len(self.own):
            left = ngettext(
                "{user} had nog {number} adres in zorg. Het blijft op die naam staan en niemand volgt het op, tot een coach van de "
                "wijk het overneemt.",
                "{user} had nog {number} adressen in zorg. Ze blijven op die naam staan en niemand volgt ze op, tot een coach van de "
                "wijk ze overneemt.",
                number,
            )
            who = self._who(first=False)
            words = left.format(user=self.user, number=number)
            sentences.append(format_html("{} " * len(who) + "{}", words, *who))
        return [*sentences, *self._covered(), *self._promised(closed=True)]

    def stays(self) -> list[str]:
        """Say what colleagues of the closed account keep: it is in good hands, so it asks for nothing."""
        return list(self._lent())

    def _has(self) -> list[str]:
        """Count the own cases by when their next step is."""
        waits = ngettext(
            "Er wacht %(n)s overdracht op antwoord.", "Er wachten %(n)s overdrachten op antwoord.", self.asked
        ) % {"n": self.asked}
        if not self.own:
            return [waits] if self.asked else []
        day = today()
        words = ngettext(
            "%(user)s heeft %(number)s adres in zorg: %(when)s.",
            "%(user)s heeft %(number)s adressen in zorg: %(when)s.",
            len(self.own),
        )
        late = sum(case.is_late(day) for case in self.own)
        due = sum(case.is_due(day) and not case.is_late(day) for case in self.own)
        later = sorted(case.follow_up_on for case in self.own if case.follow_up_on and not case.is_due(day))
        none = len(self.own) - late - due - len(later)
        when = [
            _("%(n)s te laat") % {"n": late} if late else "",
            _("%(n)s vandaag aan de beurt") % {"n": due} if due else "",
            _("%(n)s later, het eerste op %(day)s") % {"n": len(later), "day": _day(later[0])}
            if later
            else "",
            _("%(n)s zonder volgende stap") % {"n": none} if none else "",
        ]
        sentence = words % {"user": self.user, "number": len(self.own), "when": ", ".join(filter(None, when))}
        return [f"{sentence} {waits}" if self.asked else sentence]

    def _who(self, *, first: bool) -> list[str]:
        """Name the coaches who can take the cases over and where, and the wijken without another coach."""
        gone = not self.user.is_active
        group = _("wie hier niet meer werkt") if gone else str(self.user)
        place = format_html(
            '<a href="{}?van={}">{}</a>',
            reverse("coach:care"),
            "weg" if gone else self.user.pk,
            _("In zorg, „{group}”").format(group=group),
        )
        sentences: list[str] = []
        if self.takers:
            of = _("%(who)s (%(n)s van de %(all)s adressen)")
            names = ", ".join(
                of % {"who": taker.colleague, "n": taker.cases, "all": len(self.own)} for taker in self.takers
            )
            text = (
                _(
                    "Overnemen kunnen: {names}. Kies hieronder wie; die leest het op Deze week. Of laat een van hen ze zelf overnemen vóór "
                    "u het account sluit: {place}. Wat die coach daar waarneemt, blijft daarna bij die coach."
                )
                if first
                else _("Dat kunnen: {names}. Stuur een van hen deze link: {place}.")
            )
            sentences.append(format_html(text, names=names, place=place))
        for wijk, number in self.uncovered:
            text = ngettext(
                "In {wijk} werkt geen andere coach: daar is {number} van deze adressen. Geef een coach dat werkgebied bij {users}; die "
                "neemt het over bij {place}.",
                "In {wijk} werkt geen andere coach: daar zijn {number} van deze adressen. Geef een coach dat werkgebied bij {users}; die "
                "neemt ze over bij {place}.",
                number,
            )
            users = format_html('<a href="{}">{}</a>', reverse("analyst:users"), _("Gebruikers"))
            sentences.append(format_html(text, wijk=wijk, number=number, users=users, place=place))
        return sentences

    def _covered(self) -> Iterable[str]:
        """Say what the coach does for colleagues."""
        for cover in self.covers:
            text = ngettext(
                "%(user)s neemt %(number)s adres waar voor %(away)s. Het gaat na %(until)s vanzelf terug. Tot dan volgt niemand het op, "
                "tenzij %(away)s het eerder terugneemt bij Waarneming: zeg het %(away)s.",
                "%(user)s neemt %(number)s adressen waar voor %(away)s. Ze gaan na %(until)s vanzelf terug. Tot dan volgt niemand ze op, "
                "tenzij %(away)s ze eerder terugneemt bij Waarneming: zeg het %(away)s.",
                cover.cases,
            )
            yield text % {
                "user": self.user,
                "number": cover.cases,
                "away": cover.away,
                "until": _day(cover.until),
            }

    def _lent(self) -> Iterable[str]:
        """Say what colleagues do for the coach."""
        for lent in self.lent:
            text = ngettext(
                "%(to)s neemt %(number)s adres waar voor %(user)s. Het gaat na %(until)s niet terug, maar blijft bij %(to)s.",
                "%(to)s neemt %(number)s adressen waar voor %(user)s. Ze gaan na %(until)s niet terug, maar blijven bij %(to)s.",
                lent.cases,
            )
            yield text % {
                "to": lent.to,
                "number": lent.cases,
                "user": self.user,
                "until": _day(lent.until),
            }

    def _promised(self, *, closed: bool) -> Iterable[str]:
        """Say for whom the coach would stand in."""
        for planned in self.promised:
            text = (
                _(
                    "%(user)s zou waarnemen voor %(away)s van %(first)s tot en met %(until)s. Dat gaat niet meer door. %(away)s ziet dit "
                    "bij Waarneming en kiest daar een andere collega; zeg het ook zelf."
                )
                if closed
                else _(
                    "%(user)s zou waarnemen voor %(away)s van %(first)s tot en met %(until)s. Dat gaat dan niet door. %(away)s ziet dit "
                    "bij Waarneming en kiest daar een andere collega; zeg het ook zelf."
                )
            )
            first, until = _day(planned.first), _day(planned.until)
            yield text % {"user": self.user, "away": planned.away, "first": first, "until": until}


def only_one(user: User) -> str:
    """Say that nobody else who works here has the role of a user, or nothing."""
    others = User.objects.filter(role=user.role, is_active=True, is_program=False).exclude(pk=user.pk)
    if not user.is_active or user.is_program or others.exists():
        return ""
    words = _(
        "%(user)s is de enige met de rol %(role)s. Na het sluiten doet niemand dat werk, tot u een ander die rol geeft."
    )
    return words % {"user": user, "role": user.get_role_display().lower()}


def in_care() -> QuerySet[Case]:
    """Return every case in somebody's care, but for those with an objection: nobody may work on them."""
    return Case.objects.filter(WORKING, objected_on=None)


def asked() -> QuerySet[Handover]:
    """Return every hand-over that waits for a partner, but for those at an address with an objection."""
    return Handover.objects.filter(case__objected_on=None, picked_up=PickedUp.UNANSWERED)


def _other_coaches(user: User) -> list[User]:
    """Return every other coach, with the areas."""
    coaches = User.objects.filter(role=Role.COACH, is_active=True, is_program=False).exclude(pk=user.pk)
    others = list(coaches.order_by("first_name", "username").prefetch_related("scopes"))
    for coach in others:  # else each would read them again
        coach.areas = tuple((scope.corporation_id, scope.wijk) for scope in coach.scopes.all())
    return others


def _day(day: date) -> str:
    return date_format(day, "j F Y")
