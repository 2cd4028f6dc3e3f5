"""Define the settings of retention."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field

from pipelines.installation.calendar import months_before
from pipelines.installation.toml_models import Strict

Months = Annotated[int, Field(ge=1, le=120)]
"""Ten years at most: a larger number was probably meant as a year or as days."""


class Retention(Strict):
    """How long data are kept: no longer than the purpose needs (GDPR art. 5(1)(e))."""

    deliveries_days: Annotated[int, Field(ge=1, le=3660)] = 90
    lists_months: Months = 12
    identities_months: Annotated[int, Field(ge=0, le=120)] = 24
    cases_months: Months = 24
    logs_months: Months = 12
    backups_days: Annotated[int, Field(ge=1, le=366)] = 35
    backups: str = ""

    def in_portal(self, day: date) -> dict[str, date]:
        """Return the first day that retention, run on a day, keeps in the portal of ``cases``, ``lists`` and ``runs``."""
        months = {"cases": self.cases_months, "lists": self.lists_months, "runs": self.logs_months}
        return {name: months_before(day, number) for name, number in months.items()}
