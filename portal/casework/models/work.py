"""The work of a coach: contacts, growth, hand-overs, worries and objections.

Rows are only added, and only `portal.casework.services` and `care` write them. A hand-over that is taken back within a day
is deleted.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal import clock
from portal.accounts.models import Role
from portal.casework.codes import (
    NOT_FITTING_REASONS,
    Answer,
    Consent,
    Domain,
    Kind,
    Need,
    Partner,
    PartOfDay,
    Phase,
    PickedUp,
    Result,
    Source,
    State,
    Step,
    Worries,
    change_words,
    state_words,
)
from portal.casework.models.cases import spaced, unit_in_words
from portal.choices import Labelled

if TYPE_CHECKING:
    pass

UNDO = timedelta(days=1)
"""How long a contact can be undone; after that a new contact corrects it."""


def reference() -> str:
    """Return a new id that never repeats and sorts by time, so the last contact of a day has the highest."""
    return f"{clock.now():%Y%m%dT%H%M%S%f}-{clock.suffix()}"


today = clock.today


class Work(Labelled):
    """An action: its user and time. ``token`` comes from the form, so a form that is sent twice adds one row."""

    reference = models.CharField(max_length=40, unique=True, default=reference, editable=False)
    token = models.CharField(max_length=64, unique=True, null=True, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    on = models.DateField(_("datum"), default=today)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        abstract = True
        ordering = ("on", "reference")

    def __str__(self) -> str:
        return f"{self.on} {self.reference}"


class Contact(Work):
    """A contact, or a change of state without one (kind *Administratief*). Undo restores the values in ``before``."""

    case = models.ForeignKey("casework.Case", models.CASCADE, related_name="contacts")
    kind = models.CharField(_("soort"), max_length=20, choices=Kind.choices)
    reached = models.BooleanField(_("bereikt"), null=True, blank=True)
    part_of_day = models.CharField(_("dagdeel"), max_length=10, choices=PartOfDay.choices, blank=True)
    result = models.CharField(_("resultaat"), max_length=80, choices=Result.choices, blank=True)
    needs = models.CharField(_("hulpvraag"), max_length=100, blank=True, default="", db_default="")
    """Values of `Need` with blanks between them, in the order of `Need`."""
    follow_up_on = models.DateField(_("opvolgen op"), null=True, blank=True)
    follow_up_at = models.TimeField(_("hoe laat"), null=True, blank=True)
    state = models.CharField(_("stand"), max_length=12, choices=State.choices)
    note = models.CharField(_("korte notitie"), max_length=500, blank=True)
    before = models.JSONField(default=dict, editable=False)
    undone_at = models.DateTimeField(null=True, editable=False)
    given_at = models.DateTimeField(null=True, editable=False)
    """When the pipeline first collected it; after that, an undo is passed to the pipeline too."""

    class Meta(Work.Meta):
        verbose_name = _("contact")
        verbose_name_plural = _("contacten")
        indexes = [models.Index(fields=("case", "on"), name="contact_case")]

    def get_state_display(self) -> str:  # type: ignore[no-redef]
        """Return the state after it in words."""
        return state_words(self.state, taken_up=True)

    @property
    def in_words(self) -> str:
        """What was done, in words: how the contact was made, or which change was made without one."""
        logged = self.reached is not None or self.result not in ("", *NOT_FITTING_REASONS) or self.needs
        if self.kind != Kind.ADMINISTRATIVE or logged:
            return str(self.get_kind_display())
        return change_words(self.before, self.state, self.follow_up_on)

    @property
    def needs_in_words(self) -> str:
        """What the resident needs help with, as one text."""
        return ", ".join(str(Need(need).label) for need in self.needs.split())

    @property
    def undoable(self) -> bool:
        """Whether the contact is recent enough to undo."""
        return self.undone_at is None and clock.now() - self.created_at < UNDO


class Growth(Work):
    """How a tenant is doing in one domain of life."""

    case = models.ForeignKey("casework.Case", models.CASCADE, related_name="growth")
    domain = models.CharField(_("leefgebied"), max_length=20, choices=Domain.choices)
    step = models.PositiveSmallIntegerField(_("stap"), choices=Step.choices)
    phase = models.CharField(_("moment"), max_length=10, choices=Phase.choices)

    class Meta(Work.Meta):
        constraints = [models.UniqueConstraint(fields=("case", "domain", "phase", "on"), name="growth_once")]


class Handover(Work):
    """A hand-over to a partner; pages show it until the partner answers. The consent of older ones was not recorded."""

    case = models.ForeignKey("casework.Case", models.CASCADE, related_name="handovers")
    partner = models.CharField(_("overgedragen aan"), max_length=20, choices=Partner.choices)
    person = models.CharField(_("wie daar"), max_length=80, blank=True)
    """The employee of the partner who received it."""
    consent = models.CharField(_("toestemming"), max_length=20, choices=Consent.choices, blank=True)
    consent_on = models.DateField(_("toestemming op"), null=True, blank=True)
    picked_up = models.CharField(
        _("opgepakt"), max_length=10, choices=PickedUp.choices, default=PickedUp.UNANSWERED
    )
    answer_role = models.CharField(
        _("wie bij de partner"), max_length=80, blank=True, default="", db_default=""
    )
    """Who answered for the partner or took it up; a function is enough."""
    answer_note = models.CharField(_("korte notitie"), max_length=200, blank=True, default="", db_default="")
    answered_on = models.DateField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, editable=False)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )
    step = models.ForeignKey(Contact, models.SET_NULL, null=True, related_name="+", editable=False)
    """The next step that it planned where nobody had the case; taking the hand-over back undoes it."""
    answer_step = models.ForeignKey(Contact, models.SET_NULL, null=True, related_name="+", editable=False)
    """The next step that a refusal planned; taking the answer back undoes it."""

    @property
    def to_whom(self) -> str:
        """The partner, and the person there if it is known."""
        partner = str(self.get_partner_display())
        return f"{partner} ({self.person})" if self.person else partner

    @property
    def answer_words(self) -> tuple[str, ...]:
        """Who answered for the partner and what, as far as the coach wrote it down."""
        return tuple(text for text in (self.answer_role, self.answer_note) if text)

    @property
    def undoable(self) -> bool:
        """Whether it is recent enough to take back, and not answered."""
        return self.picked_up == PickedUp.UNANSWERED and clock.now() - self.created_at < UNDO

    @property
    def answer_undoable(self) -> bool:
        """Whether its answer is recent enough to take back."""
        if self.picked_up == PickedUp.UNANSWERED or self.answered_at is None:
            return False
        return clock.now() - self.answered_at < UNDO

    @property
    def waits(self) -> int:
        """Number of days since it was handed over."""
        return (today() - self.on).days


class Question(Work):
    """A call or a mail in which a coach asked a partner what became of a hand-over."""

    case = models.ForeignKey("casework.Case", models.CASCADE, related_name="questions")
    handover = models.ForeignKey(Handover, models.CASCADE, related_name="questions")
    kind = models.CharField(_("soort"), max_length=20, choices=Kind.choices)


class Transfer(Work):
    """A case that came into the care of a coach: from a colleague, or back to the one who was away."""

    case = models.ForeignKey("casework.Case", models.CASCADE, related_name="transfers")
    to = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    had = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    """Who had the case in care before; None where nobody had, or where a contact that took it over was undone."""
    until = models.DateField(_("tot en met"), null=True, blank=True)
    """Last day on which the colleague stands in; None if the case stays."""
    lent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    """The coach for whom the colleague stands in."""
    note = models.CharField(_("waarom"), max_length=200, blank=True)
    before = models.JSONField(default=dict, editable=False)
    """What undoing it restores, and the version of the case after it; empty where it cannot be undone by itself."""

    @property
    def undoable(self) -> bool:
        """Whether it is recent enough to undo, and nothing happened at the case since."""
        return self.undoable_at(self.case.version)

    def undoable_at(self, version: int) -> bool:
        """Whether it can be undone while its case has this version."""
        return self.before.get("version") == version and clock.now() - self.created_at < UNDO


class Worry(Work):
    """A worry about a case, or about an address that the portal does not hold.

    The portal holds only addresses that were on a list. Any other address is typed by hand, and the next weekly run
    looks up its agreement.
    """

    case = models.ForeignKey("casework.Case", models.CASCADE, null=True, related_name="worries")
    corporation = models.ForeignKey("accounts.Corporation", models.PROTECT)
    eenheid_id = models.CharField(_("eenheidnummer"), max_length=100, blank=True)
    postcode = models.CharField(_("postcode"), max_length=7, blank=True)
    house_number = models.CharField(_("huisnummer"), max_length=20, blank=True)
    source = models.CharField(_("namens wie"), max_length=20, choices=Source.choices)
    worry = models.CharField(_("zorg"), max_length=30, choices=Worries.choices)
    urgent = models.BooleanField(_("nu nodig"), default=False)
    call_back = models.CharField(_("wie terugbellen"), max_length=80, blank=True, default="", db_default="")
    """Name or function of who told it to the coach who typed it in; only while an urgent worry waits for its answer."""
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )
    taken_at = models.DateTimeField(null=True, editable=False)
    answer = models.CharField(_("antwoord"), max_length=20, choices=Answer.choices, blank=True)
    answered_on = models.DateField(null=True, editable=False)
    withdrawn_at = models.DateTimeField(null=True, editable=False)
    """When the person who reported it took it back; from then on it counts nowhere."""
    given_at = models.DateTimeField(null=True, editable=False)
    """When the pipeline first collected it; from then on it cannot be withdrawn."""

    @property
    def withdrawable(self) -> bool:
        """Whether nobody did anything with it yet: no coach took it up, and no weekly run collected it."""
        untouched = self.taken_at is None and self.given_at is None and self.withdrawn_at is None
        return untouched and today() < self.counts_from

    @property
    def reporter(self) -> str:
        """Who reported it. If a coach typed it in for somebody: also whom to call back, and that coach; nobody else is named."""
        called = f" ({self.call_back})" if self.call_back else ""
        who = f"{self.get_source_display()}{called}"
        if self.by.role != Role.COACH:
            return who
        if self.source == Source.COACH:
            return str(_("wooncoach %(coach)s") % {"coach": self.by})
        return str(_("%(who)s, ingevoerd door %(coach)s")) % {"who": who, "coach": self.by}

    @property
    def opens_case(self) -> bool:
        """Whether its coach may open the case already; one that left the list opens once the worry is taken up."""
        return self.case is not None and self.case.opens

    @property
    def due(self) -> bool:
        """Whether its case is *aan de beurt* today."""
        return self.case is not None and self.case.is_due(today())

    @property
    def place(self) -> str:
        """Postcode and house number, or the home's number with a word for what it is."""
        place = f"{spaced(self.postcode)} {self.house_number}".strip()
        return place or unit_in_words(self.eenheid_id)

    @property
    def counts_from(self) -> date:
        """The day of the first list in which it counts: the Monday after it was reported."""
        return self.on + timedelta(days=7 - self.on.weekday())


class Objection(Work):
    """A tenant's objection to the use of data (GDPR art. 21). No reason is recorded."""

    case = models.ForeignKey("casework.Case", models.CASCADE, related_name="objections")
    withdrawn_on = models.DateField(null=True, blank=True)

    class Meta(Work.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=("case",), condition=models.Q(withdrawn_on=None), name="objection_once"
            ),
        ]
