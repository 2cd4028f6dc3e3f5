"""The tables of casework: `cases` holds listed addresses, `work` what coaches did about them, `absence` who is away."""

from portal.casework.models.absence import Absence
from portal.casework.models.cases import ASLEEP, WORKING, Case, Change, Listing, SignalWeek
from portal.casework.models.work import (
    UNDO,
    Contact,
    Growth,
    Handover,
    Objection,
    Question,
    Transfer,
    Work,
    Worry,
)

__all__ = [
    "ASLEEP",
    "UNDO",
    "WORKING",
    "Absence",
    "Case",
    "Change",
    "Contact",
    "Growth",
    "Handover",
    "Listing",
    "Objection",
    "Question",
    "SignalWeek",
    "Transfer",
    "Work",
    "Worry",
]
