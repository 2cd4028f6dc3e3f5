"""Store a report of harm or of a complaint: what it is, the day and who reported it; nothing about the resident."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.casework.models.work import Work, today
from portal.casework.workdays import DAY

VISITS_ARRIVE = timedelta(days=7)
"""How long visits of a day may arrive, before its reports are held against them; as `pipelines.proof.hold.VISITS_ARRIVE`."""


class IncidentKind(models.TextChoices):
    """What happened, with the values of `pipelines.proof.hold.KINDS`."""

    HARM = "harm", _("Een bezoek heeft schade gedaan")
    COMPLAINT = "complaint", _("Iemand klaagt over de aanpak")


class Incident(Work):
    """A report, which the weekly run puts into the chain from the day after on. That line stays for good."""

    corporation = models.ForeignKey("accounts.Corporation", models.PROTECT)
    kind = models.CharField(_("wat gebeurde er?"), max_length=10, choices=IncidentKind.choices)
    withdrawn_at = models.DateTimeField(null=True, editable=False)
    """When the person who reported it took it back; from then on it counts nowhere."""

    @property
    def withdrawable(self) -> bool:
        """Whether it can be taken back: only on the day itself, before a weekly run may collect it."""
        return self.withdrawn_at is None and self.reported_on == today()

    @property
    def counts_from(self) -> date:
        """The list in which it first counts: of the first Monday on which the visits of that day have arrived (`VISITS_ARRIVE`)."""
        earliest = max(self.on + VISITS_ARRIVE + DAY, self.reported_on + DAY)
        return earliest + timedelta(days=-earliest.weekday() % 7)

    @property
    def counted(self) -> bool:
        """Whether there was a list in which it counts."""
        newest = self.corporation.newest_list
        return newest is not None and self.counts_from <= newest

    @property
    def reported_on(self) -> date:
        """The day on which it was reported; what is reported on a day is collected from the next day on."""
        return timezone.localtime(self.created_at).date()
