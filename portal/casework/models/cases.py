"""Cases: the addresses on a list, what the pipeline sent about them, and their state."""

from __future__ import annotations

import re
from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import Corporation, User
from portal.casework.codes import OPEN, Result, State, state_words
from portal.choices import Labelled

POSTCODE = re.compile(r"[1-9][0-9]{3} ?[A-Z]{2}\b")


def unit_in_words(eenheid_id: str) -> str:
    """Return what to show of a home if only its id is known."""
    return str(_("Eenheid %(id)s, adres niet bekend")) % {"id": eenheid_id}


def spaced(postcode: str) -> str:
    """Return a postcode as people write it: ``1811 AB``."""
    return f"{postcode[:4]} {postcode[4:]}".strip()


class Case(Labelled):
    """A tenancy agreement that is or was on a list. It keeps one row whatever happens to it.

    ``listed_on`` is the date of the newest list with this case. ``worked_on`` is true once a coach did something.
    ``from_worry`` marks an address that a worry was about and no list holds: its agreement is unknown, so it has an id of
    the portal's own and stays out of every exchange. ``version`` rises with every change a user makes: a form that was opened on an
    older version is refused.
    """

    corporation = models.ForeignKey(Corporation, models.PROTECT, related_name="cases")
    overeenkomst_id = models.CharField(max_length=100)
    address = models.CharField(_("adres"), max_length=200, blank=True)
    town = models.CharField(_("postcode en plaats"), max_length=120, blank=True)
    latitude = models.FloatField(_("breedtegraad"), null=True, blank=True)
    longitude = models.FloatField(_("lengtegraad"), null=True, blank=True)
    name = models.CharField(_("naam"), max_length=200, blank=True)
    phone = models.CharField(_("telefoon"), max_length=50, blank=True)
    wijk = models.CharField(_("wijk"), max_length=100, blank=True)
    coach = models.CharField(_("lijst van"), max_length=100, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="cases"
    )
    lent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="lent"
    )
    """The coach who is away and gets the case back; the owner stands in."""
    lent_until = models.DateField(null=True, blank=True)
    state = models.CharField(_("stand"), max_length=12, choices=State.choices, default=State.NEW)
    reason = models.CharField(_("reden"), max_length=80, choices=Result.choices, blank=True)
    follow_up_on = models.DateField(_("opvolgen op"), null=True, blank=True)
    follow_up_at = models.TimeField(_("hoe laat"), null=True, blank=True)
    """The hour of the next step, if one was agreed; only with a day."""
    appointment_on = models.DateField(null=True, blank=True)
    """The day of the last appointment; see `has_appointment`."""
    flared_up_on = models.DateField(null=True, blank=True)
    objected_on = models.DateField(null=True, blank=True)
    listed_on = models.DateField(null=True, blank=True)
    worked_on = models.BooleanField(default=False)
    from_worry = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)
    newest_changes: list[Change]
    """Its changes, newest first; `queries.this_week` fills it in, the database does not."""
    safety: object = None
    """The warning about safety, if any; `portal.coach.safety.warn` fills it in, the database does not."""

    class Meta:
        verbose_name = _("adres")
        verbose_name_plural = _("adressen")
        constraints = [
            models.UniqueConstraint(fields=("corporation", "overeenkomst_id"), name="case_once"),
        ]
        indexes = [
            models.Index(fields=("corporation", "listed_on"), name="case_listed"),
            models.Index(fields=("state", "follow_up_on"), name="case_due"),
        ]

    def __str__(self) -> str:
        return f"{self.corporation_id} {self.overeenkomst_id}"

    def get_state_display(self) -> str:  # type: ignore[no-redef]
        """Return the state in words."""
        return state_words(self.state, taken_up=self.worked_on)

    @property
    def street(self) -> str:
        """The address to show, or a text with the home or the agreement when the address is unknown.

        Of a worry about a home that no list held, it is the house number and the postcode that were told, unless the street is known.
        """
        if self.address and not self.located:
            return unit_in_words(self.address)
        if self.from_worry and (postcode := POSTCODE.match(self.address)):
            parts = {"number": self.address[postcode.end() :].strip(), "postcode": postcode[0]}
            return _("Huisnummer %(number)s, %(postcode)s") % parts
        return self.address or _("Adres niet bekend (overeenkomst %(id)s)") % {"id": self.overeenkomst_id}

    @property
    def located(self) -> bool:
        """Whether the address leads to a door; a worry may name only the id of a home."""
        postcode = POSTCODE.match(self.address) or POSTCODE.match(self.town)
        return bool(postcode if self.from_worry else self.address)

    @property
    def opens(self) -> bool:
        """Whether a coach of its area may open it: it is on the newest list, or a coach worked on it."""
        return self.worked_on or self.listed_on == self.corporation.newest_list

    @property
    def finished(self) -> bool:
        """Whether nobody has to do anything more: closed or unfit."""
        return self.state in (State.CLOSED, State.NOT_FITTING)

    def with_colleague(self, user: User) -> User | None:
        """Return the colleague of a user who has the case in care, or had it before it was finished; None if nobody does."""
        owner = self.owner
        return owner if owner and owner.is_active and owner.pk != user.pk else None

    @property
    def watch_until(self) -> date | None:
        """Last day of the watch: on *waakvlam* the next step ends it. None in every other state."""
        return self.follow_up_on if self.state == State.WATCH else None

    @property
    def has_appointment(self) -> bool:
        """Whether the next step is an appointment with the tenant; another next step replaces it."""
        return self.appointment_on is not None and self.appointment_on == self.follow_up_on

    @property
    def flared_up(self) -> bool:
        """Whether the signals of a case on *waakvlam* flared up."""
        return self.state == State.WATCH and self.flared_up_on is not None

    def is_due(self, day: date) -> bool:
        """Whether a case in care is *aan de beurt*: its signals flared up, or the day of its next step has come."""
        return self.flared_up or (self.follow_up_on is not None and self.follow_up_on <= day)

    def is_late(self, day: date) -> bool:
        """Whether the day of the next step has passed; `portal.trends.pace` counts the same for the manager."""
        return self.follow_up_on is not None and self.follow_up_on < day

    @property
    def asleep(self) -> bool:
        """Whether nobody will act: an open case without an owner or a next step, or a watch without an end."""
        if self.state in OPEN:
            return self.owner_id is None or self.follow_up_on is None
        return self.follow_up_on is None and (
            self.state == State.WATCH or (self.state == State.NEW and self.owner_id is not None)
        )


