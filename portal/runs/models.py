"""Store how each published list was made, for the analyst and to recognise a repeated publication."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from portal.accounts.models import Corporation


class Run(models.Model):
    """One weekly run, as last published. Repeating a week replaces its row and increases ``edition``."""

    as_of = models.DateField()
    corporation = models.ForeignKey(Corporation, models.CASCADE, related_name="runs")
    content_hash = models.CharField(max_length=64)
    edition = models.PositiveIntegerField(default=1)
    published_at = models.DateTimeField(default=timezone.now)
    model = models.CharField(max_length=100)
    counts = models.JSONField(default=dict)
    notices = models.JSONField(default=list)
    deliveries = models.JSONField(default=list)
    gates = models.JSONField(default=list)
    quarantine = models.JSONField(default=list)
    unmapped = models.JSONField(default=list)
    drift = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=("corporation", "as_of"), name="run_once")]
        ordering = ("-as_of",)

    def __str__(self) -> str:
        return f"{self.corporation_id} {self.as_of}"
