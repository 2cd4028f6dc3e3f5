"""Generated histories as staged rows: all that the engines must agree on.

A world is one corporation with a few agreements, made around one as-of date. Days are drawn at and beside every
border that a rule knows (30, 90, 91, 181, 365, 730 days and more), on month ends, the leap day and the days on
which the clock changes. Rows are known late, corrected, withdrawn, moved to another agreement when the register
learns of a new tenant, and hold NULL in every column that may. Lists of arrears come weekly, monthly or now and
then, with lists missing or late.

Each row grows from a number of its own. Hypothesis draws the numbers, so that it can leave rows out until only
those remain that show what is wrong; a plain seed can draw them as well, for very many worlds at once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any, NamedTuple

import pyarrow as pa
from hypothesis import strategies as st

from features.catalogue import SIGNALS
from features.known import LACKING
from tests.support.history import ALL, Row, connection, staged

SPECIAL = tuple(map(date.fromisoformat, (
    "2023-10-29", "2024-01-31", "2024-02-28", "2024-02-29", "2024-03-01", "2024-03-31", "2025-12-31", "2026-03-29",
    "2026-10-25")))  # fmt: skip
"""Month ends, the leap day, and the days on which summer time begins or ends."""
BORDERS = (-31, -1, 0, 1, 2, 7, 29, 30, 31, 35, 36, 42, 61, 62, 63, 89, 90, 91, 92, 126, 127, 180, 181, 182, 183,
           217, 218, 356, 357, 358, 363, 364, 365, 366, 729, 730, 731)  # fmt: skip

OPTIONAL = frozenset(
    ("boekingen", "signaleringen", "contactmomenten", "meldingen_medewerkers", "contacten", "bezwaren")
)

Tables = dict[str, list[Row]]
Content = dict[str, Any]


class Maker:
    """Draws values for one row around an as-of date.

    Parameters
    ----------
    seed : object
        The same one gives the same row.
    as_of : date
        The date around which something happens.
    """

    def __init__(self, seed: object, as_of: date) -> None:
        self.random = Random(str(seed))
        self.as_of = as_of

    def one(self, *values: Any) -> Any:
        return self.random.choice(values)

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def or_null(self, *values: Any) -> Any:
        """Draw one of some values, or NULL in one of five."""
        return None if self.chance(0.2) else self.one(*values)

    def day(self) -> date:
        """Draw a day around the as-of date: on a border, in the last months, in the last two years, or special."""
        kind = self.random.random()
        if kind < 0.1 and (near := [d for d in SPECIAL if abs((self.as_of - d).days) < 400]):
            return self.one(*near)
        if kind < 0.5:
            return self.as_of - timedelta(days=self.one(*BORDERS))
        return self.as_of - timedelta(days=self.random.randint(-5, 200 if kind < 0.85 else 760))

    def known(self, own: date, most: int = 3) -> list[tuple[date, date | None]]:
        """Draw when each version was known: from its own day, later, or just around the as-of date."""
        froms = {own + timedelta(days=self.one(-1, 0, 0, 0, 0, 1, 7, 30, 200))}
        while len(froms) < most and self.chance(0.25):
            later = max(froms) + timedelta(days=self.one(1, 6, 30, 91))
            froms.add(self.one(later, self.as_of + timedelta(days=self.one(-8, -1, 0, 1))))
        starts = sorted(froms)
        end = starts[-1] + timedelta(days=self.one(1, 30, 400)) if self.chance(0.1) else None
        return list(zip(starts, [*starts[1:], end], strict=True))

    def versions(self, own: date, content: Callable[[], Content], most: int = 3) -> list[Row]:
        """Make the versions of one row, each with its own content."""
        return [content() | {"known_from": start, "known_until": end} for start, end in self.known(own, most)]


def agreements(name: str, seed: int, as_of: date) -> list[Row]:
    """Make the versions of one agreement: begun long ago or just now, ended, with notice, another rent, no home."""
    make = Maker(f"agreement {seed}", as_of)
    begin = as_of - timedelta(days=make.one(-30, 0, 1, 364, 365, 366, 730, 2000, 2000, 2000, 2000))

    def content() -> Content:
        near = [as_of + timedelta(days=days) for days in (-366, -1, 0, 1, 91, 92, 93)]
        return {
            "overeenkomst_id": name,
            "huurder_id": make.one("H0", f"H{name}", f"H{name}"),
            "eenheid_id": "E0",
            "eenheidsoort_code": make.one(*["WOO"] * 9, "PAR", None),
            "begindatum": begin,
            "einddatum": make.one(*near) if make.chance(0.2) else None,
            "opzegdatum": make.one(*near) if make.chance(0.2) else None,
            "brutohuur": make.one(500.0, 500.0, 612.34, 560.28, 0.0, None),
            "wijk": make.or_null("Noord"),
            "adres_key": make.or_null("k1"),
        }

    return make.versions(begin - timedelta(days=5), content, most=2)


def peildatums(seed: int, as_of: date) -> list[Row]:
    """Make the lists: each week, each month, or whenever; some are missing or came late."""
    make = Maker(f"lists {seed}", as_of)
    first = date(as_of.year - 2, as_of.month, 1)
    months = [date(first.year + n // 12, n % 12 + 1, 1) for n in range(first.month - 1, first.month + 25)]
    weeks = [
        as_of - timedelta(days=7 * week + make.one(0, 0, 1)) for week in range(make.one(1, 8, 20, 60, 110))
    ]
    days = make.one(weeks, weeks, months, months[-15:], [make.day() for _ in range(14)], [])
    share = make.one(0.0, 0.0, 0.1, 0.5)
    kept = sorted(
        {on for on in days if not make.chance(share)} | set(make.one([], [], [as_of - timedelta(days=730)]))
    )
    late = (*[-1] * 8, 0, 6, 40)
    return [
        {"peildatum": on, "known_from": on + timedelta(days=make.one(*late)), "known_until": None}
        for on in kept
    ]


def positions(name: str, seed: int, as_of: date, lists: Sequence[date]) -> list[Row]:
    """Make what the lists say of one agreement: the same thing for some lists, then another, or nothing."""
    make = Maker(f"positions {seed}", as_of)
    actual: list[Row] = []
    now: Content | None = None
    for on in lists:
        if make.chance(0.3):
            now = _position(make, on) if make.chance(0.75) else None
        if now is None:
            continue
        row = now | {"overeenkomst_id": name, "peildatum": on}
        starts = make.known(on, most=2) if make.chance(0.1) else [(on - timedelta(days=1), None)]
        actual += [
            row
            | {
                "known_from": start,
                "known_until": end,
                "saldo": make.one(0.0, 900.0) if end else row["saldo"],
            }
            for start, end in starts
        ]
    return actual


def _position(make: Maker, on: date) -> Content:
    owed = make.one(-80.0, 0.0, 0.01, 24.99, 25.0, 74.99, 75.0, 250.0, 625.0, 700.35, 1530.85, None)
    due = make.one(None, 0, 1, 29, 30, 30, 61, 62, 63, 400)
    return {
        "saldo": owed,
        "oudste_vervaldatum": None if due is None else on - timedelta(days=due),
        "incassofase": make.or_null("geen", "aanmaning", "sommatie", "deurwaarder", "lokaal"),
        "regeling_status_code": make.or_null("ACT", "ANN", "ANN", "VER", "BEE", "BEV", "AAN"),
        "regeling_eindereden_code": make.one(None, None, "VOL", "AFB"),
        "laatste_betaaldatum": make.or_null(make.day()),
        "laatste_betaling": make.or_null(0.0, 250.5),
    }


class Source(NamedTuple):
    """A source of events: its key, the columns of its day and its moment, and what else a row holds."""

    key: str
    on: str
    moment: str | None
    content: Callable[[Maker], Content]


EVENTS = {
    "overlastmeldingen": Source("zaak_id", "gebeurd_op", "registratiedatum", lambda make: {
        "zaaktypesoort_code": make.or_null("SOC", "SOC", "SOC", "OMG", "WOO", "FIN", "ORG"),
        "zaaktypedetailsoort_code": make.or_null("GEL", "RUZ", "RUZ", "VUI", "STA", "AGR", "LOKAAL"),
        "status_code": make.or_null("AFG", "INB", "AFG", "GEA"),
        "melder_id": make.one("m1", "m2", "m3", None, None),
    }),
    "reparatieverzoeken": Source("verzoek_id", "gebeurd_op", "melddatum", lambda make: {
        "onderhoudsoort_code": make.or_null("REP", "REP", "REP", "INS", "PLN", "MUT", "LOKAAL"),
        "defectsoort_code": make.or_null("SCH", "VS1", "STI", "LEK", "LEK", "LEK", "X99"),
        "defectoorzaak_code": make.or_null("BEW", "VAN", "OUD", "OUD"),
        "status_code": make.or_null("AFG", "AFG", "REG", "GEA"),
        "niet_thuis_datums": make.or_null([make.or_null(make.day()) for _ in range(make.one(0, 1, 2, 4))]),
    }),
    "boekingen": Source("boeking_id", "boekdatum", None, lambda make: {"detailsoort_code": make.or_null("STO", "PRO")}),
    "signaleringen": Source("signalering_id", "begindatum", None, lambda make: {
        "detailsoort_code": make.or_null("BEZ", "DEU"), "einddatum": make.or_null(make.day()),
    }),
    "contactmomenten": Source("contactmoment_id", "datum", "datum", lambda make: {"kanaal_code": make.or_null("TEL")}),
    "meldingen_medewerkers": Source("melding_id", "gebeurd_op", "datum", lambda make: {
        "bron": make.or_null("vakman", "huismeester"), "zorg": make.or_null("post_hoopt_op", "geldzorgen"),
    }),
    "contacten": Source("contact_id", "datum", None, lambda make: {
        "stand": make.one("nieuw", "benaderd", "in_contact", "waakvlam", "waakvlam", "afgesloten", "niet_passend"),
        "opvolgdatum": make.one(None, make.day()), "soort": make.or_null("Telefonisch", "Administratief"),
    }),
    "bezwaren": Source("bezwaar_id", "datum", None, lambda make: {"ingetrokken_op": make.one(None, make.day())}),
}  # fmt: skip


def event(table: str, number: int, seed: int, as_of: date, names: Sequence[str]) -> list[Row]:
    """Make one row of a source, in versions that may belong to different agreements."""
    make, source = Maker(f"{table} {seed}", as_of), EVENTS[table]
    own = make.day()
    identity: Content = {source.on: own}
    if source.moment:
        # Half past two exists twice on one day of the year, and not at all on another.
        identity[source.moment] = datetime.combine(
            own, time.fromisoformat(make.one("00:00", "02:30", "23:59:59"))
        )
    # One complaint can be delivered for the home and for the agreement.
    twice = table == "overlastmeldingen" and make.chance(0.15)
    identity[source.key] = f"{table[0]}{0 if twice else number:03d}"
    belongs = make.one(*names)

    def content() -> Content:
        mine = make.one(*names) if make.chance(0.1) else belongs
        return source.content(make) | {"overeenkomst_id": mine} | identity

    return make.versions(own, content)


def lacking(seed: int, as_of: date) -> list[Row]:
    """Make the periods in which the newest delivery lacked a column: none in most corporations, else one or two."""
    make = Maker(f"lacking {seed}", as_of)
    needed = [(signal.source, column) for signal in SIGNALS for column in signal.needs]
    rows = []
    for _ in range(make.one(0, 0, 0, 1, 2)):
        extract, column = make.one(*needed)
        start, end = make.known(make.day(), most=1)[0]
        rows.append({"extract": extract, "name": column, "known_from": start, "known_until": end})
    if make.chance(0.1):  # never delivered
        rows.append(
            {"extract": make.one(*needed)[0], "name": None, "known_from": date.min, "known_until": None}
        )
    return rows


class Plan(NamedTuple):
    """The numbers from which a world grows."""

    as_of: date
    agreements: list[int]
    lists: int
    positions: list[int]
    events: dict[str, list[int]]


def world(plan: Plan, corporation: str) -> Tables:
    """Make all staged rows of one corporation."""
    names = [f"O{number}" for number in range(len(plan.agreements))]
    tables: Tables = {
        table: [
            row for number, seed in enumerate(seeds) for row in event(table, number, seed, plan.as_of, names)
        ]
        for table, seeds in plan.events.items()
    }
    tables["huurovereenkomsten"] = [
        row
        for name, seed in zip(names, plan.agreements, strict=True)
        for row in agreements(name, seed, plan.as_of)
    ]
    tables["peildata"] = peildatums(plan.lists, plan.as_of)
    tables[LACKING] = lacking(plan.lists, plan.as_of)
    days = sorted(
        {row["peildatum"] for row in peildatums(plan.lists, plan.as_of)} | {plan.as_of - timedelta(days=3)}
    )
    tables["huurachterstanden"] = [
        row
        for name, seed in zip(names, plan.positions, strict=False)
        for row in positions(name, seed, plan.as_of, days)
    ]
    for row in tables[LACKING]:
        if row["name"] is None:
            tables[row["extract"]] = []
            tables["peildata"] = [] if row["extract"] == "huurachterstanden" else tables["peildata"]
    return {name: [row | {"corporatie_id": corporation} for row in rows] for name, rows in tables.items()}


def plans(as_of: date) -> st.SearchStrategy[Plan]:
    """Draw worlds with Hypothesis."""
    number = st.integers(0, 2**32)
    events = st.fixed_dictionaries({table: st.lists(number, max_size=12) for table in EVENTS})
    few = st.lists(number, min_size=1, max_size=3)
    return st.builds(Plan, st.just(as_of), few, number, st.lists(number, max_size=3), events)


def many(worlds: int, dates: Sequence[date], seed: int) -> list[Tables]:
    """Draw very many worlds from one seed, each a corporation of its own around one of the dates."""
    random = Random(seed)

    def numbers(least: int, most: int) -> list[int]:
        return [random.getrandbits(32) for _ in range(random.randint(least, most))]

    return [
        world(
            Plan(random.choice(dates), numbers(1, 3), random.getrandbits(32), numbers(0, 3),
                 {table: numbers(0, random.choice((0, 1, 1, 4, 12))) for table in EVENTS}),
            f"C{number:05d}",
        )
        for number in range(worlds)
    ]  # fmt: skip


def together(parts: Sequence[Tables], available: frozenset[str] = ALL) -> Tables:
    """Several corporations in one store; an extract that was never delivered is empty."""
    absent = set(ALL - available) | ({"peildata"} if "huurachterstanden" not in available else set())
    return {
        name: [] if name in absent else [row for part in parts for row in part[name]] for name in staged()
    }


def load(tables: Tables) -> None:
    """Put rows into the staged tables of the shared engine, in place of what was there."""
    con = connection().con
    for name, table in staged().items():
        con.execute(f"DELETE FROM {name}")
        if tables.get(name):
            con.register("given_rows", pa.Table.from_pylist(tables[name], schema=table.schema().to_pyarrow()))
            con.execute(f"INSERT INTO {name} BY NAME SELECT * FROM given_rows")
            con.unregister("given_rows")