WORKING = Q(state__in=(*OPEN, State.WATCH)) | Q(state=State.NEW, owner__isnull=False)
"""Cases in care: open, on *waakvlam*, or new and taken up by a coach."""
ASLEEP = Q(state__in=OPEN) & (Q(owner=None) | Q(follow_up_on=None)) | (
    Q(follow_up_on=None) & (Q(state=State.WATCH) | Q(state=State.NEW, owner__isnull=False))
)
"""The same condition as `Case.asleep`, for use in a query."""


class Listing(models.Model):
    """One place on the list of one as-of date."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="listings")
    as_of = models.DateField()
    position = models.PositiveSmallIntegerField()
    coach = models.CharField(max_length=100)
    reasons = models.JSONField(default=list)
    news = models.JSONField(default=list)
    since = models.DateField(null=True)
    safety = models.CharField(max_length=200, blank=True)
    score = models.IntegerField(null=True)
    carried_over = models.BooleanField(null=True, default=False)
    """Whether it was on last week's list too; None if neither that nor that it is new can be said, as on a first list."""
    withdrawn = models.BooleanField(default=False)
    """True if a rerun of the week dropped a case that a coach had already worked on."""
    changes: list[Change]
    """Changes since this list; a page fills it in, the database does not."""
    fresh: list[str]
    """The news that names something new; filled in by a page."""
    done: bool
    """Whether a coach acted since this list; filled in by a page."""
    back: str
    """How the case stood before it came back on this list, in words or ""; "" once it is done; filled in by a page."""
    returned: bool
    """Whether it is back on this list, or stayed on it after it was finished; filled in by a page."""
    listed_before: bool
    """Whether an older list had the case; `queries.listed` fills it in, the database does not."""
    keeper: str
    """The colleague who has or had it in care, in words; filled in by a page."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=("case", "as_of"), name="listing_once")]
        indexes = [models.Index(fields=("as_of", "coach", "position"), name="listing_order")]
        ordering = ("as_of", "coach", "position")

    def __str__(self) -> str:
        return f"{self.as_of} {self.coach} {self.position}"


class Change(models.Model):
    """A change that a delivery newer than the list shows. The coach looks at it before a visit."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="changes")
    as_of = models.DateField()
    seen_on = models.DateField()
    code = models.CharField(max_length=40)
    text = models.CharField(max_length=300)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("case", "as_of", "seen_on", "code"), name="change_once"),
        ]
        ordering = ("seen_on", "id")

    def __str__(self) -> str:
        return f"{self.seen_on} {self.code}"


class SignalWeek(models.Model):
    """The signals of a case in one week: points per family, and the figures that the timeline shows."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="weeks")
    as_of = models.DateField()
    points = models.JSONField(default=dict)
    figures = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=("case", "as_of"), name="week_once")]
        ordering = ("as_of",)

    def __str__(self) -> str:
        return f"{self.as_of}"
