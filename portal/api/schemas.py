"""Define what the interface sends and receives. Unknown fields are refused, so that a typing error is not lost."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Annotated, Literal

from ninja import Schema
from pydantic import ConfigDict, Field

from portal.casework.codes import (
    Consent,
    Kind,
    Need,
    Partner,
    PartOfDay,
    PickedUp,
    Result,
    Source,
    State,
    Worries,
)

Id = Annotated[str, Field(min_length=1, max_length=100)]
Hour = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$", examples=["14:30"])]
"""The time of day of the installation, as people write it."""


def hour(at: time | None) -> str | None:
    """Return a time as an `Hour`."""
    return None if at is None else f"{at:%H:%M}"


class Strict(Schema):
    """Content of a request."""

    model_config = ConfigDict(extra="forbid")


class Address(Schema):
    """An address on the list. It has no name and no telephone number, because the register has them."""

    agreement: str = Field(description="The id of the agreement (`overeenkomst_id`).")
    coach: str = Field(description="Name of the list, as in `settings.toml`.")
    position: int
    address: str
    town: str
    wijk: str
    reasons: list[str] = Field(description="In Dutch, the heaviest first.")
    news: list[str]
    changes: list[str] = Field(description="What newer deliveries show since the list was made.")
    since: date | None = Field(description="Since when the signals are there.")
    safety: str = Field(description="What a visitor must know before going; mostly empty.")
    state: State
    follow_up_on: date | None
    follow_up_at: Hour | None = Field(description="The hour of that day, if one was agreed.")
    version: int = Field(description="Send it with a contact.")


class Week(Schema):
    """The newest list of a corporation."""

    corporation: str
    as_of: date | None = Field(description="The Monday of the list; null if there is no list yet.")
    addresses: list[Address]


class ContactIn(Strict):
    """A contact with a tenant."""

    corporation: Id
    agreement: Id
    version: int = Field(ge=0, description="The version of the address that the sender saw; 0 if none.")
    kind: Kind
    on: date | None = Field(None, description="Default: today.")
    reached: bool | None = None
    part_of_day: PartOfDay | Literal[""] = ""
    result: Result | Literal[""] = ""
    needs: list[Need] = Field([], description="What the resident needs help with.")
    state: State | Literal[""] = Field("", description="Default: in contact if reached, else approached.")
    follow_up_on: date | None = Field(None, description="Day of the next step, or of the appointment.")
    follow_up_at: Hour | None = Field(
        None, description="The hour of that day; refused where there is no day, and at the end of a watch."
    )
    note: str = Field("", max_length=500, description="Nothing about health, nothing about others.")
    coach: str = Field(
        "", max_length=150, description="User name of the coach who takes care of the address."
    )


class ContactOut(Schema):
    """A contact as it was saved."""

    reference: str
    on: date
    state: State
    follow_up_on: date | None
    follow_up_at: Hour | None
    version: int = Field(description="The version of the address now.")


class WorryIn(Strict):
    """A worry about an address: an agreement (role coach), or a postcode with a number, or a unit."""

    corporation: Id
    agreement: str = Field("", max_length=100)
    unit: str = Field("", max_length=100, description="The id of the home (`eenheid_id`).")
    postcode: str = Field("", pattern=r"^(\s*[1-9][0-9]{3}\s*[A-Za-z]{2}\s*)?$")
    house_number: str = Field("", max_length=20)
    source: Source
    worry: Worries
    urgent: bool = False
    call_back: str = Field(
        "",
        max_length=80,
        description="Name or function of whom to call back; only for an urgent worry that a coach passes on for somebody "
        "else. It is deleted once there is an answer other than `geprobeerd` (they will try again), and on an objection.",
    )


class WorryOut(Schema):
    """A worry that was passed on. The answer does not say whether the address is on a list."""

    reference: str


class ObjectionIn(Strict):
    """A tenant's objection to the use of data (GDPR art. 21). It needs no reason."""

    corporation: Id
    agreement: Id
    on: date | None = Field(None, description="Default: today.")


class ObjectionOut(Schema):
    """The objection that is now in force."""

    reference: str
    on: date


class Asked(Schema):
    """A call or a mail in which a coach asked the partner for an answer."""

    on: date
    kind: Kind


class HandoverOut(Schema):
    """A hand-over of an address to a partner."""

    reference: str
    agreement: str
    partner: Partner
    person: str = Field(description="The employee of the partner who received it; empty if not recorded.")
    on: date
    consent: Consent | Literal[""] = Field(
        description="Who agreed to the hand-over; empty if it was not recorded."
    )
    consent_on: date | None
    asked: list[Asked] = Field(description="The oldest first.")
    picked_up: PickedUp
    answered_on: date | None


class Count(Schema):
    """What is shown of a count: rounded to fives, or hidden if it is 1 to 9."""

    value: int | None = Field(description="Null: hidden.")
    complete: bool = Field(description="False: the count is at least `value`.")
    most: int | None = Field(None, description="The maximum of a hidden count.")


class Column(Schema):
    """A column of a table."""

    key: str
    title: str
    kind: str = Field(description="text, month, quarter, day, count, share (0 to 1) or days.")


class Table(Schema):
    """A table of the manager's page."""

    name: str
    title: str
    unit: str
    note: str
    columns: list[Column]
    rows: list[list[Count | date | float | str | None]]


class Trends(Schema):
    """The manager's figures of a period."""

    corporation: str
    first: date
    last: date
    wijk: str | None
    notices: list[str] = Field(description="How the request was corrected, in Dutch.")
    made_at: datetime
    tables: list[Table]
