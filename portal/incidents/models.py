"""Store a report of harm or of a complaint: what it is, the day and who reported it; nothing about the resident."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.casework.models.work import Work, today


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
    def reported_on(self) -> date:
        """The day on which it was reported; what is reported on a day is collected from the next day on."""
        return timezone.localtime(self.created_at).date()
