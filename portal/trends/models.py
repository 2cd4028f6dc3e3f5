"""Store figures per week, without persons or addresses. The manager's pages hide counts of 1 to 9."""

from __future__ import annotations

from django.db import models
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import Corporation


class Family(models.TextChoices):
    """The group in which an agreement is counted for a week; each agreement is in one group."""

    ARREARS = "arrears", _("Alleen betaling")
    NUISANCE = "nuisance", _("Alleen overlast")
    REPAIRS = "repairs", _("Alleen reparaties")
    WORRIES = "worries", _("Alleen zorgen van anderen")
    STACKED = "stacked", _("Gestapeld: twee of meer")


class WeekFigure(models.Model):
    """Counts of one week, wijk and family of signals. The families do not overlap; `suppress` relies on that.

    A family of signals counts agreements with points in *that family and no other*; ``stacked`` counts agreements with
    points in two or more. ``agreements`` is the number in scope, the same for every family of a wijk and week;
    ``signalled`` is the number in the family; ``listed`` and ``new`` are the numbers of those on the list and on it for
    the first time.
    """

    as_of = models.DateField()
    corporation = models.ForeignKey(Corporation, models.CASCADE, related_name="+")
    wijk = models.CharField(max_length=100, blank=True)
    family = models.CharField(max_length=20)
    agreements = models.PositiveIntegerField()
    signalled = models.PositiveIntegerField()
    listed = models.PositiveIntegerField(default=0)
    new = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("as_of", "corporation", "wijk", "family"), name="figure_once"),
        ]
        ordering = ("as_of", "corporation", "wijk", "family")

    def __str__(self) -> str:
        return f"{self.as_of} {self.wijk} {self.family}"


class EvidenceName(TextChoices):
    """A question that the pipeline answers."""

    EFFECT = "effect", _("Effect")
    NEEDS = "needs", _("Hulp nodig")
    SLOT = "slot", _("Een plaats erbij")
    COSTS = "costs", _("Kosten")
    BACKTEST = "backtest", _("Terugkijken")
    FAIRNESS = "fairness", _("Groepen")


class Evidence(models.Model):
    """The newest answer of the pipeline to a question: Dutch sentences without persons, shown as they came.

    ``until`` is the day up to which data counted. ``sure`` is false for a reason why there is no answer yet.
    """

    corporation = models.ForeignKey(Corporation, models.CASCADE, related_name="+")
    name = models.CharField(max_length=20, choices=EvidenceName.choices)
    until = models.DateField()
    lines = models.JSONField(default=list)
    sure = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=("corporation", "name"), name="evidence_once")]

    def __str__(self) -> str:
        return f"{self.corporation_id} {self.name} {self.until}"
