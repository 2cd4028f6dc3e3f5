"""Invented figures and casework of a corporation over many weeks: for the manager's pages, their speed and their looks."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from random import Random

from django.utils import timezone

from portal.accounts.models import Corporation, User
from portal.casework.codes import Kind, PickedUp, Result, State
from portal.casework.models import Case, Contact, Handover, Listing
from portal.runs.models import Run
from portal.trends.models import Family, WeekFigure
from tests.portal.factories import MONDAY

USUAL = {"arrears": 0.07, "nuisance": 0.035, "repairs": 0.03, "worries": 0.006, "stacked": 0.03}


def figures(corporation: Corporation, wijken: int, weeks: int, homes: int = 500, seed: int = 1) -> None:
    """Signals that drift from week to week; wijken differ in size."""
    chance = Random(seed)
    rows = []
    for number in range(wijken):
        size = round(homes * chance.uniform(0.3, 1.7))
        level = {family: size * share * chance.uniform(0.5, 1.5) for family, share in USUAL.items()}
        for back in range(weeks - 1, -1, -1):
            for family in Family.values:
                level[family] = max(
                    0.0, level[family] * chance.uniform(0.95, 1.055) + chance.uniform(-0.4, 0.4)
                )
                rows.append(
                    WeekFigure(
                        as_of=MONDAY - timedelta(weeks=back),
                        corporation=corporation,
                        wijk=f"Wijk {number + 1:02d}",
                        family=family,
                        agreements=size,
                        signalled=round(level[family]),
                    )
                )
    WeekFigure.objects.bulk_create(rows, batch_size=2000)


def casework(
    corporation: Corporation, coach: User, wijken: int, weeks: int, new: int = 6, seed: int = 1
) -> None:
    """Addresses that come on a list, most of them approached, some helped; the last weeks are still open."""
    chance = Random(seed)
    cases: list[Case] = []
    work: list[Contact | Handover] = []
    listings: list[Listing] = []
    for back in range(weeks - 1, -1, -1):
        day = MONDAY - timedelta(weeks=back)
        for place in range(new):
            case = Case(
                corporation=corporation,
                overeenkomst_id=f"Z{back:03d}{place:02d}",
                address=f"Geheimstraat {back}-{place}",
                town="1811 AB Voorbeeldstad",
                name=f"Proefpersoon {back}-{place}",
                wijk=f"Wijk {chance.randrange(wijken) + 1:02d}",
                listed_on=day,
            )
            cases.append(case)
            work += _story(case, coach, day, chance)
            since = day - timedelta(days=chance.randrange(5, 60))
            stay = range(min(back + 1, chance.randrange(1, 4)))
            listings += [
                Listing(
                    case=case,
                    as_of=day + timedelta(weeks=n),
                    position=place + 1,
                    coach="Wooncoach",
                    since=since,
                )
                for n in stay
            ]
    Case.objects.bulk_create(cases)  # a query for many rows: some tests need thousands
    Contact.objects.bulk_create(row for row in work if isinstance(row, Contact))
    Handover.objects.bulk_create(row for row in work if isinstance(row, Handover))
    Listing.objects.bulk_create(listings)


def _story(case: Case, coach: User, day, chance: Random) -> list[Contact | Handover]:
    output: list[Contact | Handover] = []
    on = day + timedelta(days=chance.randrange(1, 20))
    for step in range(chance.choice((0, 1, 1, 2, 3))):
        if on >= MONDAY:
            break
        reached = chance.random() < 0.55
        state = State.IN_CONTACT if reached else State.APPROACHED
        result = ""
        if step and reached:
            result = chance.choice(Result.values)
            state = chance.choice((State.CLOSED, State.WATCH, State.IN_CONTACT, State.CLOSED))
        at = timezone.make_aware(datetime.combine(on, time(11)))
        output.append(
            Contact(case=case, by=coach, on=on, created_at=at, kind=Kind.VISIT, reached=reached, result=result,
                    state=state, reference=f"{at:%Y%m%dT%H%M%S}{case.overeenkomst_id}{step}")
        )  # fmt: skip
        if reached and chance.random() < 0.3:
            output.append(
                Handover(case=case, by=coach, on=on, created_at=at, partner="wijkteam",
                         picked_up=chance.choice(PickedUp.values))
            )  # fmt: skip
        case.state, case.worked_on, case.owner = state, True, coach
        case.follow_up_on = on + timedelta(days=chance.randrange(7, 60))
        on += timedelta(days=chance.randrange(5, 25))
    return output


def runs(corporation: Corporation, weeks: int) -> None:
    """A run per week; some of them with problems."""
    for back in range(weeks):
        day = MONDAY - timedelta(weeks=back)
        late = "Let op: de huurachterstanden van deze week ontbreken. Gebruikt is de stand van 2 november."
        Run.objects.create(
            corporation=corporation,
            as_of=day,
            content_hash=f"{back:064d}",
            edition=2 if back == 3 else 1,
            model="expert 2026.1",
            notices=[late] if back == 2 else [],
            counts={
                "agreements": 5980,
                "scored": 5870,
                "excluded": {"ended": 80, "objection": 3, "notice_given": 27},
                "not_listed": {"below_minimum": 5600, "beyond_capacity": 250, "cool_down": 8},
                "listed": 12,
            },
            sources=[
                _source("huurovereenkomsten", "fresh", day),
                _source("huurachterstanden", "late" if back == 2 else "fresh", day),
                _source("reparatieverzoeken", "missing", None),
                _source("signaleringen", "old", day - timedelta(days=40)),
                _source("boekingen", "unused", None),
            ],
            fired=[
                _fired("arrears_months", "Hoeveel maanden huur staat open?", 62 + back % 3),
                _fired("complaints_90d", "Hoeveel meldingen zijn er in 90 dagen?", 0 if back == 0 else 31),
                _fired("worries_90d", "Hoeveel zorgen zijn er doorgegeven in 90 dagen?", 4),
            ],
            deliveries=[
                _of("huurachterstanden", day)
                | {"peildatum": str(day), "state": "loaded", "rows_read": 412, "rows_staged": 60},
                _of("overlastmeldingen", day)
                | {"peildatum": str(day), "state": "refused", "refusal": "12% of the dates"},
            ],
            gates=[
                _of("huurachterstanden", day)
                | _gate("rows.ratio_to_previous", 0.71, 0.8, None, "warning", False),
                _of("huurachterstanden", day) | _gate("rows.valid", 408.0, 1.0, None, "critical", True),
                _of("overlastmeldingen", day) | _gate("datum.bad", 0.12, None, 0.05, "critical", False),
            ],
            quarantine=[
                _of("huurachterstanden", day)
                | {"reason": "bad amount saldo", "rows": 4, "lines": "7, 19, 20, 31"}
            ],
            unmapped=[
                _of("overlastmeldingen", day)
                | {
                    "column": "zaaktypesoort_code",
                    "value": "GELUID-X",
                    "rows": 7,
                    "mapping": 'codes "GELUID-X" = "GEL"',
                }
            ],
            drift={"arrears_months": 0.04, "complaints_90d": 0.27},
        )


def _of(extract: str, day: date) -> dict[str, str]:
    return {"extract": extract, "file": f"{extract}_{day}.csv"}


def _source(extract: str, state: str, newest: date | None) -> dict:
    age = (MONDAY - newest).days if newest else None
    return {
        "extract": extract,
        "name": f"de {extract}",
        "source": "",
        "state": state,
        "newest": str(newest) if newest else None,
        "age_days": age,
        "refused": False,
    }


def _fired(signal: str, question: str, agreements: int) -> dict:
    return {"signal": signal, "question": question, "agreements": agreements}


def _gate(
    figure: str, value: float, least: float | None, most: float | None, severity: str, passed: bool
) -> dict:
    report = {"figure": figure, "value": value, "least": least, "most": most}
    return report | {"severity": severity, "meaning": "What the figure says.", "passed": passed}
