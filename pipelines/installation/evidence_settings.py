"""Define the settings of figures, costs, the public account and reports to the municipality."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, model_validator

from pipelines.installation.toml_models import Strict

LEAST_HOMES = 100
"""Default of the minimum number of homes of a wijk with figures of its own."""


class Figures(Strict):
    """Limits of what figures may show (`pipelines.warehouse.wijken`)."""

    least_homes_per_wijk: Annotated[int, Field(ge=1, le=10_000)] = LEAST_HOMES


class Amount(Strict):
    """An uncertain amount: a range and its source."""

    range: Annotated[list[Annotated[float, Field(ge=0)]], Field(min_length=2, max_length=2)]
    source: Annotated[str, Field(min_length=3)]

    @model_validator(mode="after")
    def _rising(self) -> Amount:
        if not 0 < self.range[0] < self.range[1]:
            raise ValueError(
                "a range runs from an amount above 0 to a higher one: one figure would say more than is known"
            )
        return self


class Costs(Strict):
    """Costs and benefits, in euro; an absent amount is left out of the calculation.

    `coaches` is how many full-time coaches worked together in a year; without it, the coaches of the settings are counted.
    """

    coach: Amount | None = None
    coaches: Annotated[float, Field(gt=0, le=1000)] | None = None
    eviction: Amount | None = Amount(
        range=[5000, 10000], source="Edwards e.a. 2021, PLoS One 16(7) e0254489; hetvierdehuis.nl 2013"
    )
    society: Amount | None = None


class EarlySignal(Strict):
    """Reporting rent arrears to the municipality (Wgs, Besluit gemeentelijke schuldhulpverlening art. 2).

    `municipalities` has the code of the municipality of each town or wijk, because the law names the municipality where the
    tenant lives. A home in a town and wijk without a code is not reported.
    """

    municipalities: dict[str, Annotated[str, Field(pattern=r"^GM[0-9]{4}$")]] = {}
    chamber_of_commerce: str = ""
    least_days: Annotated[int, Field(ge=0)] = 30
    most_days: Annotated[int, Field(ge=1, le=366)] = 100
    least_euro: Annotated[float, Field(ge=0, le=10_000)] = 75

    @model_validator(mode="after")
    def _rising(self) -> EarlySignal:
        if self.least_days > self.most_days:
            raise ValueError("least_days is above most_days: no arrears would ever be reported")
        return self

    @model_validator(mode="before")
    @classmethod
    def _has_no_default(cls, values: Any) -> Any:
        if not isinstance(values, dict) or "municipality" not in values:
            return values
        if values["municipality"]:
            raise ValueError(
                "municipality is one code for every home: write the code of each town instead, as in "
                'municipalities = { Alkmaar = "GM0361" }'
            )
        # Settings files of older versions have the key without a value.
        return {name: value for name, value in values.items() if name != "municipality"}


class Account(Strict):
    """Information for the public account that only the organisation has (`waakvlam account`).

    The last four are for the record of the AI Act: the person who oversees the list, the person who decided whether it is a
    high-risk system, the day of that decision, and the decision.
    """

    contact: str = ""
    begin_date: Annotated[str, Field(pattern=r"^([0-9]{4}-[0-9]{2})?$")] = ""
    website: str = ""
    officer: str = ""
    oversight: str = ""
    classified_by: str = ""
    classified_on: Annotated[str, Field(pattern=r"^([0-9]{4}-[0-9]{2}-[0-9]{2})?$")] = ""
    high_risk: bool = False
