"""Store for the analyst how each published list was made, and the rows of deliveries that match nobody with their answers."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import Corporation
from portal.casework.models.work import reference, today

LATE = "late"
ABSENT = ("missing", "stale", LATE)
"""States of a source that should have come, the worst first."""


class StopRule(models.TextChoices):
    """Where the rule stands that stops the list, in words of what happens and what to do."""

    @property
    def stands_still(self) -> bool:
        """Whether the list waits for somebody's decision."""
        return self in (StopRule.PAUSED, StopRule.BY_HAND)

    ON = "on", _("De stopregel staat aan. Geen grens is bereikt.")
    OFF = (
        "off",
        _(
            "De stopregel staat uit: bij schade of klachten stopt de lijst niet vanzelf. Zie [stop] in de instellingen."
        ),
    )
    PAUSED = (
        "paused",
        _(
            "De lijst is gepauzeerd, omdat een grens van de stopregel is bereikt. Op de server zegt waakvlam status welke; "
            "na waakvlam resume komt er weer een lijst."
        ),
    )
    BY_HAND = (
        "by_hand",
        _("De lijst is met de hand gepauzeerd. Na waakvlam resume op de server komt er weer een lijst."),
    )
    SHADOW = "shadow", _("Proefperiode: niemand ziet de lijst. Zij wordt verzegeld en later beoordeeld.")


HELD = (StopRule.PAUSED, StopRule.BY_HAND, StopRule.SHADOW)
"""Where nobody sees the list that was made."""


class Run(models.Model):
    """One weekly run, as last published. Repeating a week replaces its row and increases ``edition``."""

    as_of = models.DateField()
    corporation = models.ForeignKey(Corporation, models.CASCADE, related_name="runs")
    content_hash = models.CharField(max_length=64)
    edition = models.PositiveIntegerField(default=1)
    published_at = models.DateTimeField(default=timezone.now)
    model = models.CharField(max_length=100)
    approval = models.JSONField(default=dict, db_default={})
    """Who installed the model and when, both None for the card of the settings. Runs of an older version have none."""
    counts = models.JSONField(default=dict)
    notices = models.JSONField(default=list)
    sources = models.JSONField(default=list, db_default=[])
    """How fresh each extract was. Runs that an older version published have none."""
    fired = models.JSONField(default=list, db_default=[])
    """The number of agreements to which each signal gave points. Runs that an older version published have none."""
    deliveries = models.JSONField(default=list)
    gates = models.JSONField(default=list)
    quarantine = models.JSONField(default=list)
    unmapped = models.JSONField(default=list)
    drift = models.JSONField(default=dict)
    stop = models.CharField(max_length=10, choices=StopRule.choices, blank=True, default="", db_default="")
    """Where the stop rule stood. Runs that an older version published have none."""
    decides = models.JSONField(default=list, db_default=[])
    """The roles that decide whether a stopped list goes on, as the settings name them."""
    limits = models.JSONField(default=dict, db_default={})
    """The share of the visits beyond which reports of each kind stop the list. Runs that an older version published have none."""
    kept = models.JSONField(default=dict, db_default={})
    """The first day that retention, run on the day of the list, would keep of each kind (`portal.exchange.purge.TERMS`)."""
    settings = models.JSONField(default=dict, db_default={})
    """The settings with which the list was made (`portal.runs.made_with`). Runs that an older version published have none."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=("corporation", "as_of"), name="run_once")]
        ordering = ("-as_of",)

    def __str__(self) -> str:
        return f"{self.corporation_id} {self.as_of}"

    @property
    def described(self) -> bool:
        """Whether it came with a description of its sources and deliveries."""
        return bool(self.sources or self.deliveries)

    @property
    def stands_still(self) -> bool:
        """Whether the list waits for somebody's decision; as far as is known."""
        return bool(self.stop) and StopRule(self.stop).stands_still

    @property
    def incomplete(self) -> bool:
        """Whether a delivery that the list expected did not come or was refused."""
        absent = any(source["state"] in ABSENT for source in self.sources)
        return absent or any(row["state"] == "refused" for row in self.deliveries)


class Meaning(models.TextChoices):
    """What a row carries that may not be lost."""

    OBJECTION = "objection", _("Bezwaar")
    SAFETY = "safety", _("Veiligheidsafspraak")
    CONTACT = "contact", _("Contact van de wooncoach")
    WORRY = "worry", _("Melding van een medewerker")


class Reason(models.TextChoices):
    """Why an analyst answered as they did. No free text, because it could name a tenant."""

    ASKED = "nagevraagd", _("Nagevraagd bij wie het vastlegde")
    LOOKED_UP = "opgezocht", _("Opgezocht in het bronsysteem")
    EVIDENT = "duidelijk", _("Duidelijk een typefout")
    NO_TENANT = "geen_huurder", _("Deze persoon huurt niet (meer) bij ons")
    ANOTHER = "andere_corporatie", _("Hoort bij een andere corporatie")
    MISTAKE = "per_ongeluk", _("Per ongeluk vastgelegd")


OF_NOBODY = (Reason.NO_TENANT, Reason.ANOTHER, Reason.MISTAKE)
"""The reasons why a row is about none of our tenants; the others say how the agreement was found."""


class UnmatchedRow(models.Model):
    """A delivered row that matches nobody, as the newest publication describes it. ``open``: it still matches nobody."""

    corporation = models.ForeignKey(Corporation, models.CASCADE)
    key = models.CharField(max_length=64)
    extract = models.CharField(max_length=100)
    meaning = models.CharField(_("wat het is"), max_length=10, choices=Meaning.choices)
    file = models.CharField(max_length=300)
    line = models.PositiveIntegerField()
    reason = models.CharField(max_length=300)
    named = models.JSONField(default=list)
    candidates = models.JSONField(default=list)
    answerable = models.BooleanField(default=True)
    open = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=("corporation", "key"), name="unmatched_once")]
        ordering = ("-open", "meaning", "file", "line")

    def __str__(self) -> str:
        return f"{self.file} {self.line}"

    @property
    def from_portal(self) -> bool:
        """Whether it was recorded in this portal: its file is the portal's own, which no run lists among the deliveries."""
        return self.file.startswith("portal/")


class Assignment(models.Model):
    """An analyst's answer about an unmatched row: an agreement, or none of ours. Rows are only added; the newest counts."""

    reference = models.CharField(max_length=40, unique=True, default=reference, editable=False)
    token = models.CharField(max_length=64, unique=True, null=True, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    on = models.DateField(default=today)
    corporation = models.ForeignKey(Corporation, models.CASCADE)
    key = models.CharField(max_length=64, db_index=True)
    meaning = models.CharField(max_length=10, choices=Meaning.choices)
    overeenkomst_id = models.CharField(max_length=100, blank=True)
    reason = models.CharField(_("reden"), max_length=20, choices=Reason.choices)

    class Meta:
        ordering = ("on", "reference")

    def __str__(self) -> str:
        return f"{self.on} {self.reference}"
