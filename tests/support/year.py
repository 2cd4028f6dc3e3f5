"""A year of weekly deliveries in which much becomes known late: the demo corporation, and what goes wrong in offices.

On top of what the demo corporation delivers come, each week: complaints, repairs, worries, bookings, contacts and
flags that happened long before; corrections and cancellations of what was delivered; positions of older lists of
arrears, new and corrected; a list that is skipped and comes a week later with the next; rents and notices that are
taken back; and new tenants whom the register learns of weeks late, while rows about their home, some with the
number of their agreement, come in already.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random

from pipelines.sample.write import write_corporation
from tests.support import demo
from tests.support.demo import Rows

Year = dict[date, dict[str, Rows]]
"""The extracts of each Monday."""

REGISTER, LISTS = "huurovereenkomsten", "huurachterstanden"
END = ("einddatum", "opzegdatum", "eindereden_code", "eindedetailreden_code")


def write(folder: Path, until: date, *, homes: int = 150, deliveries: int = 53, seed: int = 1) -> Year:
    """Make the year; the same arguments give the same rows."""
    write_corporation(
        folder, homes=homes, weeks=deliveries + 60, seed=seed, until=until, deliveries=deliveries
    )
    year: Year = {}
    for path in sorted(folder.iterdir(), key=lambda path: (demo.peildatum(path), path.name)):
        extract = path.name.rsplit("_", 1)[0]
        year.setdefault(demo.peildatum(path), {})[extract] = demo.read(path)
    random = Random(seed)
    moved = _learn_of_new_tenants_late(year, random)
    _take_back(year, random)
    for row in _events(year, random, moved):
        year[row.pop("week")].setdefault(row.pop("extract"), []).append(row)  # type: ignore[call-overload]
    _correct_lists(year, random)
    return year


def _learn_of_new_tenants_late(year: Year, random: Random) -> list[tuple[date, dict[str, str]]]:
    """Leave new agreements, and the end of the one before in that home, out of the register for some weeks.

    Returns
    -------
    list of (date, row)
        The Monday on which the register could have known, and the new agreement.
    """
    weeks = list(year)
    moved: list[tuple[date, dict[str, str]]] = []
    seen = {row["overeenkomst_id"] for row in year[weeks[0]][REGISTER]}
    for number, week in enumerate(weeks[1:-6], 1):
        for new in [row for row in year[week][REGISTER] if row["overeenkomst_id"] not in seen]:
            seen.add(new["overeenkomst_id"])
            if (
                new["eenheidsoort_code"] != "WOO"
                or not demo.day(new["begindatum"])
                or not new["overeenkomst_id"]
            ):
                continue
            moved.append((week, new))
            for later in weeks[number : number + random.randint(2, 5)]:
                rows = [
                    row for row in year[later][REGISTER] if row["overeenkomst_id"] != new["overeenkomst_id"]
                ]
                year[later][REGISTER] = [
                    row | dict.fromkeys(END, "") if row["eenheid_id"] == new["eenheid_id"] else row
                    for row in rows
                ]
    return moved


def _take_back(year: Year, random: Random) -> None:
    """Let notices and rents appear in the register for a few weeks, and then not any more."""
    weeks = list(year)
    for start in range(2, len(weeks) - 4, 2):
        chosen = random.choice(year[weeks[0]][REGISTER])["overeenkomst_id"]
        change = random.choice(
            [{"opzegdatum": str(weeks[start - 1])}, {"brutohuur": "333,33"}, {"wijk": "Elders"}]
        )
        for week in weeks[start : start + random.randint(1, 4)]:
            year[week][REGISTER] = [
                row | change if row["overeenkomst_id"] == chosen else row for row in year[week][REGISTER]
            ]


def _events(year: Year, random: Random, moved: list[tuple[date, dict[str, str]]]) -> Iterator[dict]:
    """Make rows that come late, and their corrections; for the homes of new tenants as well."""
    weeks, number = list(year), 0
    for place, week in enumerate(weeks):
        homes = [random.choice(year[weeks[0]][REGISTER]) for _ in range(4)]
        new = [row for since, row in moved if week - timedelta(days=42) <= since <= week]
        for about in [*homes, *new]:
            if not about["overeenkomst_id"]:
                continue
            every = sorted(_MAKE)
            # The first week has a row of each: what was never delivered is unknown, and would become known on the way.
            for extract in random.sample(every, 3) if place else every:
                number += 1
                late = week - timedelta(days=random.choice((1, 2, 5, 12, 40)))
                row = _MAKE[extract](f"EXTRA{number}", late, about, random) | {"extract": extract}
                yield row | {"week": week}
                for later in weeks[place + 1 : place + 10 : random.choice((2, 3, 8))]:
                    if random.random() < 0.5:
                        yield row | _change(extract, late, random) | {"week": later}


def _whose(about: dict[str, str], random: Random, prefix: str = "") -> dict[str, str]:
    """Name the agreement, the home, or both."""
    agreement, home = about["overeenkomst_id"], about["eenheid_id"]
    kept = random.choice([(agreement, home), ("", home), ("", home), (agreement, "")])
    return {f"{prefix}overeenkomst_id": kept[0], f"{prefix}eenheid_id": kept[1]}


def _complaint(key: str, on: date, about: dict[str, str], random: Random) -> dict[str, str]:
    return {
        "zaak_id": key, "registratiedatum": f"{on} 09:30", "begindatum": f"{on - timedelta(random.choice((0, 3, 50)))}",
        "zaaktypesoort_code": "SOC", "zaaktypedetailsoort_code": random.choice(("GEL", "RUZ", "VUI", "AGR")),
        "melder_id": random.choice(("", "R1", "R2")), **_whose(about, random, "beklaagde_"),
    }  # fmt: skip


def _repair(key: str, on: date, about: dict[str, str], random: Random) -> dict[str, str]:
    return {
        "verzoek_id": key, "melddatum": f"{on} 23:59", "onderhoudsoort_code": random.choice(("REP", "REP", "INS")),
        "defectsoort_code": random.choice(("SCH", "LEK", "VS1")), "defectoorzaak_code": random.choice(("BEW", "OUD", "")),
        "status_code": "REG", "niet_thuis_datums": str(on) if random.random() < 0.5 else "", **_whose(about, random),
    }  # fmt: skip


def _worry(key: str, on: date, about: dict[str, str], random: Random) -> dict[str, str]:
    zorg = random.choice(("geldzorgen", "post_hoopt_op", "overig"))
    return {
        "melding_id": key,
        "datum": f"{on} 12:00",
        "bron": "vakman",
        "zorg": zorg,
        **_whose(about, random),
    }


def _booking(key: str, on: date, about: dict[str, str], random: Random) -> dict[str, str]:
    return {"boeking_id": key, "overeenkomst_id": about["overeenkomst_id"], "boekdatum": str(on),
            "detailsoort_code": random.choice(("STO", "STO", "PRO")), "bedrag": "500,00"}  # fmt: skip


def _contact(key: str, on: date, about: dict[str, str], random: Random) -> dict[str, str]:
    return {
        "contactmoment_id": key,
        "overeenkomst_id": about["overeenkomst_id"],
        "datum": f"{on} 02:30",
        "kanaal_code": "",
    }


def _visit(key: str, on: date, about: dict[str, str], random: Random) -> dict[str, str]:
    return {"contact_id": key, "overeenkomst_id": about["overeenkomst_id"], "datum": str(on),
            "stand": random.choice(("benaderd", "waakvlam", "niet_passend", "afgesloten"))}  # fmt: skip


def _flag(key: str, on: date, about: dict[str, str], random: Random) -> dict[str, str]:
    of = random.choice((("huurder_id", "eenheid_id"), ("eenheid_id", "huurder_id")))
    return {
        "signalering_id": key,
        of[0]: about[of[0]],
        of[1]: "",
        "detailsoort_code": "BEZ",
        "begindatum": str(on),
    }


def _objection(key: str, on: date, about: dict[str, str], random: Random) -> dict[str, str]:
    return {
        "bezwaar_id": key,
        "overeenkomst_id": about["overeenkomst_id"],
        "datum": str(on),
        "ingetrokken_op": "",
    }


_MAKE = {
    "overlastmeldingen": _complaint, "reparatieverzoeken": _repair, "meldingen_medewerkers": _worry,
    "boekingen": _booking, "contactmomenten": _contact, "contacten": _visit, "signaleringen": _flag,
    "bezwaren": _objection,
}  # fmt: skip


def _change(extract: str, on: date, random: Random) -> dict[str, str]:
    """Change a row as a later delivery would; the change does not affect to whom or what it belongs."""
    earlier = on - timedelta(days=random.choice((10, 80)))
    return random.choice({
        "overlastmeldingen": [{"status_code": "GEA"}, {"zaaktypedetailsoort_code": "STA"}, {"begindatum": str(earlier)}],
        "reparatieverzoeken": [{"status_code": "GEA"}, {"defectsoort_code": "STI"},
                               {"niet_thuis_datums": f"{on}|{earlier}"}],
        "meldingen_medewerkers": [{"datum": f"{earlier} 08:00"}, {"zorg": "veiligheid"}],
        "boekingen": [{"detailsoort_code": "PRO"}, {"boekdatum": str(earlier)}],
        "contactmomenten": [{"datum": f"{earlier} 08:00"}],
        "contacten": [{"stand": "in_contact"}, {"datum": str(earlier)}],
        "signaleringen": [{"einddatum": str(on + timedelta(days=3))}, {"detailsoort_code": "DEU"}],
        "bezwaren": [{"ingetrokken_op": str(on + timedelta(days=4))}],
    }[extract])  # fmt: skip


def _correct_lists(year: Year, random: Random) -> None:
    """Correct old positions, add forgotten ones, and skip a list that comes with the next one."""
    weeks = [week for week in year if LISTS in year[week]]
    for place in range(4, len(weeks) - 1):
        week, before = weeks[place], weeks[place - random.randint(1, 3)]
        for about in random.sample(year[weeks[0]][REGISTER], 3):
            if about["overeenkomst_id"]:
                saldo = random.choice(("0,00", "24,99", "640,10", "1900,00"))
                extra = {
                    "peildatum": str(before),
                    "overeenkomst_id": about["overeenkomst_id"],
                    "saldo": saldo,
                }
                year[week][LISTS].append(extra)
        if place % 17 == 8:
            skipped = [row | {"peildatum": row["peildatum"] or str(week)} for row in year[week].pop(LISTS)]
            year[weeks[place + 1]][LISTS] = skipped + year[weeks[place + 1]][LISTS]
