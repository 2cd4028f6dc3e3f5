"""Store the events that programs may receive, and the deliveries of each."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils import timezone


def reference() -> str:
    """Return a new id, by which a receiver recognises a message that it received before."""
    return f"evt_{uuid.uuid4().hex}"


class Event(models.Model):
    """Something that happened. ``data`` has ids of the portal, codes and counts only."""

    reference = models.CharField(max_length=40, unique=True, default=reference)
    kind = models.CharField(max_length=40)
    data = models.JSONField(default=dict)
    at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        ordering = ("at", "id")

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.kind}"


class Delivery(models.Model):
    """The attempts to deliver an event to one receiver. Without ``next_at`` it is finished: received, or given up."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="deliveries")
    receiver = models.CharField(max_length=50)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True, default=timezone.now, db_index=True)
    received_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=100, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=("event", "receiver"), name="delivery_once")]
        ordering = ("event__at", "event__id")

    def __str__(self) -> str:
        return f"{self.event_id} {self.receiver}"
