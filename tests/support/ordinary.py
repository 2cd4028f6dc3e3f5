"""An ordinary corporation of 80 homes: its deliveries of some weeks, and those of the next, as rows of text.

`WEEK` is the next delivery of each extract. A test changes it and asks what the gate says; unchanged, the gate says nothing.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from random import Random

Row = dict[str, str]
DAY = date(2026, 11, 16)
BEFORE = [date(2026, 10, 19), date(2026, 11, 2), date(2026, 11, 9)]
STREETS = ["Wakkerstraat", "Windvaanpad", "Crêpelaan", "Molenweg", "Kerkplein", "Havenkade"]
NAMES = [
    "Jansen",
    "Visser",
    "Bakker",
    "Idrissi",
    "Renée Smit",
    "Kok",
    "Mulder",
    "Peters",
    "Vermeulen",
    "Kaya",
]


def _money(value: float) -> str:
    return f"{value:.2f}".replace(".", ",")


def _agreement(number: int) -> Row:
    draw = Random(number)
    ended = f"2026-{draw.randint(2, 9):02}-20" if number % 13 == 0 else ""
    return {
        "overeenkomst_id": f"{number * 37 + 100200:08}", "huurder_id": f"{number * 13 + 40010:07}", "eenheid_id": f"{number * 7 + 5001:06}",
        "eenheidsoort_code": "PAR" if number % 16 == 0 else "WOO", "begindatum": f"{draw.randint(1999, 2024)}-{draw.randint(1, 12):02}-15",
        "einddatum": ended, "eindereden_code": "OPZ" if ended else "", "eindedetailreden_code": "REG" if ended else "",
        "brutohuur": _money(draw.uniform(450, 850)), "wijk": ["Molenrak", "Oost", "Haven"][number % 3], "straatnaam": STREETS[number % 6],
        "huisnummer": str(number), "postcode": f"13{number % 80 + 10} AB", "woonplaats": "Wakerstad", "naam": NAMES[number % 10],
        "telefoon": f"06-{number:08}",
    }  # fmt: skip


REGISTER = [_agreement(number) for number in range(1, 81)]
RUNNING = [row for row in REGISTER if not row["einddatum"] and row["eenheidsoort_code"] == "WOO"]


def _arrears(day: date) -> list[Row]:
    rows = []
    for number, home in enumerate(RUNNING[:60]):
        draw, week = Random(number), Random(f"{number} {day}")
        months = draw.choice([0.4, 1, 1, 2, 3, 5])
        saldo = float(home["brutohuur"].replace(",", ".")) * months + week.uniform(0, 20)
        step = {0.4: "geen", 1: "geen", 2: "herinnering", 3: "aanmaning", 5: "deurwaarder"}[months]
        rows.append({
            "overeenkomst_id": home["overeenkomst_id"], "saldo": _money(saldo if number % 15 else -saldo),
            "oudste_vervaldatum": f"2026-{9 - int(months):02}-{draw.randint(1, 28):02}", "incassofase": step,
            "regeling_status_code": ["ACT", "", "ANN"][number % 3],
            "laatste_betaaldatum": str(day - timedelta(days=draw.randint(2, 40))), "laatste_betaling": home["brutohuur"],
        })  # fmt: skip
    return rows


def _complaints(first: int, day: date) -> list[Row]:
    rows = []
    for number in range(first, first + 30):
        draw = Random(number)
        home = draw.choice(RUNNING)
        known = datetime(day.year, day.month, day.day, 17) - timedelta(
            days=draw.randint(1, 20), hours=draw.randint(0, 9)
        )
        closed = number % 2 == 0
        rows.append({
            "zaak_id": f"{number:07}", "registratiedatum": str(known), "begindatum": str(known - timedelta(days=2)),
            "einddatum": str(known + timedelta(hours=2)) if closed else "", "zaaktypesoort_code": "SOC",
            "zaaktypedetailsoort_code": draw.choice(["GEL", "RUZ", "STA"]),
            "status_code": "AFG" if closed else draw.choice(["AAN", "INB", "GEA"]),
            "beklaagde_eenheid_id": home["eenheid_id"], "melder_id": draw.choice(REGISTER)["huurder_id"],
        })  # fmt: skip
    return rows


def _repairs(first: int, day: date) -> list[Row]:
    rows = []
    for number in range(first, first + 30):
        draw = Random(number)
        home = draw.choice(RUNNING)
        told = datetime(day.year, day.month, day.day, 17) - timedelta(
            days=draw.randint(9, 30), minutes=draw.randint(0, 500)
        )
        done = number % 3 > 0
        rows.append({
            "verzoek_id": f"{number:08}", "eenheid_id": home["eenheid_id"],
            "overeenkomst_id": home["overeenkomst_id"] if number % 2 else "",
            "melddatum": str(told), "onderhoudsoort_code": draw.choice(["REP", "REP", "PLN"]), "status_code": "AFG" if done else "INB",
            "gereeddatum": str(told.date() + timedelta(days=draw.randint(1, 6))) if done else "",
            "niet_thuis_datums": "|".join(str(told.date() + timedelta(days=day)) for day in range(1, number % 4 * (number % 2) + 1)),
        })  # fmt: skip
    return rows


def _bookings(first: int, day: date) -> list[Row]:
    rows = []
    for number in range(first, first + 40):
        home, claim = RUNNING[number % len(RUNNING)], number % 2 == 0
        rows.append({
            "boeking_id": f"{number:08}", "overeenkomst_id": home["overeenkomst_id"],
            "boekdatum": str(day - timedelta(days=number % 25 + 1)),
            "vervaldatum": str(day - timedelta(days=number % 25 + (-6 if claim else 6))),
            "soort_code": "VOR" if claim else "ONT", "detailsoort_code": "PRO" if claim else "STO" if number % 8 == 1 else "BAN",
            "bedrag": home["brutohuur"] if claim else f"-{home['brutohuur']}",
        })  # fmt: skip
    return rows


def _objections(count: int) -> list[Row]:
    return [
        {
            "bezwaar_id": f"{n + 1:04}",
            "overeenkomst_id": RUNNING[n * 5]["overeenkomst_id"],
            "datum": f"2026-03-{n + 10}",
            "ingetrokken_op": "",
        }
        for n in range(count)
    ]


HISTORY: dict[tuple[str, date], list[Row]] = {
    **{("huurovereenkomsten", day): REGISTER for day in BEFORE[1:]},
    **{("huurachterstanden", day): _arrears(day) for day in BEFORE},
    **{("overlastmeldingen", day): _complaints(100 + 30 * n, day) for n, day in enumerate(BEFORE)},
    **{("reparatieverzoeken", day): _repairs(100 + 30 * n, day) for n, day in enumerate(BEFORE)},
    **{("boekingen", day): _bookings(100 + 40 * n, day) for n, day in enumerate(BEFORE)},
    ("bezwaren", BEFORE[1]): _objections(4),
    ("bezwaren", BEFORE[-1]): _objections(6),
}
WEEK: dict[str, list[Row]] = {
    "huurovereenkomsten": REGISTER,
    "huurachterstanden": _arrears(DAY),
    "overlastmeldingen": _complaints(400, DAY),
    "reparatieverzoeken": _repairs(400, DAY),
    "boekingen": _bookings(400, DAY),
    "bezwaren": _objections(8),
}
