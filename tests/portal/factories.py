"""Invented users, cases, lists and publications for the portal's tests and its browser tests."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from portal.accounts.models import Corporation, Role, Scope, User
from portal.api.models import Token
from portal.casework.codes import Kind, State
from portal.casework.models import Case, Contact, Handover, Listing, SignalWeek, Worry
from portal.exchange.payload import Entry, Figure, Publication, Signals
from portal.incidents.models import Incident
from portal.runs.models import Meaning, Run, UnmatchedRow

NUMBER = count(1)
PASSWORD = "een-lange-zin-voor-proef"
TODAY = timezone.localdate()
MONDAY = TODAY - timedelta(days=TODAY.weekday())
REASONS = ("Ruim twee maanden huurachterstand (€ 1.240).", "Twee overlastmeldingen in drie maanden.")


def corporation(id_: str = "dewaard", name: str = "De Waard") -> Corporation:
    result, _ = Corporation.objects.get_or_create(id=id_, defaults={"name": name, "newest_list": MONDAY})
    return result


def user(role: Role, *scope: Corporation, wijk: str = "", **values: Any) -> User:
    """A user who may see all of the corporations given, or one wijk of them, and was here before; no second factor needed."""
    number = next(NUMBER)
    values.setdefault("last_login", timezone.now())
    result = User.objects.create_user(
        username=values.pop("username", f"{role}{number}"),
        password=PASSWORD,
        role=role,
        second_factor=values.pop("second_factor", False),
        **values,
    )
    for part in scope:
        Scope.objects.create(user=result, corporation=part, wijk=wijk)
    return result


def program(part: Corporation, role: Role = Role.COACH) -> User:
    """A program that works for a corporation."""
    return user(role, part, is_program=True)


def token(part: Corporation) -> Token:
    """A token of a program."""
    result = Token(user=program(part))
    result.issue()
    return result


def case(part: Corporation, **values: Any) -> Case:
    """A case that is on no list and that nobody worked on."""
    number = next(NUMBER)
    given = {
        "overeenkomst_id": f"H{number:05d}",
        "address": f"Voorbeeldstraat {number}",
        "town": f"{1800 + number % 90} AB Voorbeeldstad",
        "name": f"Proefpersoon {number}",
        "phone": "06-00000000",
        "wijk": "Noord",
        "coach": "Wooncoach",
    }
    return Case.objects.create(corporation=part, **(given | values))


def listed_case(part: Corporation, as_of: date = MONDAY, position: int = 1, **values: Any) -> Case:
    """A case on the list of a date, with eight weeks of signals."""
    result = case(part, listed_on=as_of, **values)
    Listing.objects.create(
        case=result,
        as_of=as_of,
        position=position,
        coach="Wooncoach",
        reasons=list(REASONS),
        news=["Nieuw op de lijst."],
        since=as_of - timedelta(days=60),
    )
    SignalWeek.objects.bulk_create(
        SignalWeek(
            case=result,
            as_of=as_of - timedelta(weeks=back),
            points={"arrears": 30 - 3 * back, "nuisance": 4 if back < 3 else 0},
            figures={"arrears_euro": 1240 - 100 * back},
        )
        for back in range(8)
    )
    return result


def entry(number: int = 1, **values: Any) -> Entry:
    given: dict[str, Any] = {
        "corporatie_id": "dewaard",
        "overeenkomst_id": f"H{number:05d}",
        "coach": "Wooncoach",
        "position": number,
        "address": f"Voorbeeldstraat {number}",
        "town": "1811 AB Voorbeeldstad",
        "name": f"Proefpersoon {number}",
        "phone": "06-00000000",
        "wijk": "Noord",
        "reasons": REASONS,
        "since": date(2026, 9, 1),
        "news": ("Nieuw op de lijst.",),
        "safety": "",
    }
    return Entry(**(given | values))


def publication(*entries: Entry, as_of: date = MONDAY, **values: Any) -> Publication:
    """A weekly list of De Waard with the signals of its addresses and a figure for one wijk."""
    given: dict[str, Any] = {
        "as_of": as_of,
        "corporatie_id": "dewaard",
        "corporations": {"dewaard": "De Waard"},
        "model": "expert 1",
        "entries": entries,
        "signals": tuple(
            Signals(e.corporatie_id, e.overeenkomst_id, as_of, {"arrears": 30}, {"arrears_euro": 1240})
            for e in entries
        ),
        "figures": (Figure(as_of, "dewaard", "Noord", "arrears", 400, 40, len(entries), 1),),
        "counts": {"listed": len(entries)},
    }
    return Publication(**(given | values))


def contact(of: Case, **values: Any) -> Contact:
    """A contact that a coach of the case's corporation logged a moment ago."""
    by = values.pop("by", None) or user(Role.COACH, of.corporation)
    before = {
        "state": "nieuw",
        "reason": "",
        "owner_id": None,
        "worked_on": False,
        "follow_up_on": None,
        "flared_up_on": None,
    }
    given = {"kind": Kind.VISIT, "state": State.APPROACHED, "token": f"c{next(NUMBER)}", "before": before}
    return Contact.objects.create(case=of, by=by, **(given | values))


def handover(of: Case, **values: Any) -> Handover:
    """A hand-over that nobody answered."""
    by = values.pop("by", None) or user(Role.COACH, of.corporation)
    return Handover.objects.create(case=of, by=by, **({"partner": "wijkteam"} | values))


def worry(of: Case, **values: Any) -> Worry:
    """A worry about a case, passed on by a caretaker."""
    given = {"source": "huismeester", "worry": "geldzorgen"}
    by = values.pop("by", None) or user(Role.MELDER, of.corporation)
    return Worry.objects.create(case=of, corporation=of.corporation, by=by, **(given | values))


def planned(of: Case) -> Case:
    """The case with a next step today."""
    Case.objects.filter(pk=of.pk).update(follow_up_on=TODAY)
    return of


def run(part: Corporation, as_of: date = MONDAY) -> Run:
    """The published run of a week."""
    return Run.objects.get_or_create(
        corporation=part, as_of=as_of, defaults={"content_hash": "0" * 64, "model": "expert 2026.1"}
    )[0]


def listing(of: Case, as_of: date) -> Listing:
    """One more week on the list of a case."""
    return Listing.objects.create(
        case=of, as_of=as_of, position=1, coach="Wooncoach", reasons=list(REASONS), news=[]
    )


def incident(part: Corporation, kind: str = "harm") -> Incident:
    """A report of today that a visit did harm."""
    return Incident.objects.create(by=user(Role.COACH, part), corporation=part, kind=kind, on=TODAY)


def unmatched(part: Corporation, **values: Any) -> UnmatchedRow:
    """An objection with a mistyped number, and two agreements to which it may refer."""
    number = next(NUMBER)
    given = {
        "key": f"{number:024x}",
        "extract": "bezwaren",
        "meaning": Meaning.OBJECTION,
        "file": "bezwaren_2026-11-23.csv",
        "line": number,
        "reason": "matches nobody in the register",
        "named": ["ovk702"],
        "candidates": ["OVK0000702", "OVK0000720"],
    }
    return UnmatchedRow.objects.create(corporation=part, **(given | values))
