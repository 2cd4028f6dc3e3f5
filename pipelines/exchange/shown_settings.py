"""Choose the settings that the analyst and the manager read in the portal: how long the list is, and how long data are kept."""

from __future__ import annotations

from collections.abc import Mapping

from pipelines.installation.settings import Settings

LIST = ("capacity", "exploration", "cooldown_weeks", "lead_weeks", "minimum_points")
TERMS = (
    "deliveries_days",
    "lists_months",
    "identities_months",
    "cases_months",
    "logs_months",
    "backups_days",
)


def shown_settings(settings: Settings) -> Mapping[str, int]:
    """Return the value of each setting by its section and key, such as ``shortlist.capacity``; of a coach by the name."""
    return {
        **{f"shortlist.{key}": getattr(settings.shortlist, key) for key in LIST},
        **{f"coaches.{coach.name}": coach.capacity for coach in settings.list_coaches()},
        **{f"retention.{key}": getattr(settings.retention, key) for key in TERMS},
    }
